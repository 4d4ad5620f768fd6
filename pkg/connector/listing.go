package connector

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
)

// Collection is how the objects of a resource type are listed.
type Collection[T any] struct {
	// Name is what the objects are called in messages.
	Name string
	// Read reads the page of the cursor, and returns the service's link to the next, "" on the last. It may change
	// the cursor's Walk, for the pages that follow.
	Read func(context.Context, *Cursor) (items []T, next string, err error)
	// Count asks the service how many there are; nil where it does not count them.
	Count func(context.Context) (int64, error)
	// NotCounted says of an error of Count that the service does not count these objects.
	NotCounted func(error) bool
	// Complete, where it is set, takes the place of the check against Count: it fails a listing that is at its end and is
	// not whole, with a code that Restarted knows where it is to begin anew.
	Complete func(context.Context, rs.SyncOpAttrs, Cursor) error
	// Always says that no directory is without.
	Always bool
	// Note, where it is set, notes something of the page for a later phase. Left out objects are among its rows.
	Note func(context.Context, rs.SyncOpAttrs, Cursor, []T) error
	// Rows makes the resources of a page, and counts by reason what has none.
	Rows func(context.Context, rs.SyncOpAttrs, []T) ([]*v2.Resource, map[string]int, error)
	// Then, where it is set, is the cursor that the listing goes on with after the last page.
	Then *Cursor
}

// List is List of a resource type: one page read, noted, its rows mapped, and on the last page the whole held against
// the service's own count. What is left out is counted once the page is complete: the SDK repeats one that fails.
func List[T any](ctx context.Context, s *Summaries, o rs.SyncOpAttrs, l Collection[T]) ([]*v2.Resource, *rs.SyncOpResults, error) {
	cursor, err := ParseCursor(o.PageToken.Token)
	if err != nil {
		return nil, nil, err
	}
	if cursor.Next == "" {
		if cursor.Counted, err = l.counted(ctx); err != nil {
			return nil, nil, Status(err)
		}
	}
	items, next, err := l.Read(ctx, &cursor)
	if err != nil {
		results, err := Restarted(cursor, Status(err))
		return nil, results, err
	}
	if l.Note != nil {
		if err := l.Note(ctx, o, cursor, items); err != nil {
			return nil, nil, Status(err)
		}
	}
	resources, left, err := l.Rows(ctx, o, items)
	if err != nil {
		return nil, nil, Status(err)
	}
	cursor.Rows += int64(len(items))
	if next == "" {
		if err := l.complete(ctx, o, cursor); err != nil {
			results, err := Restarted(cursor, Status(err))
			return nil, results, err
		}
	}
	results, err := l.next(cursor, next)
	if err != nil {
		return nil, nil, err
	}
	s.SkipAll(o.SyncID, left)
	s.Listed(o.SyncID, l.Name, cursor.Rows, cursor.Counted)
	return resources, results, nil
}

// counted asks for the service's count. Where the service does not count these objects the list goes
// unchecked, which the log says.
func (l Collection[T]) counted(ctx context.Context) (int64, error) {
	if l.Count == nil {
		return 0, nil
	}
	n, err := l.Count(ctx)
	if l.NotCounted != nil && l.NotCounted(err) {
		ctxzap.Extract(ctx).Warn("the service does not count the "+l.Name+": that they are complete goes unchecked", zap.Error(err))
		return 0, nil
	}
	return n, err
}

func (l Collection[T]) complete(ctx context.Context, o rs.SyncOpAttrs, cursor Cursor) error {
	if l.Always {
		if err := cursor.CheckSome(l.Name); err != nil {
			return err
		}
	}
	if l.Complete != nil {
		return l.Complete(ctx, o, cursor)
	}
	return cursor.Check(l.Name)
}

// next goes on with the page after this one, and at the end with what comes then.
func (l Collection[T]) next(cursor Cursor, next string) (*rs.SyncOpResults, error) {
	if next == "" && l.Then != nil {
		return Resume(*l.Then)
	}
	return NextPage(cursor, next)
}
