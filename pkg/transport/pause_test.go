package transport

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// refusedFor is a refusal that asks for a wait, or for none with 0.
func refusedFor(d time.Duration) signal { return signal{refused: true, wait: d} }

func pauseOf(clock Clock) *pause {
	return newPause(Config{Clock: clock, MaxWait: 20 * time.Second, Waited: func(time.Duration) {}})
}

func TestPause_ThoseWhoWaitedLeaveOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, start := pauseOf(SystemClock{}), time.Now()
		p.heed(refusedFor(3*time.Second), start, 5)
		var mu sync.Mutex
		var left []time.Duration
		for range 5 {
			go func() {
				if err := p.wait(t.Context()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				left = append(left, time.Since(start)-3*time.Second)
			}()
		}
		pass(t, 3*time.Second+spread)
		synctest.Wait()
		const apart = spread / 5
		if want := []time.Duration{0, apart, 2 * apart, 3 * apart, 4 * apart}; !slices.Equal(left, want) {
			t.Errorf("they left %v after the pause, want %v", left, want)
		}
		for range 100 {
			if err := p.wait(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if late := time.Since(start) - 3*time.Second; late != spread {
			t.Errorf("others had to wait until %v after the pause", late)
		}
	})
}

// TestPause_ThoseWhoComeAtItsEndLeaveOneAfterTheOther, as callers do who were told when that is.
func TestPause_ThoseWhoComeAtItsEndLeaveOneAfterTheOther(t *testing.T) {
	clock := newClock()
	p := pauseOf(clock)
	p.heed(refusedFor(time.Hour), clock.now, 5)
	clock.now = clock.now.Add(time.Hour)
	for range 10 {
		if err := p.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if clock.total() != spread {
		t.Errorf("ten left within %v, want %v", clock.total(), spread)
	}
}

// TestPause_AsLongAsAskedAndNoLonger: one request alone leaves at the moment that the service has named.
func TestPause_AsLongAsAskedAndNoLonger(t *testing.T) {
	for _, asked := range []time.Duration{time.Millisecond, 900 * time.Millisecond, 20 * time.Second} {
		clock := newClock()
		p := pauseOf(clock)
		p.heed(refusedFor(asked), clock.now, 1)
		if err := p.wait(t.Context()); err != nil || clock.total() != asked {
			t.Errorf("waited %v, %v, want %v", clock.total(), err, asked)
		}
	}
}

// TestPause_IsNeverLongerThanAnyQuotaIs: a wait for the day after tomorrow is a mistake.
func TestPause_IsNeverLongerThanAnyQuotaIs(t *testing.T) {
	clock := newClock()
	p := pauseOf(clock)
	p.heed(refusedFor(maxRetryAfter), clock.now, 1)
	var paused *PausedError
	if err := p.wait(t.Context()); !errors.As(err, &paused) || !paused.Until.Equal(clock.now.Add(longestPause)) {
		t.Errorf("got %v, want a pause of %v", err, longestPause)
	}
	clock.now = clock.now.Add(longestPause)
	if err := p.wait(t.Context()); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// TestPause_WhereNoneIsAskedFor: refusals that ask for nothing get a pause that doubles, those of one moment share it,
// and what succeeds ends the row.
func TestPause_WhereNoneIsAskedFor(t *testing.T) {
	clock := newClock()
	p := pauseOf(clock)
	refuse := func() time.Duration {
		t.Helper()
		sent, slept := clock.now, clock.total()
		for range 3 {
			p.heed(refusedFor(0), sent, 1)
		}
		if err := p.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		return clock.total() - slept
	}
	var got []time.Duration
	for range 5 {
		got = append(got, refuse())
	}
	p.heed(signal{success: true}, clock.now, 1)
	got = append(got, refuse())
	if want := []time.Duration{1e9, 2e9, 4e9, 8e9, 8e9, 1e9}; !slices.Equal(got, want) {
		t.Errorf("they waited %v, want %v", got, want)
	}
}

func TestNew_ARefusalIsNoTryAndEndsWithMaxWait(t *testing.T) {
	refusals := func(n int, wait string) *fakeRoundTripper {
		return &fakeRoundTripper{answer: func(i int, _ *http.Request) (*http.Response, error) {
			if i < n {
				return reply(429, "Retry-After", wait), nil
			}
			return reply(200), nil
		}}
	}
	for _, c := range []struct {
		refused     int
		wait        string
		sent, state int
	}{
		{10, "1.5", 11, 200},
		{100, "1.5", 14, 429},   // 13 waits are 19.5 s
		{100, "0.001", 16, 429}, // however short they are
	} {
		rt := refusals(c.refused, c.wait)
		resp, err := New(Config{Base: rt, Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: newClock()}).RoundTrip(request(t, "GET", ""))
		if err != nil || resp.StatusCode != c.state || rt.count() != c.sent {
			t.Errorf("%d refusals for %s s: %v, %v after %d, want %d after %d", c.refused, c.wait, resp, err, rt.count(), c.state, c.sent)
		}
	}
}

// TestNew_AFaultAfterRefusalsIsTheFirst: its wait is that of a first fault, however often the request was refused before.
func TestNew_AFaultAfterRefusalsIsTheFirst(t *testing.T) {
	for refused := range 8 {
		rt := &fakeRoundTripper{answer: func(i int, _ *http.Request) (*http.Response, error) {
			switch {
			case i < refused:
				return reply(429, "Retry-After", "1"), nil
			case i < refused+3:
				return reply(502), nil
			}
			return reply(200), nil
		}}
		resp, err := New(Config{Base: rt, Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: newClock()}).RoundTrip(request(t, "GET", ""))
		if err != nil || resp.StatusCode != 200 || rt.count() != refused+4 {
			t.Errorf("three faults after %d refusals: %v, %v after %d", refused, resp, err, rt.count())
		}
	}
}

// TestNew_TheBoundOfATryLeavesOutTheWaitForATurn: those who wait for a slow lane longer than a try may take get theirs.
func TestNew_TheBoundOfATryLeavesOutTheWaitForATurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := &fakeRoundTripper{answer: func(_ int, req *http.Request) (*http.Response, error) {
			return reply(200), SystemClock{}.Sleep(req.Context(), time.Second)
		}}
		pipeline := New(Config{Base: rt, Host: "graph.example.com", Tokens: &fakeTokens{}, TryTimeout: 2 * time.Second,
			Lanes: []Lane{{Name: "slow", Requests: 1, Per: time.Minute}}})
		var done sync.WaitGroup
		for range 4 {
			req := request(t, "GET", "").WithContext(WithLane(context.Background(), "slow"))
			done.Go(func() {
				if resp, err := pipeline.RoundTrip(req); err != nil || resp.StatusCode != 200 {
					t.Errorf("got %v, %v", resp, err)
				}
			})
		}
		done.Wait()
		if rt.count() != 4 {
			t.Errorf("%d requests for four", rt.count())
		}
	})
}
