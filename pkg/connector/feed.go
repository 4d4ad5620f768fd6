package connector

import (
	"context"
	"fmt"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/pagination"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// An event feed follows a log of the service in rounds. A round reads from a time on, page by page, to the end
// of the log; the next one begins Overlap before the newest record, because records show up late and not in the
// order of their times. What the cursor knows to be delivered is not delivered again. It alone decides that: it
// may be asked twice, if an answer was lost, and by another process than the one that gave it.

// Overlap is how late a record may show up behind one that is newer, and still be delivered.
const Overlap = 20 * time.Minute

// fastClock is how far ahead of the log's the clock of this machine may be.
const fastClock = 10 * time.Minute

const (
	// usualPage and largestPage are how many records are asked for at once: the first where nothing is said, the
	// second at the most.
	usualPage   = 200
	largestPage = 1000
	// maxPages and maxRecords bound one call, which reads more than one page where a page is of one time alone. An
	// answer may have 4 MB, gRPC's default, which the SDK keeps to.
	maxPages, maxRecords = 10, 4000
)

// Log is a log of the service whose records become events.
type Log[R any] struct {
	// Read returns a page of at most top records from a time on, that time included, the oldest first, and the
	// link to the page after it, "" for the last. With a link it returns the page of the link.
	Read func(ctx context.Context, from time.Time, top int, next string) ([]R, string, error)
	// ID and At tell a record's id, which no other record ever has, and its time.
	ID func(R) string
	At func(R) time.Time
	// Events makes the events of some records, in their order. It may look up things for all of them together.
	Events func(ctx context.Context, records []R) ([]*v2.Event, error)
}

// Feed is an event feed over a log. It delivers each record at least once.
type Feed[R any] struct {
	// ID and Types are what ConductorOne knows the feed by.
	ID    string
	Types []v2.EventType
	Log   Log[R]
	// LookBack is how far back the first reading goes where nobody says; Retention how long the service keeps
	// its records at the most.
	LookBack, Retention time.Duration
	// Now tells the time.
	Now func() time.Time
	// Explain says in a sentence what to do about a reading that failed; the error is logged beside it.
	Explain func(error) string

	troubles troubles
}

// EventFeedMetadata describes the feed.
func (f *Feed[R]) EventFeedMetadata(context.Context) *v2.EventFeedMetadata {
	return v2.EventFeedMetadata_builder{Id: f.ID, SupportedEventTypes: f.Types}.Build()
}

// ListEvents returns the events of the next page of the log. It fails with its context alone: the SDK leaves a
// task that failed without an answer. Any other failure is logged, and answered with no events and the same
// cursor.
func (f *Feed[R]) ListEvents(ctx context.Context, earliest *timestamppb.Timestamp, t *pagination.StreamToken) (
	[]*v2.Event, *pagination.StreamState, annotations.Annotations, error,
) {
	events, state, err := f.advance(ctx, f.place(ctx, earliest, t.Cursor), pageOf(t.Size))
	if err == nil {
		f.troubles.over(ctx, f.ID)
		return events, state, nil, nil
	}
	same := &pagination.StreamState{Cursor: t.Cursor}
	if ctx.Err() != nil {
		return nil, same, nil, Status(fmt.Errorf("read the event feed %s: %w", f.ID, context.Cause(ctx)))
	}
	f.troubles.tell(ctx, f.ID, f.Explain(err), err)
	return nil, same, nil, nil
}

// pageOf is how many records to ask for, given how many events are wanted at the most; 0 where nobody says.
func pageOf(size int) int {
	if size <= 0 {
		return usualPage
	}
	return min(size, largestPage)
}

// place is where to read on. A cursor goes before a time, and a time before the usual.
func (f *Feed[R]) place(ctx context.Context, earliest *timestamppb.Timestamp, cursor string) feedCursor {
	if cursor != "" {
		c, err := parseFeedCursor(cursor)
		if err == nil {
			return c
		}
		ctxzap.Extract(ctx).Warn("the event feed begins anew: it was given a cursor that it did not write", zap.String("event_feed", f.ID), zap.Error(err))
	}
	start := f.Now().Add(-f.LookBack)
	if earliest.IsValid() && earliest.AsTime().Unix() > 0 {
		start = earliest.AsTime()
	}
	return feedCursor{From: start.UTC(), Position: start.UTC()}
}

// advance reads on from a cursor: a page, or as many as it takes to get beyond a single time.
func (f *Feed[R]) advance(ctx context.Context, c feedCursor, top int) ([]*v2.Event, *pagination.StreamState, error) {
	if kept := f.Now().Add(-f.Retention); c.Position.Before(kept) {
		c.Position = kept.UTC()
	}
	c.beginRound(f.Now())
	page, err := f.read(ctx, c.Position, top)
	if err != nil {
		return nil, nil, err
	}
	fresh := f.fresh(c, page.records)
	var events []*v2.Event
	if len(fresh) > 0 {
		if events, err = f.Log.Events(ctx, fresh); err != nil {
			return nil, nil, err
		}
	}
	for _, r := range fresh {
		c.deliver(f.Log.ID(r), f.Log.At(r), f.Now())
	}
	c.Position = page.until
	if !page.more {
		c.endRound()
	}
	token, err := c.encode()
	return events, &pagination.StreamState{Cursor: token, HasMore: page.more}, err
}

// fresh are the records that the cursor does not know, each once.
func (f *Feed[R]) fresh(c feedCursor, records []R) []R {
	known := c.known()
	var out []R
	for _, r := range records {
		mark := fingerprintOf(f.Log.ID(r))
		if !known[mark] {
			known[mark] = true
			out = append(out, r)
		}
	}
	return out
}
