package transport

import (
	"context"
	"net/http"
	"time"
)

// Lane is a part of a service that has a limit of its own. Its requests are paced and paused apart from
// all others: what holds back one lane holds back no other.
type Lane struct {
	Name string
	// Requests is how many requests may be sent within Per, whenever that begins, and how many may be under way
	// at once; with a Per of 0 that alone. A wait for a turn ends with its context and is no part of
	// Config.MaxWait: it is no longer than Per and the time of the requests before.
	Requests int
	Per      time.Duration
}

// laneKey marks a context with the name of a lane.
type laneKey struct{}

// WithLane returns a context whose requests go by the lane of that name. One that Config.Lanes does not
// have is the common lane, which all other requests go by.
func WithLane(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, laneKey{}, name)
}

// lanes leads each request to the pace of its lane.
type lanes struct {
	common *pace
	named  map[string]*pace
}

func newLanes(next http.RoundTripper, c Config) *lanes {
	of := func(t turns) *pace { return &pace{next: next, clock: c.Clock, turns: t, pause: newPause(c)} }
	l := &lanes{common: of(newWindow(c)), named: map[string]*pace{}}
	for _, lane := range c.Lanes {
		l.named[lane.Name] = of(newRate(c, lane))
	}
	return l
}

// RoundTrip sends a request by its lane.
func (l *lanes) RoundTrip(req *http.Request) (*http.Response, error) {
	return l.of(req.Context()).RoundTrip(req)
}

// of is the pace of the requests of a context.
func (l *lanes) of(ctx context.Context) *pace {
	name, _ := ctx.Value(laneKey{}).(string)
	if lane := l.named[name]; lane != nil {
		return lane
	}
	return l.common
}
