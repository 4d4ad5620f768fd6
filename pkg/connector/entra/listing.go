package entra

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// collection is how the objects of a resource type are listed: a connector.Collection whose objects are remembered.
type collection[T any] struct {
	resourceType string
	name         string
	read         func(context.Context, *connector.Cursor) (graph.Page[T], error)
	count        func(context.Context) (int64, error)
	always       bool
	id           func(T) string
	// mark says what a later phase has to know of an object; nil where there is nothing to know.
	mark     func(T) mark
	note     func(context.Context, rs.SyncOpAttrs, connector.Cursor, []T) error
	resource func(T) (*v2.Resource, error)
	// rows, where it is set, makes the resources of a page in the place of mark and resource, and counts by
	// reason what has none. It remembers nothing of the objects.
	rows func(context.Context, rs.SyncOpAttrs, []T) ([]*v2.Resource, map[string]int, error)
	then *connector.Cursor
}

// pages makes a reader that leaves the cursor alone.
func pages[T any](read func(context.Context, string) (graph.Page[T], error)) func(context.Context, *connector.Cursor) (graph.Page[T], error) {
	return func(ctx context.Context, cursor *connector.Cursor) (graph.Page[T], error) {
		return read(ctx, cursor.Next)
	}
}

// list is List of every resource type, with its objects remembered for the grants.
func list[T any](ctx context.Context, c *Connector, o rs.SyncOpAttrs, l collection[T]) ([]*v2.Resource, *rs.SyncOpResults, error) {
	rows := l.rows
	if rows == nil {
		rows = l.remembered
	}
	return connector.List(ctx, &c.summaries, o, connector.Collection[T]{
		Name: l.name, Count: l.count, NotCounted: graph.NotCounted, Always: l.always, Note: l.note, Rows: rows, Then: l.then,
		Read: func(ctx context.Context, cursor *connector.Cursor) ([]T, string, error) {
			page, err := l.read(ctx, cursor)
			return page.Items, page.Next, err
		},
	})
}

// remembered remembers the objects of a page and maps those that are not left out. It returns the counts of
// the others by reason.
func (l collection[T]) remembered(ctx context.Context, o rs.SyncOpAttrs, items []T) ([]*v2.Resource, map[string]int, error) {
	seen, left := make(map[string]object, len(items)), map[string]int{}
	resources := make([]*v2.Resource, 0, len(items))
	for _, item := range items {
		as := object{resourceType: l.resourceType}
		if l.mark != nil {
			as.mark = l.mark(item)
		}
		seen[l.id(item)] = as
		if as.mark.leavesOut() {
			left[reasonIs+as.mark.what()]++
			continue
		}
		r, err := l.resource(item)
		if err != nil {
			return nil, nil, fmt.Errorf("make a %s of the object %s: %w", l.resourceType, l.id(item), err)
		}
		resources = append(resources, r)
	}
	return resources, left, remember(ctx, o, seen)
}
