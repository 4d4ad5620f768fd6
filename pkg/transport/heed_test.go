package transport

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

func heeding(t *testing.T, c Config) (http.RoundTripper, Heeder) {
	t.Helper()
	rt := New(c)
	h, ok := rt.(Heeder)
	if !ok {
		t.Fatalf("a %T heeds nothing", rt)
	}
	return rt, h
}

// TestHeed_ARefusalWithinAnAnswerPausesItsLane for the longest that one asks for, and no other lane.
func TestHeed_ARefusalWithinAnAnswerPausesItsLane(t *testing.T) {
	clock := newClock()
	units := 0.0
	rt, h := heeding(t, Config{Base: inTurn(status(200)), Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: clock,
		Lanes: []Lane{{Name: "reports", Requests: 5}}, Metered: func(_ context.Context, u float64) { units += u }})
	h.Heed(t.Context(), []Answer{
		{http.StatusOK, http.Header{"X-Ms-Resource-Unit": {"2"}}},
		{http.StatusTooManyRequests, http.Header{"X-Ms-Resource-Unit": {"1"}, "Retry-After": {"3"}}},
		{http.StatusTooManyRequests, http.Header{"Retry-After": {"7"}}},
		{http.StatusNotFound, nil},
	})
	if _, err := rt.RoundTrip(by(t, "reports")); err != nil || clock.total() != 0 {
		t.Errorf("another lane waited %v, %v", clock.total(), err)
	}
	if _, err := rt.RoundTrip(request(t, "GET", "")); err != nil || clock.total() != 7*time.Second || units != 3 {
		t.Errorf("the lane waited %v, %v, for %v units, want 7 s and 3", clock.total(), err, units)
	}
	h.Heed(WithLane(t.Context(), "reports"), []Answer{{http.StatusTooManyRequests, http.Header{"Retry-After": {"300"}}}})
	var paused *PausedError
	if _, err := rt.RoundTrip(by(t, "reports")); !errors.As(err, &paused) {
		t.Errorf("got %v, want the pause", err)
	}
	if _, err := rt.RoundTrip(request(t, "GET", "")); err != nil {
		t.Error(err)
	}
}

// TestHeed_SlowsDownByTheFullestAnswer once, however many there are.
func TestHeed_SlowsDownByTheFullestAnswer(t *testing.T) {
	_, h := heeding(t, Config{Base: inTurn(status(200)), Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: newClock()})
	p, ok := h.(*pipeline)
	if !ok {
		t.Fatal("no pipeline")
	}
	w := windowOf(p.lanes.common)
	w.under = 16
	used := func(share string) Answer {
		return Answer{http.StatusOK, http.Header{"X-Ms-Throttle-Limit-Percentage": {share}}}
	}
	h.Heed(t.Context(), []Answer{used("0.85"), used("0.9"), used("0.8"), used("none")})
	if w.size < 11.999 || w.size > 12.001 {
		t.Errorf("of 16 it leaves %v, want 12", w.size)
	}
	h.Heed(t.Context(), nil)
}
