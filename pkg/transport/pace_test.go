package transport

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// paceOf is the pace of a lane without limits of its own.
func paceOf(next http.RoundTripper, clock Clock, concurrency int, maxWait time.Duration) *pace {
	return newLanes(next, Config{Clock: clock, MaxWait: maxWait, Concurrency: concurrency, MaxConcurrency: concurrency,
		Waited: func(time.Duration) {}}).common
}

func TestPace_NeverExceedsItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const bound, senders = 5, 64
		var mu sync.Mutex
		var under, most int
		count := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			under += n
			most = max(most, under)
		}
		rt := &fakeRoundTripper{answer: func(int, *http.Request) (*http.Response, error) {
			count(1)
			defer count(-1)
			time.Sleep(time.Second)
			return reply(200), nil
		}}
		p := paceOf(rt, SystemClock{}, bound, time.Second)
		start := time.Now()
		var done sync.WaitGroup
		for range senders {
			req := request(t, "GET", "")
			done.Go(func() {
				if _, err := p.RoundTrip(req); err != nil {
					t.Errorf("a request failed: %v", err)
				}
			})
		}
		done.Wait()
		if most != bound || rt.count() != senders {
			t.Errorf("%d were under way at once, %d were sent, want %d and %d", most, rt.count(), bound, senders)
		}
		if took := time.Since(start); took != 13*time.Second {
			t.Errorf("five at a time took %v, want 13 rounds of a second", took)
		}
	})
}

func TestPace_One429HoldsBackEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := inTurn(status(429, "Retry-After", "7"), status(200))
		p := paceOf(rt, SystemClock{}, 16, 20*time.Second)
		if resp, err := p.RoundTrip(request(t, "GET", "")); err != nil || resp.StatusCode != 429 {
			t.Fatalf("got %v, %v, want the 429 itself", resp, err)
		}
		for range 10 {
			req := request(t, "GET", "")
			go func() {
				if _, err := p.RoundTrip(req); err != nil {
					t.Errorf("a request failed: %v", err)
				}
			}()
		}
		time.Sleep(7*time.Second - time.Nanosecond)
		synctest.Wait()
		if rt.count() != 1 {
			t.Errorf("%d requests left within the pause", rt.count()-1)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if rt.count() == 1 {
			t.Error("no request left after the pause")
		}
	})
}

func TestPace_ALaterAnswerProlongsThePauseAndNeverShortensIt(t *testing.T) {
	clock := newClock()
	p := paceOf(inTurn(status(429, "Retry-After", "9")), clock, 1, 20*time.Second)
	start := clock.Now()
	for _, d := range []time.Duration{3 * time.Second, 10 * time.Second, 2 * time.Second} {
		p.pause.heed(refusedFor(d), start, 1)
	}
	if _, err := p.RoundTrip(request(t, "GET", "")); err != nil || clock.Now().Sub(start) != 10*time.Second {
		t.Errorf("it left after %v, %v, want 10 s", clock.Now().Sub(start), err)
	}
	if until := p.pause.until.Sub(start); until != 19*time.Second {
		t.Errorf("the pause ends after %v, want 19 s", until)
	}
}

func TestPace_RefusesAtOnceWhereThePauseIsTooLong(t *testing.T) {
	clock := newClock()
	rt := inTurn(status(429, "Retry-After", "300"), status(200))
	p := paceOf(rt, clock, 1, 20*time.Second)
	if resp, err := p.RoundTrip(request(t, "GET", "")); err != nil || resp.StatusCode != 429 {
		t.Fatalf("got %v, %v", resp, err)
	}
	_, err := p.RoundTrip(request(t, "GET", ""))
	var paused *PausedError
	if !errors.As(err, &paused) || !paused.RetryAt().Equal(clock.Now().Add(5*time.Minute)) || rt.count() != 1 {
		t.Fatalf("got %v after %d requests", err, rt.count())
	}
	if want := "the service asked for a pause until 2026-03-01T12:05:00Z"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	clock.now = clock.now.Add(5 * time.Minute)
	if resp, err := p.RoundTrip(request(t, "GET", "")); err != nil || resp.StatusCode != 200 {
		t.Errorf("after the pause: %v, %v", resp, err)
	}
}

func TestPace_WaitsEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stopped := errors.New("the sync was stopped")
		p := paceOf(inTurn(status(200)), SystemClock{}, 1, 20*time.Second)
		p.pause.heed(refusedFor(10*time.Second), time.Now(), 1)
		for _, waitsFor := range []string{"the pause", "a turn"} {
			ctx, cancel := context.WithCancelCause(t.Context())
			req := request(t, "GET", "").WithContext(ctx)
			if waitsFor == "a turn" {
				if _, err := p.turns.take(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			failed := make(chan error, 1)
			go func() {
				_, err := p.RoundTrip(req)
				failed <- err
			}()
			synctest.Wait()
			cancel(stopped)
			if err := <-failed; !errors.Is(err, stopped) {
				t.Errorf("waiting for %s: %v", waitsFor, err)
			}
		}
		if w := windowOf(p); w.under != 1 || len(w.queue) != 0 {
			t.Errorf("%d turns are taken and %d wait, want none but the one that this test has", w.under, len(w.queue))
		}
	})
}

func windowOf(p *pace) *window {
	w, _ := p.turns.(*window)
	return w
}

func TestPace_GivesTheTurnBackAfterAFailure(t *testing.T) {
	p := paceOf(inTurn(dropped), newClock(), 1, time.Second)
	for range 3 {
		if _, err := p.RoundTrip(request(t, "GET", "")); !errors.Is(err, errDropped) {
			t.Fatalf("got %v", err)
		}
	}
}
