// Package readahead asks for the next page of a list while somebody still works on the last. It knows no vendor: a client
// owns a Pages and reads its lists through Read.
//
// A page read ahead is no state. It lives in Pages alone, for a minute at the most, is handed out once, and losing it costs
// one request. What fails ahead of time has not happened: whoever wants the page asks for it then, and gets the page or the
// error. So a list that is read to its end takes as many requests as without, faults aside.
//
// Only the lists of a sync are read ahead (see Sync): they are read to their end, a page for each call, and the SDK writes
// the rows of one before it asks for the next. A look for one object stops where it has found it.
package readahead

import (
	"context"
	"time"
)

const (
	// perList is how many pages of one list may be ahead of who reads it. One hides the time of the SDK behind that of
	// the service, or the other way round; the second evens out pages that take longer than others.
	perList = 2
	// overall bounds the pages of all lists: some megabytes, and as many requests. A page beyond it is asked for when it
	// is wanted.
	overall = 16
	// lifetime is how long a page is kept, and waited for, from its request on.
	lifetime = time.Minute
)

// syncKey marks a context with the sync whose lists are read ahead.
type syncKey struct{}

// Sync returns a context whose lists are read ahead. What was read for one sync is given to no other, since each counts
// its own requests.
func Sync(ctx context.Context, syncID string) context.Context {
	return context.WithValue(ctx, syncKey{}, syncID)
}

// Read returns the page at link, "" for the first: the one that was read ahead, else what get returns. In a context of Sync
// the pages behind it are then asked for, with the values of the context and without its end. The link tells a page from
// all others of the sync, as a service's whole link does; get returns the page with the link of the next, "" on the last,
// and may be called from several goroutines at once.
func Read[P any](ctx context.Context, p *Pages, link string, get func(ctx context.Context, link string) (page P, next string, err error)) (P, error) {
	syncID, ahead := ctx.Value(syncKey{}).(string)
	if !ahead {
		value, _, err := get(ctx, link)
		return value, err
	}
	held, next := p.take(ctx, place{syncID, link})
	value, ok := held.(P)
	if !ok {
		var err error
		if value, next, err = get(ctx, link); err != nil {
			return value, err
		}
	}
	p.ask(context.WithoutCancel(ctx), place{syncID, next}, perList, func(ctx context.Context, link string) (any, string, error) {
		return get(ctx, link)
	})
	return value, nil
}
