package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// maxBody bounds one answer. Graph's largest pages are some megabytes.
	maxBody = 256 << 20
	// maxRetryAfter bounds what an answer may ask for; more is taken for a mistake.
	maxRetryAfter = 24 * time.Hour
	// maxSent is how often a request is sent, refusals included, however short the waits are.
	maxSent = 16
)

// retry repeats what may be repeated: reads that found a passing fault, and writes that the service
// refused before it did anything (429). It reads each answer to its end before it hands it on, or has it read
// as it comes in (see Consume), so a body that is cut off or stalls is a fault of the round trip like a dropped
// connection: only here can a read still be asked for again, and above a short body can never pass for a short list.
type retry struct {
	next     http.RoundTripper
	clock    Clock
	maxTries int
	maxWait  time.Duration
	waited   func(time.Duration)
}

// RoundTrip sends a request, and again while that may help and the waits stay within their bound.
func (r *retry) RoundTrip(req *http.Request) (*http.Response, error) {
	var waited time.Duration
	faults := 0
	for try := 1; ; try++ {
		resp, err := r.once(req)
		if !r.postponed(resp) {
			faults++
		}
		if faults == r.maxTries || try == maxSent || singleTry(req.Context()) || !mayRepeat(req, resp, err) {
			return resp, err
		}
		wait := r.wait(resp, max(1, faults))
		if waited+wait > r.maxWait {
			return resp, err
		}
		if err := r.clock.Sleep(req.Context(), wait); err != nil {
			return nil, err
		}
		waited += wait
		if throttled(resp) {
			r.waited(wait)
		}
	}
}

// postponed says whether the service refused the request for the rate alone, and said when it would take it.
func (r *retry) postponed(resp *http.Response) bool {
	return resp != nil && resp.StatusCode == http.StatusTooManyRequests && RetryAfter(resp.Header, r.clock.Now()) > 0
}

// throttled says whether the service refused the request because it has too much to do.
func throttled(resp *http.Response) bool {
	return resp != nil && (resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable)
}

// once sends the request and reads the whole answer, or has it read (see Consume).
func (r *retry) once(req *http.Request) (*http.Response, error) {
	consume, values := consumer(req.Context())
	resp, err := r.next.RoundTrip(req.WithContext(values))
	if err != nil {
		return nil, err
	}
	body := resp.Body
	defer func() { _ = body.Close() }()
	var kept bytes.Buffer
	if consume == nil || !successful(resp) {
		consume = func(body io.Reader) { _, _ = kept.ReadFrom(body) } // drain tells its error
	}
	if err := drain(req, body, consume); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(&kept)
	return resp, nil
}

// singleTryKey marks a context whose requests are sent once.
type singleTryKey struct{}

// SingleTry returns a context in which each request is sent once: its caller has a loop of its own, and
// retries within retries add up to a long wait for a plain answer.
func SingleTry(ctx context.Context) context.Context {
	return context.WithValue(ctx, singleTryKey{}, true)
}

func singleTry(ctx context.Context) bool { return ctx.Value(singleTryKey{}) != nil }

// readOnlyKey marks a context whose requests change nothing.
type readOnlyKey struct{}

// ReadOnly returns a context whose requests change nothing, whatever their method: they are repeated as
// reads are.
func ReadOnly(ctx context.Context) context.Context {
	return context.WithValue(ctx, readOnlyKey{}, true)
}

func reads(req *http.Request) bool {
	return req.Method == http.MethodGet || req.Context().Value(readOnlyKey{}) != nil
}

// mayRepeat says whether a request may be sent once more after this outcome.
func mayRepeat(req *http.Request, resp *http.Response, err error) bool {
	if req.Context().Err() != nil || !replayable(req) {
		return false
	}
	if err != nil {
		return reads(req) && passing(err)
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return reads(req)
	}
	return false
}

// passing says whether a failed round trip may well go through the next time. What was decided on this
// side is final.
func passing(err error) bool {
	var paused *PausedError
	var untrusted *tls.CertificateVerificationError
	return !errors.Is(err, ErrForeignHost) && !errors.As(err, &paused) && !errors.As(err, &untrusted) && !isFinal(err)
}

// isFinal says whether an error says of itself that asking again would get the same answer.
func isFinal(err error) bool {
	var final interface{ Final() bool }
	return errors.As(err, &final) && final.Final()
}

// wait is what the service asked for, else a second that doubles with each fault, with up to a quarter
// of jitter so that workers do not come back in step.
func (r *retry) wait(resp *http.Response, faults int) time.Duration {
	if resp != nil {
		if d := RetryAfter(resp.Header, r.clock.Now()); d > 0 {
			return d
		}
	}
	d := time.Second << (faults - 1)
	return d + rand.N(d/4)
}

// RetryAfter reads the wait that an answer asks for: seconds, whole or fractional, or a date
// (RFC 9110 10.2.3). It is 0 where there is none or it has passed. Fractions are rounded up to the
// millisecond, never down: 0.9 s is not "at once". A date is held against that of the answer where it has one, so that
// a clock that is off by minutes, there or here, costs no minutes; else against now.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		if !(s > 0) {
			return 0
		}
		return time.Duration(math.Ceil(min(s, maxRetryAfter.Seconds())*1000)) * time.Millisecond
	}
	at, err := http.ParseTime(v)
	if sent, unknown := http.ParseTime(h.Get("Date")); unknown == nil {
		now = sent
	}
	if err != nil || !at.After(now) {
		return 0
	}
	return min(at.Sub(now), maxRetryAfter)
}
