package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func newRetry(next http.RoundTripper, clock Clock) *retry {
	return &retry{next: next, clock: clock, maxTries: 4, maxWait: 20 * time.Second, waited: func(time.Duration) {}}
}

func TestRetry_RepeatsWhatMayPass(t *testing.T) {
	passing := map[string]func() (*http.Response, error){
		"429": status(429), "500": status(500), "502": status(502), "503": status(503), "504": status(504),
		"dropped": dropped, "cut off": cutOff,
	}
	for _, method := range []string{"GET", "POST", "PATCH", "DELETE"} {
		for name, fault := range passing {
			t.Run(method+" "+name, func(t *testing.T) {
				rt := inTurn(fault, status(200))
				resp, err := newRetry(rt, newClock()).RoundTrip(request(t, method, ""))
				want := 1
				if method == http.MethodGet || name == "429" {
					want = 2
				}
				if rt.count() != want {
					t.Errorf("sent %d times, want %d", rt.count(), want)
				}
				if want == 2 && (err != nil || resp.StatusCode != 200) {
					t.Errorf("got %v, %v, want the second answer", resp, err)
				}
				if want == 1 && err == nil && resp.StatusCode == 200 {
					t.Error("a write that may have happened came back as a success")
				}
			})
		}
	}
}

func TestRetry_LeavesOtherAnswersAlone(t *testing.T) {
	for _, code := range []int{200, 204, 301, 400, 401, 403, 404, 409, 410, 501} {
		clock, rt := newClock(), inTurn(status(code))
		resp, err := newRetry(rt, clock).RoundTrip(request(t, "GET", ""))
		if err != nil || resp.StatusCode != code || rt.count() != 1 || clock.total() != 0 {
			t.Errorf("%d: got %v, %v after %d tries and %v", code, resp, err, rt.count(), clock.total())
		}
	}
}

func TestRetry_GivesUpAfterMaxTriesWithTheLastAnswer(t *testing.T) {
	clock, rt := newClock(), inTurn(status(500), status(500), status(500), status(503, "request-id", "last"))
	resp, err := newRetry(rt, clock).RoundTrip(request(t, "GET", ""))
	if err != nil || rt.count() != 4 || resp.Header.Get("request-id") != "last" {
		t.Fatalf("got %v, %v after %d tries", resp, err, rt.count())
	}
	if bodyOf(t, resp) != "Service Unavailable" {
		t.Error("the body of the last answer is lost")
	}
	for i, d := range clock.slept {
		base := time.Second << i
		if d < base || d >= base+base/4 {
			t.Errorf("wait %d is %v, want %v and up to a quarter more", i+1, d, base)
		}
	}
}

func TestRetry_WaitsAsLongAsItIsAsked(t *testing.T) {
	now := newClock().now
	for _, c := range []struct {
		retryAfter string
		want       time.Duration
	}{
		{"3", 3 * time.Second},
		{"0.9", 900 * time.Millisecond},
		{"0.0001", time.Millisecond},
		{now.Add(5 * time.Second).Format(http.TimeFormat), 5 * time.Second},
	} {
		clock := newClock()
		resp, err := newRetry(inTurn(status(429, "Retry-After", c.retryAfter), status(200)), clock).RoundTrip(request(t, "GET", ""))
		if err != nil || resp.StatusCode != 200 || clock.total() != c.want {
			t.Errorf("Retry-After %s: %v, %v after %v, want 200 after %v", c.retryAfter, resp, err, clock.total(), c.want)
		}
	}
}

func TestRetry_BacksOffWhereNoUsableWaitIsGiven(t *testing.T) {
	for _, header := range []string{"", "0", "-5", "soon", "Sun, 01 Mar 2020 00:00:00 GMT", "NaN"} {
		clock := newClock()
		_, err := newRetry(inTurn(status(429, "Retry-After", header), status(200)), clock).RoundTrip(request(t, "GET", ""))
		if err != nil || clock.total() < time.Second || clock.total() >= 1250*time.Millisecond {
			t.Errorf("Retry-After %q: waited %v, %v, want a second and some jitter", header, clock.total(), err)
		}
	}
}

func TestRetry_NeverWaitsLongerThanMaxWaitInAll(t *testing.T) {
	for _, c := range []struct {
		name, retryAfter string
		tries            int
	}{
		{"one wait too long", "21", 1},
		{"the sum too long", "9", 3},
		{"just within", "6.6", 4},
		{"absurd", "1e300", 1},
		{"infinite", "Inf", 1},
		{"date far away", "Fri, 31 Dec 9999 23:59:59 GMT", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock, rt := newClock(), inTurn(status(429, "Retry-After", c.retryAfter))
			resp, err := newRetry(rt, clock).RoundTrip(request(t, "GET", ""))
			if err != nil || resp.StatusCode != 429 || rt.count() != c.tries || clock.total() > 20*time.Second {
				t.Errorf("got %v, %v after %d tries and %v, want the last 429 after %d", resp, err, rt.count(), clock.total(), c.tries)
			}
		})
	}
}

