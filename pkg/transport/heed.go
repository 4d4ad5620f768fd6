package transport

import (
	"context"
	"net/http"
)

// Answer is one of the answers that a service has packed into one.
type Answer struct {
	Status int
	Header http.Header
}

// Heeder is a pipeline that wants to know of the answers within an answer: where a service takes several requests in
// one, it meters and refuses each by itself, and no header of the whole says so.
type Heeder interface {
	// Heed acts on the answers within an answer as on others: it slows down the lane of the context, and pauses
	// it for the longest that one of them asks for. It repeats nothing.
	Heed(ctx context.Context, answers []Answer)
}

// pipeline is what New returns.
type pipeline struct {
	*retry
	lanes   *lanes
	metered func(context.Context, float64)
}

// Heed acts on the answers within an answer.
func (p *pipeline) Heed(ctx context.Context, answers []Answer) {
	lane := p.lanes.of(ctx)
	now := lane.clock.Now()
	var all signal
	for _, a := range answers {
		all.add(signalOf(a.Status, a.Header, now))
	}
	if all.units > 0 {
		p.metered(ctx, all.units)
	}
	lane.heed(&turn{sent: now}, all)
}
