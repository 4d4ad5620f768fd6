package transport

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// PausedError says that the service has asked for a pause that is too long to wait out within a call.
// The request was not sent.
type PausedError struct{ Until time.Time }

// Error says until when.
func (e *PausedError) Error() string {
	return fmt.Sprintf("the service asked for a pause until %s", e.Until.UTC().Format(time.RFC3339))
}

// RetryAt returns when the pause ends.
func (e *PausedError) RetryAt() time.Time { return e.Until }

// pace bounds the requests of one lane, those under way and those within a time, and shares one pause:
// whoever is told to slow down holds back all of the lane.
type pace struct {
	next    http.RoundTripper
	clock   Clock
	per     time.Duration
	maxWait time.Duration
	waited  func(time.Duration)

	// turns are as many as requests may be under way, each with the time from which it may be taken: per
	// after the answer to the last request that had it. Counted from the answer, since the service counts
	// from the arrival, which lies somewhere before: so its window never holds one request too many.
	turns chan time.Time

	mu    sync.Mutex
	until time.Time
}

func newPace(next http.RoundTripper, c Config, requests int, per time.Duration) *pace {
	p := &pace{next: next, clock: c.Clock, per: per, maxWait: c.MaxWait, waited: c.Waited, turns: make(chan time.Time, requests)}
	for range requests {
		p.turns <- time.Time{}
	}
	return p
}

// RoundTrip sends a request when its turn has come and no pause is on.
func (p *pace) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	select {
	case turn := <-p.turns:
		resp, err := p.send(req, &turn)
		p.turns <- turn
		return resp, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// send waits until the turn may be taken and the pause is over. A request that is not sent leaves the
// turn as it was.
func (p *pace) send(req *http.Request, turn *time.Time) (*http.Response, error) {
	if err := p.sleep(req.Context(), turn.Sub(p.clock.Now())); err != nil {
		return nil, err
	}
	if err := p.waitOutPause(req.Context()); err != nil {
		return nil, err
	}
	resp, err := p.next.RoundTrip(req)
	now := p.clock.Now()
	*turn = now.Add(p.per)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		p.pauseFor(RetryAfter(resp.Header, now))
	}
	return resp, err
}

func (p *pace) waitOutPause(ctx context.Context) error {
	for {
		p.mu.Lock()
		until := p.until
		p.mu.Unlock()
		wait := until.Sub(p.clock.Now())
		if wait <= 0 {
			return nil
		}
		if wait > p.maxWait {
			return &PausedError{Until: until}
		}
		if err := p.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func (p *pace) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if err := p.clock.Sleep(ctx, d); err != nil {
		return err
	}
	p.waited(d)
	return nil
}

func (p *pace) pauseFor(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.clock.Now().Add(d); until.After(p.until) {
		p.until = until
	}
}
