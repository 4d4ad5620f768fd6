package onelogin

import "net/http"

// Quota is a round tripper for the bottom of the transport: OneLogin says in X-RateLimit-Reset, in seconds,
// when its quota begins anew, and whether it sends Retry-After as well is not documented. An answer that
// refuses for the rate and has only the former gets the latter, which the transport waits by.
type Quota struct{ Next http.RoundTripper }

// RoundTrip sends a request.
func (q Quota) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := q.Next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "" {
		return resp, err
	}
	if reset := resp.Header.Get("X-RateLimit-Reset"); reset != "" {
		resp.Header.Set("Retry-After", reset)
	}
	return resp, nil
}
