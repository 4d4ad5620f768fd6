package transport

import (
	"context"
	"net/http"
	"time"
)

// turns decide how many requests of a lane may be under way.
type turns interface {
	// take waits for a turn. It fails with the end of the context alone.
	take(ctx context.Context) (*turn, error)
	// put gives a turn back.
	put(t *turn)
	// heed learns from the answer to the request of a turn.
	heed(t *turn, s signal)
	// width is how many requests may be under way now.
	width() int
}

// turn is the right to one request.
type turn struct {
	// sent is when the request left; zero where it did not.
	sent time.Time
	// from is when the turn could be taken.
	from time.Time
	// full is whether no other turn was left when it was taken.
	full bool
}

// pace holds the requests of one lane back: to the turns that there are, and while a pause is on.
type pace struct {
	next  http.RoundTripper
	clock Clock
	turns turns
	pause *pause
}

// RoundTrip sends a request when its turn has come and no pause is on.
func (p *pace) RoundTrip(req *http.Request) (*http.Response, error) {
	t, err := p.turns.take(req.Context())
	if err != nil {
		return nil, err
	}
	defer p.turns.put(t)
	if err := p.pause.wait(req.Context()); err != nil {
		return nil, err
	}
	t.sent = p.clock.Now()
	resp, err := p.next.RoundTrip(req)
	if err == nil {
		p.heed(t, signalOf(resp.StatusCode, resp.Header, p.clock.Now()))
	}
	return resp, err
}

// heed acts on what an answer says of the load.
func (p *pace) heed(t *turn, s signal) {
	p.turns.heed(t, s)
	p.pause.heed(s, t.sent, p.turns.width())
}
