package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func traced(t *testing.T, clock *fakeClock, answer func() (*http.Response, error)) (Exchange, error) {
	t.Helper()
	var seen []Exchange
	tr := &tracer{clock: clock, report: func(_ context.Context, e Exchange) { seen = append(seen, e) }, next: &fakeRoundTripper{
		answer: func(int, *http.Request) (*http.Response, error) {
			clock.now = clock.now.Add(60 * time.Millisecond)
			return answer()
		}}}
	_, err := tr.RoundTrip(request(t, "GET", ""))
	if len(seen) != 1 {
		t.Fatalf("%d exchanges were reported", len(seen))
	}
	return seen[0], err
}

func TestTrace_ReportsAnAnswer(t *testing.T) {
	got, err := traced(t, newClock(), status(429, "request-id", "4711", "x-ms-resource-unit", "2.5", "Retry-After", "3"))
	want := Exchange{Method: "GET", Host: "graph.example.com", Path: "/v1.0/users", Status: 429, Duration: 60 * time.Millisecond,
		RequestID: "4711", ResourceUnits: 2.5, RetryAfter: 3 * time.Second}
	if err != nil || got != want {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
}

func TestTrace_ReportsAFailure(t *testing.T) {
	got, err := traced(t, newClock(), dropped)
	if !errors.Is(err, errDropped) || !errors.Is(got.Err, errDropped) || got.Status != 0 || got.Path != "/v1.0/users" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTrace_SurvivesAMeterThatIsNoNumber(t *testing.T) {
	for _, units := range []string{"many", "NaN", "-1", "1e300", "Inf"} {
		if got, err := traced(t, newClock(), status(200, "x-ms-resource-unit", units)); err != nil || got.ResourceUnits != 0 {
			t.Errorf("%s: got %+v, %v", units, got, err)
		}
	}
}

func TestTrace_HoldsNeitherQueryNorToken(t *testing.T) {
	var seen []Exchange
	rt := New(Config{Base: inTurn(status(401), status(500), status(200)), Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: newClock(),
		Trace: func(_ context.Context, e Exchange) { seen = append(seen, e) }})
	if _, err := rt.RoundTrip(request(t, "GET", "")); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 3 {
		t.Errorf("%d exchanges, want each of three tries", len(seen))
	}
	for _, secret := range []string{"secret", "filter", "Bearer", "first", "second"} {
		if text := fmt.Sprintf("%+v", seen); strings.Contains(text, secret) {
			t.Errorf("%q is in the trace: %s", secret, text)
		}
	}
}
