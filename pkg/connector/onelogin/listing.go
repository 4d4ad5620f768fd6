package onelogin

import (
	"context"
	"fmt"
	"slices"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// A cursor of OneLogin's is the number of a page, not a place among the rows: a row that goes while a list is read lets
// another slip into a page that was read already. Each list is read so:
//
//  1. The rows of each page are noted, by the number of the page.
//  2. At the end the distinct rows are held against the count that came with the last page, and that one against the
//     first page's and the rows that were made meanwhile.
//  3. Where these do not agree rows may have slipped, and the list is read again from its first page, three times at
//     the most; then the sync fails.
//
// A row that goes and one that comes in the same list are not told from nothing where rows have no time of their making:
// roles, and the users of apps. Such a row is there again with the next sync.

// walk is how a list is read, page by page.
type walk[T any] struct {
	// list names its notes, name its rows in messages.
	list, name string
	read       func(ctx context.Context, cursor string) (onelogin.Page[T], error)
	// made is when a row was made; nil where rows do not tell.
	made func(T) time.Time
	// entry is what is noted of a row.
	entry func(T) entry
}

// next reads the page of a cursor, notes its rows, and brings the cursor up to it. Last is the service's count.
func (w walk[T]) next(ctx context.Context, o rs.SyncOpAttrs, cursor *connector.Cursor) (page onelogin.Page[T], err error) {
	if page, err = w.read(ctx, cursor.Next); err != nil {
		return page, err
	}
	if cursor.Pages == 0 {
		w.begin(ctx, cursor, page)
	}
	cursor.Pages++
	entries := make([]entry, len(page.Items))
	for i, item := range page.Items {
		entries[i] = w.entry(item)
		// What is new on the first page is in its count.
		if w.made != nil && cursor.Pages > 1 && cursor.Began > 0 && w.made(item).Unix() >= cursor.Began {
			cursor.New++
		}
	}
	return page, pages{w.list}.write(ctx, o, cursor.Pages, entries)
}

// begin notes what the first page says of the whole.
func (w walk[T]) begin(ctx context.Context, cursor *connector.Cursor, page onelogin.Page[T]) {
	if !page.At.IsZero() {
		cursor.Began = page.At.Unix()
	}
	if page.Total != nil {
		cursor.Counted = *page.Total
	} else if page.Next != "" {
		ctxzap.Extract(ctx).Debug("the service does not count the "+w.name+": that they are complete goes unchecked", zap.String("list", w.list))
	}
}

// complete fails a walk that is at its end and whose list moved, or fell short of the count; else its notes are whole.
func (w walk[T]) complete(ctx context.Context, o rs.SyncOpAttrs, cursor *connector.Cursor, total *int64) error {
	rows := int64(0)
	if err := (pages{w.list}).each(ctx, o, cursor.Pages, func(entry) { rows++ }); err != nil {
		return err
	}
	cursor.Rows = rows
	if total != nil && cursor.Moved(*total) {
		return cursor.CheckMoved(w.name, *total)
	}
	return pages{w.list}.finish(ctx, o, cursor.Pages)
}

// collection is how the objects of a resource type are listed.
type collection[T any] struct {
	walk[T]
	resourceType string
	always       bool
	// note is what is noted of an object besides that it was listed; nil for nothing.
	note     func(T) string
	resource func(T) (*v2.Resource, error)
	// rows, where it is set, makes the resources of a page in the place of resource, and counts by reason what has none.
	rows func(context.Context, rs.SyncOpAttrs, connector.Cursor, []T) ([]*v2.Resource, map[string]int, error)
	then *connector.Cursor
}

// list is List of every resource type.
func list[T any](ctx context.Context, c *Connector, o rs.SyncOpAttrs, l collection[T]) ([]*v2.Resource, *rs.SyncOpResults, error) {
	var total *int64
	var at connector.Cursor
	return connector.List(ctx, &c.summaries, o, connector.Collection[T]{
		Name: l.name, Then: l.then,
		Read: func(ctx context.Context, cursor *connector.Cursor) ([]T, string, error) {
			page, err := l.next(ctx, o, cursor)
			total, at = page.Total, *cursor
			return page.Items, page.Next, err
		},
		Rows: func(ctx context.Context, o rs.SyncOpAttrs, items []T) ([]*v2.Resource, map[string]int, error) {
			if err := l.remember(ctx, o, items); err != nil {
				return nil, nil, err
			}
			if l.rows != nil {
				return l.rows(ctx, o, at, items)
			}
			return l.resources(items)
		},
		Complete: func(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) error {
			if err := l.complete(ctx, o, &cursor, total); err != nil || !l.always {
				return err
			}
			return cursor.CheckSome(l.name)
		},
	})
}

// remember notes the objects of a page, for whoever has to know whether something was listed.
func (l collection[T]) remember(ctx context.Context, o rs.SyncOpAttrs, items []T) error {
	values := make(map[string][]byte, len(items))
	for _, item := range items {
		value := ""
		if l.note != nil {
			value = l.note(item)
		}
		values[string(l.entry(item).ID)] = []byte(value)
	}
	return listed(l.resourceType).Write(ctx, o, values)
}

func (l collection[T]) resources(items []T) ([]*v2.Resource, map[string]int, error) {
	resources := make([]*v2.Resource, 0, len(items))
	for _, item := range items {
		r, err := l.resource(item)
		if err != nil {
			return nil, nil, fmt.Errorf("make a %s of the object %s: %w", l.resourceType, l.entry(item).ID, err)
		}
		resources = append(resources, r)
	}
	return resources, nil, nil
}

// those returns which of the objects of a type were listed in this sync.
func those(ctx context.Context, o rs.SyncOpAttrs, resourceType string, ids []onelogin.ID) (map[onelogin.ID]bool, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = string(id)
	}
	found, err := listed(resourceType).Read(ctx, o, slices.Compact(keys))
	out := make(map[onelogin.ID]bool, len(found))
	for id := range found {
		out[onelogin.ID(id)] = true
	}
	return out, err
}
