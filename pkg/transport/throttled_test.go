package transport

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// feed sends requests by so many workers, each the next when it has the answer to the last, and returns how many of
// them did not succeed.
func feed(t *testing.T, rt http.RoundTripper, requests, workers int) (givenUp int) {
	t.Helper()
	var left, failed atomic.Int64
	left.Store(int64(requests))
	var done sync.WaitGroup
	for range workers {
		req := request(t, "GET", "")
		done.Go(func() {
			for left.Add(-1) >= 0 {
				if resp, err := rt.RoundTrip(req); err != nil || resp.StatusCode != http.StatusOK {
					failed.Add(1)
				}
			}
		})
	}
	done.Wait()
	return int(failed.Load())
}

// pacing is the part of the pipeline that waits, with the numbers of the connector for Entra.
func pacing(base http.RoundTripper) http.RoundTripper {
	c := Config{MaxConcurrency: 32}.withDefaults()
	return &retry{next: newLanes(base, c), clock: c.Clock, maxTries: c.MaxTries, maxWait: c.MaxWait, waited: c.Waited}
}

// check holds what came of it against what a good client owes: next to nothing refused, nothing given up, no time lost.
func (s *tenant) check(t *testing.T, name string, givenUp int, took, shortest time.Duration) {
	t.Helper()
	share := float64(s.refused) / float64(s.asked)
	if givenUp > 0 || share > 0.02 || s.hints && share > 0.002 || took > shortest*6/5 {
		t.Errorf("%s: %d of %d refused (%.2f %%), %d given up, %v where %v is the least", name, s.refused, s.asked, 100*share, givenUp,
			took.Round(time.Millisecond), shortest.Round(time.Millisecond))
	}
}

// TestThrottled_TakesWhatTheBucketGives: whatever requests cost, however long they take and whether the service warns,
// at most 2 % are refused, none is given up, and it takes no longer than 1.2 times what the bucket allows.
func TestThrottled_TakesWhatTheBucketGives(t *testing.T) {
	t.Parallel()
	costs := map[string]func(int) float64{"1": always(1), "1 to 3": mixed, "3": always(3)}
	for _, c := range []struct {
		latency time.Duration
		cost    string
		workers []int
	}{
		{2 * time.Millisecond, "3", []int{8}},
		{10 * time.Millisecond, "1", []int{8}},
		{10 * time.Millisecond, "1 to 3", []int{1, 8}},
		{10 * time.Millisecond, "3", []int{8}},
		{100 * time.Millisecond, "1", []int{1, 8}},
		{100 * time.Millisecond, "3", []int{1, 8, 32}},
		{500 * time.Millisecond, "1 to 3", []int{1, 8}},
	} {
		for _, workers := range c.workers {
			for _, hints := range []bool{true, false} {
				name := fmt.Sprintf("%s units, %v, %d workers, hints %v", c.cost, c.latency, workers, hints)
				synctest.Test(t, func(t *testing.T) {
					s := newTenant(c.latency, costs[c.cost], hints, whole)
					n, start := s.worth(20*time.Second, workers), time.Now()
					givenUp := feed(t, pacing(s), n, workers)
					s.check(t, name, givenUp, time.Since(start), s.shortest(n, workers))
				})
			}
		}
	}
}

// TestThrottled_WhateverARefusalAsksFor: the shortest wait that is of use, or none at all.
func TestThrottled_WhateverARefusalAsksFor(t *testing.T) {
	t.Parallel()
	for name, asks := range map[string]func(float64) string{"the exact wait": exact, "no wait": none} {
		synctest.Test(t, func(t *testing.T) {
			s := newTenant(10*time.Millisecond, always(3), false, asks)
			n, start := s.worth(20*time.Second, 8), time.Now()
			givenUp := feed(t, pacing(s), n, 8)
			s.check(t, name, givenUp, time.Since(start), s.shortest(n, 8))
		})
	}
}

// TestThrottled_TwoClientsShareABucket: neither knows of the other, and neither is left with nothing.
func TestThrottled_TwoClientsShareABucket(t *testing.T) {
	t.Parallel()
	for _, hints := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := newTenant(10*time.Millisecond, always(3), hints, whole)
			n, start := s.worth(20*time.Second, 16)/2, time.Now()
			var givenUp atomic.Int64
			var took [2]time.Duration
			var done sync.WaitGroup
			for i := range took {
				done.Go(func() {
					givenUp.Add(int64(feed(t, pacing(s), n, 8)))
					took[i] = time.Since(start)
				})
			}
			done.Wait()
			s.check(t, fmt.Sprintf("two, hints %v", hints), int(givenUp.Load()), max(took[0], took[1]), s.shortest(2*n, 16))
			if least := min(took[0], took[1]); least < max(took[0], took[1])/2 {
				t.Errorf("hints %v: one was done after %v, the other after %v", hints, took[0], took[1])
			}
		})
	}
}

// TestThrottled_ComesBackWhenTheTenantHasRoomAgain: others take all of the bucket for a while, which leaves one request
// at a time, and half a minute later all are under way again.
func TestThrottled_ComesBackWhenTheTenantHasRoomAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var mu sync.Mutex
		var under, most int
		var narrow int
		base := &fakeRoundTripper{answer: func(int, *http.Request) (*http.Response, error) {
			mu.Lock()
			under++
			if time.Since(start) > 5*time.Second && time.Since(start) < 10*time.Second {
				narrow = max(narrow, under)
			}
			if time.Since(start) > 35*time.Second {
				most = max(most, under)
			}
			mu.Unlock()
			pass(t, 200*time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			under--
			if time.Since(start) < 10*time.Second {
				return reply(http.StatusOK, "x-ms-throttle-limit-percentage", "0.95"), nil
			}
			return reply(http.StatusOK), nil
		}}
		if failed := feed(t, pacing(base), 14000, 40); failed > 0 {
			t.Errorf("%d failed", failed)
		}
		if narrow != 1 || most != 32 {
			t.Errorf("%d were under way while others took all, and %d half a minute after, want 1 and 32", narrow, most)
		}
	})
}
