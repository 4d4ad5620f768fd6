package transport

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// spread is the time after a pause within which requests leave one after the other: all who waited for its
	// end, here or in the caller, would be refused at once if they came at once.
	spread = 250 * time.Millisecond
	// barePause is the pause after a refusal that asks for none. It doubles with each that follows, up to
	// longestBare, until a request is carried out.
	barePause   = time.Second
	longestBare = 8 * time.Second
	// longestPause bounds a pause, whatever is asked for: quotas are of an hour at the most, and one mistaken answer must
	// not close a lane for a day. A service that still means it refuses the first request then, which begins the next pause.
	longestPause = time.Hour
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

// pause is shared by the requests of a lane: whoever is told to slow down holds back all of them.
type pause struct {
	clock   Clock
	maxWait time.Duration
	waited  func(time.Duration)

	mu    sync.Mutex
	until time.Time
	// next is when the next request may leave once the pause is over, apart after the one before, and at
	// last is when that ends.
	next  time.Time
	apart time.Duration
	last  time.Time
	// bare is the length of the next pause that nobody asked for; 0 stands for barePause.
	bare time.Duration
}

func newPause(c Config) *pause { return &pause{clock: c.Clock, maxWait: c.MaxWait, waited: c.Waited} }

// wait waits until a request may leave.
func (p *pause) wait(ctx context.Context) error {
	for {
		wait, err := p.leave()
		if err != nil {
			return err
		}
		if err := sleep(ctx, p.clock, wait, p.waited); err != nil {
			return err
		}
		if !p.on() {
			return nil
		}
	}
}

// leave returns how long a request has to wait. Its place in the order is taken by that.
func (p *pause) leave() (time.Duration, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if p.until.Sub(now) > p.maxWait {
		return 0, &PausedError{Until: p.until}
	}
	at := p.next
	if at.Before(now) {
		at = now
	}
	if at.Before(p.last) {
		p.next = at.Add(p.apart)
	}
	return at.Sub(now), nil
}

func (p *pause) on() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until.After(p.clock.Now())
}

// heed begins or prolongs the pause after a refusal. So many may be under way once it is over. What was sent before
// the end of a pause that nobody asked for is a part of what began it.
func (p *pause) heed(s signal, sent time.Time, width int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case s.refused && s.wait > 0:
		p.begin(s.wait, width)
	case s.refused && !sent.Before(p.until):
		wait := max(p.bare, barePause)
		p.bare = min(2*wait, longestBare)
		p.begin(wait, width)
	case s.success:
		p.bare = 0
	}
}

// begin never shortens a pause.
func (p *pause) begin(d time.Duration, width int) {
	until := p.clock.Now().Add(min(d, longestPause))
	if !until.After(p.until) {
		return
	}
	p.until, p.next, p.last, p.apart = until, until, until.Add(spread), 0
	if width > 1 {
		p.apart = spread / time.Duration(width)
	}
}

// sleep waits and tells of it.
func sleep(ctx context.Context, clock Clock, d time.Duration, waited func(time.Duration)) error {
	if d <= 0 {
		return nil
	}
	if err := clock.Sleep(ctx, d); err != nil {
		return err
	}
	waited(d)
	return nil
}
