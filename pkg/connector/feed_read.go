package connector

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
)

// stretch is what was read of a log.
type stretch[R any] struct {
	records []R
	// until is the time to read on from. Records of that very time may be unread.
	until time.Time
	// more says that the log goes on.
	more bool
}

// read reads from a time on until the time moves or the log ends. More records of a single time than a page has
// are read by the service's own links, which do not outlive the call: from one time on there is but one beginning.
func (f *Feed[R]) read(ctx context.Context, from time.Time, top int) (stretch[R], error) {
	s := stretch[R]{until: from}
	next := ""
	for range maxPages {
		records, link, err := f.Log.Read(ctx, from, top, next)
		if err != nil {
			return s, err
		}
		s.records = append(s.records, records...)
		for _, r := range records {
			if at := f.Log.At(r); at.After(s.until) {
				s.until = at.UTC()
			}
		}
		moved := s.until.After(from)
		// A service may cut a list to the number that was asked for, and give no link.
		if s.more = link != "" || moved && len(records) >= top; moved || link == "" || len(s.records) >= maxRecords {
			break
		}
		if next = link; top < largestPage {
			top, next, s.records = min(8*top, largestPage), "", nil // begin anew, with pages that get further
		}
	}
	slices.SortStableFunc(s.records, func(a, b R) int { return f.Log.At(a).Compare(f.Log.At(b)) })
	if !s.more || s.until.After(from) {
		return s, nil
	}
	if len(s.records) == 0 {
		return s, fmt.Errorf("read the event feed %s: the log has given %d pages without a record, and says that it goes on", f.ID, maxPages)
	}
	s.until = f.stepOver(ctx, from, len(s.records))
	return s, nil
}

// tick is the smallest step of time that logs tell apart.
const tick = 100 * time.Nanosecond

// stepOver goes on behind a time of which more records were read than one answer can carry. It is said: the rest
// of them is not delivered.
func (f *Feed[R]) stepOver(ctx context.Context, at time.Time, read int) time.Time {
	ctxzap.Extract(ctx).Warn("the event feed goes on behind a time with more records than it reads at once: the rest of them is known to the next full sync alone",
		zap.String("event_feed", f.ID), zap.Time("at", at), zap.Int("records", read))
	return at.Add(tick)
}
