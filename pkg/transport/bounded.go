package transport

import (
	"context"
	"io"
	"net/http"
	"time"
)

// bounded ends a try that takes too long, from when it leaves to the end of its answer. The wait for a turn, or for
// the end of a pause, is no part of that: it says nothing of the service's health.
type bounded struct {
	next    http.RoundTripper
	timeout time.Duration
}

// RoundTrip sends a request. The body of its answer has to be closed.
func (b *bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), b.timeout)
	resp, err := b.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = &boundedBody{resp.Body, cancel}
	return resp, nil
}

// boundedBody is the body of an answer, with which the try ends.
type boundedBody struct {
	io.ReadCloser
	end context.CancelFunc
}

// Close ends the try.
func (b *boundedBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}