func TestRetry_AnAbsurdDateAfterAnotherWaitIsNotSleptThrough(t *testing.T) {
	clock := newClock()
	rt := inTurn(status(503, "Retry-After", "2"), status(503, "Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), status(200))
	resp, err := newRetry(rt, clock).RoundTrip(request(t, "GET", ""))
	if err != nil || resp.StatusCode != 503 || clock.total() != 2*time.Second {
		t.Errorf("got %v, %v after %v, want the second 503 after 2 s", resp, err, clock.total())
	}
}

func TestRetry_EndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	stopped := errors.New("the sync was stopped")
	clock, rt := newClock(), inTurn(status(503))
	clock.during = func() { cancel(stopped) }
	resp, err := newRetry(rt, clock).RoundTrip(request(t, "GET", "").WithContext(ctx))
	if !errors.Is(err, stopped) || resp != nil || rt.count() != 1 {
		t.Errorf("got %v, %v after %d tries, want the context's cause", resp, err, rt.count())
	}
	_, err = newRetry(inTurn(dropped), newClock()).RoundTrip(request(t, "GET", "").WithContext(ctx))
	if !errors.Is(err, errDropped) {
		t.Errorf("a request whose context had ended: %v", err)
	}
}

func TestRetry_DoesNotRepeatWhatThisSideDecided(t *testing.T) {
	for name, failure := range map[string]error{
		"foreign host": ErrForeignHost, "paused": &PausedError{}, "final": finalError{true},
	} {
		rt := inTurn(func() (*http.Response, error) { return nil, failure })
		if _, err := newRetry(rt, newClock()).RoundTrip(request(t, "GET", "")); !errors.Is(err, failure) || rt.count() != 1 {
			t.Errorf("%s: %v after %d tries", name, err, rt.count())
		}
	}
	rt := inTurn(func() (*http.Response, error) { return nil, finalError{false} })
	if _, err := newRetry(rt, newClock()).RoundTrip(request(t, "GET", "")); err == nil || rt.count() != 4 {
		t.Errorf("a failure that may pass: %v after %d tries", err, rt.count())
	}
}

type finalError struct{ final bool }

func (finalError) Error() string { return "sign-in" }
func (e finalError) Final() bool { return e.final }

func TestRetry_CutOffBodyNamesTheRequestAndKeepsItsCause(t *testing.T) {
	_, err := newRetry(inTurn(cutOff), newClock()).RoundTrip(request(t, "GET", ""))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "GET /v1.0/users broke off after 10 bytes") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the query is in the text: %v", err)
	}
}

func TestRetry_DoesNotRepeatABodyThatCannotBeRewound(t *testing.T) {
	req := request(t, "POST", "x")
	req.GetBody = nil
	rt := inTurn(status(429), status(200))
	if resp, err := newRetry(rt, newClock()).RoundTrip(req); err != nil || resp.StatusCode != 429 || rt.count() != 1 {
		t.Errorf("got %v, %v after %d tries", resp, err, rt.count())
	}
}

func TestRetry_SingleTryIsSentOnce(t *testing.T) {
	clock, rt := newClock(), inTurn(status(503), status(200))
	req := request(t, "GET", "")
	resp, err := newRetry(rt, clock).RoundTrip(req.WithContext(SingleTry(req.Context())))
	if err != nil || resp.StatusCode != 503 || rt.count() != 1 || clock.total() != 0 {
		t.Errorf("got %v, %v after %d tries and %v", resp, err, rt.count(), clock.total())
	}
}

func TestRetry_DoesNotRepeatForACertificateThatIsNotTrusted(t *testing.T) {
	untrusted := func() (*http.Response, error) {
		return nil, &tls.CertificateVerificationError{Err: errors.New("unknown authority")}
	}
	clock, rt := newClock(), inTurn(untrusted, status(200))
	if _, err := newRetry(rt, clock).RoundTrip(request(t, "GET", "")); err == nil || rt.count() != 1 {
		t.Errorf("got %v after %d tries", err, rt.count())
	}
}

func TestRetry_TellsOfTheWaitsThatThrottlingMakes(t *testing.T) {
	for name, c := range map[string]struct {
		first func() (*http.Response, error)
		want  bool
	}{"429": {status(429), true}, "503": {status(503, "Retry-After", "2"), true}, "500": {status(500), false}, "dropped": {dropped, false}} {
		clock, told := newClock(), time.Duration(0)
		r := newRetry(inTurn(c.first, status(200)), clock)
		r.waited = func(d time.Duration) { told += d }
		if _, err := r.RoundTrip(request(t, "GET", "")); err != nil {
			t.Fatal(err)
		}
		if clock.total() == 0 || c.want && told != clock.total() || !c.want && told != 0 {
			t.Errorf("%s: waited %v, told of %v", name, clock.total(), told)
		}
	}
}

func TestRetry_RepeatsAPostThatOnlyReads(t *testing.T) {
	for name, fault := range map[string]func() (*http.Response, error){"503": status(503), "dropped": dropped, "cut off": cutOff} {
		rt := inTurn(fault, status(200))
		req := request(t, "POST", `{"requests":[]}`)
		resp, err := newRetry(rt, newClock()).RoundTrip(req.WithContext(ReadOnly(req.Context())))
		if err != nil || resp.StatusCode != 200 || rt.count() != 2 {
			t.Errorf("%s: %v, %v after %d tries", name, resp, err, rt.count())
		}
	}
}
