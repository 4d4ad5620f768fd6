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

func (e *PausedError) Error() string {
	return fmt.Sprintf("the service asked for a pause until %s", e.Until.UTC().Format(time.RFC3339))
}

// RetryAt returns when the pause ends.
func (e *PausedError) RetryAt() time.Time { return e.Until }

// pace bounds the requests under way and shares one pause: whoever is told to slow down holds back all.
type pace struct {
	next    http.RoundTripper
	clock   Clock
	slots   chan struct{}
	maxWait time.Duration

	mu    sync.Mutex
	until time.Time
}

func newPace(next http.RoundTripper, clock Clock, concurrency int, maxWait time.Duration) *pace {
	return &pace{next: next, clock: clock, slots: make(chan struct{}, concurrency), maxWait: maxWait}
}

func (p *pace) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if err := p.waitOutPause(ctx); err != nil {
		return nil, err
	}
	resp, err := p.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		p.pauseFor(RetryAfter(resp.Header, p.clock.Now()))
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
		if err := p.clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func (p *pace) pauseFor(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.clock.Now().Add(d); until.After(p.until) {
		p.until = until
	}
}
