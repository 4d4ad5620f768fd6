package transport

import (
	"context"
	"net/http"
	"time"
)

// Exchange is what a trace learns of one round trip: nothing that is secret, and no query, which can
// hold names.
type Exchange struct {
	Method string
	Host   string
	Path   string
	// Status is 0 where no answer came; Err says why.
	Status    int
	Err       error
	Duration  time.Duration
	RequestID string
	// ResourceUnits is what the service says that the request cost, 0 where it does not say.
	ResourceUnits float64
	// RetryAfter is how long the answer asks to wait, 0 where it does not.
	RetryAfter time.Duration
}

type tracer struct {
	next   http.RoundTripper
	clock  Clock
	report func(context.Context, Exchange)
}

// RoundTrip sends a request and reports it.
func (t *tracer) RoundTrip(req *http.Request) (*http.Response, error) {
	start := t.clock.Now()
	resp, err := t.next.RoundTrip(req)
	e := Exchange{Method: req.Method, Host: req.URL.Host, Path: req.URL.Path, Err: err, Duration: t.clock.Now().Sub(start)}
	if resp != nil {
		e.Status = resp.StatusCode
		e.RequestID = resp.Header.Get("request-id")
		e.ResourceUnits = number(resp.Header, "x-ms-resource-unit")
		e.RetryAfter = RetryAfter(resp.Header, t.clock.Now())
	}
	t.report(req.Context(), e)
	return resp, err
}
