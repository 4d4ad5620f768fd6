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

func reports() Config {
	return Config{Host: "graph.example.com", Tokens: &fakeTokens{}, Lanes: []Lane{{Name: "reports", Requests: 5, Per: 10 * time.Second}}}
}

func by(t *testing.T, lane string) *http.Request {
	t.Helper()
	req := request(t, "GET", "")
	return req.WithContext(WithLane(req.Context(), lane))
}

// arrivals is a service that notes when requests arrive, some time after they were sent and before they
// are answered.
type arrivals struct {
	mu sync.Mutex
	at []time.Time
}

func (a *arrivals) answer(n int, req *http.Request) (*http.Response, error) {
	if err := (SystemClock{}).Sleep(req.Context(), time.Duration(n*37%400)*time.Millisecond); err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.at = append(a.at, time.Now())
	a.mu.Unlock()
	return reply(200), SystemClock{}.Sleep(req.Context(), time.Duration(n*53%200)*time.Millisecond)
}

// most is how many requests arrived within the time that was fullest.
func (a *arrivals) most(per time.Duration) int {
	most := 0
	for i, from := range a.at {
		n := 0
		for _, at := range a.at[i:] {
			if at.Sub(from) < per {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func TestLane_NoTimeHoldsMoreRequestsThanItsRate(t *testing.T) {
	for _, senders := range []int{1, 16} {
		synctest.Test(t, func(t *testing.T) {
			service := &arrivals{}
			c := reports()
			c.Base = &fakeRoundTripper{answer: service.answer}
			rt, start := New(c), time.Now()
			var done sync.WaitGroup
			for range senders {
				done.Go(func() {
					for range 64 / senders {
						if _, err := rt.RoundTrip(by(t, "reports")); err != nil {
							t.Errorf("a request failed: %v", err)
						}
					}
				})
			}
			done.Wait()
			slices.SortFunc(service.at, time.Time.Compare)
			if most := service.most(10 * time.Second); len(service.at) != 64 || most != 5 {
				t.Errorf("%d senders: %d requests arrived, %d of them within ten seconds, want 64 and 5", senders, len(service.at), most)
			}
			// 64 requests are 13 rounds of five, and twelve waits of ten seconds.
			if took := time.Since(start); took < 2*time.Minute || took > 2*time.Minute+13*3*time.Second {
				t.Errorf("%d senders: it took %v", senders, took)
			}
		})
	}
}

func TestLane_OneLanesWaitsHoldBackNoOther(t *testing.T) {
	for slow, other := range map[string]string{"reports": "", "": "reports"} {
		synctest.Test(t, func(t *testing.T) {
			rt := &fakeRoundTripper{answer: func(n int, _ *http.Request) (*http.Response, error) {
				if n == 0 {
					return reply(429, "Retry-After", "300"), nil
				}
				return reply(200), nil
			}}
			c := reports()
			c.Base, c.Concurrency = rt, 1
			pipeline, start := New(c), time.Now()
			if resp, err := pipeline.RoundTrip(by(t, slow)); err != nil || resp.StatusCode != 429 {
				t.Fatalf("got %v, %v", resp, err)
			}
			var paused *PausedError
			if _, err := pipeline.RoundTrip(by(t, slow)); !errors.As(err, &paused) {
				t.Errorf("lane %q: %v, want its pause", slow, err)
			}
			if resp, err := pipeline.RoundTrip(by(t, other)); err != nil || resp.StatusCode != 200 || time.Since(start) != 0 {
				t.Errorf("lane %q: %v, %v after %v, want it to go on", other, resp, err, time.Since(start))
			}
		})
	}
}

func TestLane_TheCommonLaneGoesOnWhileAnotherWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := reports()
		c.Base, c.Concurrency = inTurn(status(200)), 1
		rt, start := New(c), time.Now()
		var done sync.WaitGroup
		for range 40 {
			done.Go(func() { _, _ = rt.RoundTrip(by(t, "reports")) })
		}
		synctest.Wait()
		for range 100 {
			for _, lane := range []string{"", "no such lane"} {
				if _, err := rt.RoundTrip(by(t, lane)); err != nil {
					t.Error(err)
				}
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("the common lane waited %v", took)
		}
		done.Wait()
		if took := time.Since(start); took != 70*time.Second {
			t.Errorf("40 requests took %v, want 70 s", took)
		}
	})
}

func TestLane_AWaitForATurnMayBeLongerThanMaxWaitAndEndsWithItsContext(t *testing.T) {
	clock := newClock()
	c := Config{Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: clock, MaxWait: time.Second,
		Lanes: []Lane{{Name: "slow", Requests: 1, Per: time.Minute}}}
	c.Base = inTurn(status(200))
	var told time.Duration
	c.Waited = func(d time.Duration) { told += d }
	rt := New(c)
	for range 3 {
		if _, err := rt.RoundTrip(by(t, "slow")); err != nil {
			t.Fatal(err)
		}
	}
	if clock.total() != 2*time.Minute || told != 2*time.Minute {
		t.Errorf("waited %v, told of %v, want two minutes", clock.total(), told)
	}
	stopped := errors.New("the sync was stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	clock.during = func() { cancel(stopped) }
	if _, err := rt.RoundTrip(by(t, "slow").WithContext(WithLane(ctx, "slow"))); !errors.Is(err, stopped) {
		t.Errorf("got %v", err)
	}
	clock.during = nil
	if _, err := rt.RoundTrip(by(t, "slow")); err != nil || clock.total() != 3*time.Minute {
		t.Errorf("the turn that was not taken is lost: %v after %v", err, clock.total())
	}
}

func TestLane_TellsOfPauses(t *testing.T) {
	clock := newClock()
	var told []time.Duration
	c := Config{Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: clock, Waited: func(d time.Duration) { told = append(told, d) }}
	c.Base = inTurn(status(429, "Retry-After", "7"), status(200))
	rt := New(c)
	single := request(t, "GET", "")
	if _, err := rt.RoundTrip(single.WithContext(SingleTry(single.Context()))); err != nil {
		t.Fatal(err)
	}
	if _, err := rt.RoundTrip(request(t, "GET", "")); err != nil || !slices.Equal(told, []time.Duration{7 * time.Second}) {
		t.Errorf("told of %v, %v, want the seven seconds of the pause", told, err)
	}
}
