package exchange

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Waits returns a round tripper that tells of Exchange's own header for when to ask again in the one that all
// others use: a throttled answer has Rate-Limit-Reset and no Retry-After.
func Waits(next http.RoundTripper, now func() time.Time) http.RoundTripper {
	return &waits{next: next, now: now}
}

type waits struct {
	next http.RoundTripper
	now  func() time.Time
}

// RoundTrip sends the request.
func (w *waits) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "" {
		return resp, err
	}
	if wait := untilReset(resp.Header.Get("Rate-Limit-Reset"), w.now()); wait > 0 {
		resp.Header.Set("Retry-After", strconv.FormatFloat(wait.Seconds(), 'f', 3, 64))
	}
	return resp, nil
}

// untilReset reads the header, whose form is not documented: a time, or the seconds until then.
func untilReset(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
		return time.Duration(seconds * float64(time.Second))
	}
	for _, form := range []string{time.RFC3339Nano, http.TimeFormat} {
		if at, err := time.Parse(form, value); err == nil {
			return at.Sub(now)
		}
	}
	return 0
}
