package transport

import (
	"context"
	"time"
)

// rate gives out a fixed number of turns, each again some time after the answer to the request that had it. Counted
// from the answer, since the service counts from the arrival, which lies somewhere before: so its window never holds
// one request too many.
type rate struct {
	clock  Clock
	waited func(time.Duration)
	per    time.Duration
	turns  chan time.Time // when each may be taken
}

func newRate(c Config, lane Lane) *rate {
	r := &rate{clock: c.Clock, waited: c.Waited, per: lane.Per, turns: make(chan time.Time, lane.Requests)}
	for range lane.Requests {
		r.turns <- time.Time{}
	}
	return r
}

// take waits for a turn, and until it may be taken.
func (r *rate) take(ctx context.Context) (*turn, error) {
	select {
	case from := <-r.turns:
		if err := sleep(ctx, r.clock, from.Sub(r.clock.Now()), r.waited); err != nil {
			r.turns <- from
			return nil, err
		}
		return &turn{from: from}, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// put gives a turn back: as it was where nothing was sent.
func (r *rate) put(t *turn) {
	if t.sent.IsZero() {
		r.turns <- t.from
		return
	}
	r.turns <- r.clock.Now().Add(r.per)
}

// heed does nothing: the rate is what the service has published.
func (r *rate) heed(*turn, signal) {}

func (r *rate) width() int { return cap(r.turns) }
