package entra

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// collection is how the objects of a resource type are listed.
type collection[T any] struct {
	resourceType string
	// name is what the objects are called in messages.
	name string
	// read reads the page of the cursor. It may change the cursor's Walk, for the pages that follow.
	read func(context.Context, *connector.Cursor) (graph.Page[T], error)
	// count asks the service how many there are; nil where it does not count them.
	count func(context.Context) (int64, error)
	// always says that no directory is without.
	always bool
	id     func(T) string
	// mark says what a later phase has to know of an object; nil where there is nothing to know.
	mark func(T) mark
	// note, where it is set, notes more of the page for a later phase. Left out objects are among its rows.
	note     func(context.Context, rs.SyncOpAttrs, connector.Cursor, []T) error
	resource func(T) (*v2.Resource, error)
}

// pages makes a reader that leaves the cursor alone.
func pages[T any](read func(context.Context, string) (graph.Page[T], error)) func(context.Context, *connector.Cursor) (graph.Page[T], error) {
	return func(ctx context.Context, cursor *connector.Cursor) (graph.Page[T], error) {
		return read(ctx, cursor.Next)
	}
}

// list is List of every resource type: one page read, its objects remembered for the grants, its rows
// mapped, and on the last page the whole held against the service's own count.
func list[T any](ctx context.Context, c *Connector, o rs.SyncOpAttrs, l collection[T]) ([]*v2.Resource, *rs.SyncOpResults, error) {
	cursor, err := connector.ParseCursor(o.PageToken.Token)
	if err != nil {
		return nil, nil, err
	}
	if cursor.Next == "" {
		if cursor.Counted, err = counted(ctx, l.name, l.count); err != nil {
			return nil, nil, connector.Status(err)
		}
	}
	page, err := l.read(ctx, &cursor)
	if err != nil {
		results, err := connector.Restarted(cursor, connector.Status(err))
		return nil, results, err
	}
	if l.note != nil {
		if err := l.note(ctx, o, cursor, page.Items); err != nil {
			return nil, nil, connector.Status(err)
		}
	}
	resources, left, err := l.rows(ctx, o, page.Items)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	cursor.Rows += int64(len(page.Items))
	if page.Next == "" {
		if err := l.complete(cursor.Tally); err != nil {
			return nil, nil, err
		}
	}
	results, err := connector.NextPage(cursor, page.Next)
	if err != nil {
		return nil, nil, err
	}
	c.report(o, left)
	return resources, results, nil
}

// counted asks for the service's count. Where the service does not count these objects the list goes
// unchecked, which the log says.
func counted(ctx context.Context, name string, count func(context.Context) (int64, error)) (int64, error) {
	if count == nil {
		return 0, nil
	}
	n, err := count(ctx)
	if graph.NotCounted(err) {
		ctxzap.Extract(ctx).Warn("the service does not count the "+name+": that they are complete goes unchecked", zap.Error(err))
		return 0, nil
	}
	return n, err
}

func (l collection[T]) complete(t connector.Tally) error {
	if l.always {
		if err := t.CheckSome(l.name); err != nil {
			return err
		}
	}
	return t.Check(l.name)
}

// rows remembers the objects of a page and maps those that are not left out. It returns the counts of
// the others by reason.
func (l collection[T]) rows(ctx context.Context, o rs.SyncOpAttrs, items []T) ([]*v2.Resource, map[string]int, error) {
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
