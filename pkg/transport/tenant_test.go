package transport

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// tenant is a service that meters requests by a bucket of resource units, in the time of its test. It has a memory of
// its own for what was asked of it.
type tenant struct {
	quota   float64 // units in ten seconds, and at once
	latency time.Duration
	cost    func(n int) float64 // of the request number n
	// hints says how much of the quota is used from 0.8 upwards, and asks how a refusal writes its wait.
	hints bool
	asks  func(seconds float64) string

	mu             sync.Mutex
	left           float64
	at             time.Time
	asked, refused int
}

// whole writes a wait as most services do, none leaves it out, and exact is the shortest that is of use.
func whole(seconds float64) string { return strconv.Itoa(int(math.Ceil(seconds))) }
func none(float64) string          { return "" }
func exact(seconds float64) string { return strconv.FormatFloat(seconds, 'f', 3, 64) }

func always(units float64) func(int) float64 { return func(int) float64 { return units } }

// mixed are requests of one, two and three units.
func mixed(n int) float64 { return float64(1 + n*7%3) }

// newTenant is one of a small tenant's quota.
func newTenant(latency time.Duration, cost func(int) float64, hints bool, asks func(float64) string) *tenant {
	return &tenant{quota: 3500, left: 3500, at: time.Now(), latency: latency, cost: cost, hints: hints, asks: asks}
}

// RoundTrip answers a request after the latency. One that is refused counts, too, up to a tenth of the quota.
func (s *tenant) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := (SystemClock{}).Sleep(req.Context(), s.latency); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.left = min(s.quota, s.left+s.rate()*now.Sub(s.at).Seconds())
	s.at = now
	units := s.cost(s.asked - s.refused)
	enough := s.left >= units
	s.left = max(s.left-units, -s.quota/10)
	s.asked++
	h := http.Header{}
	if used := 1 - s.left/s.quota; s.hints && used >= 0.8 {
		h.Set("x-ms-throttle-limit-percentage", strconv.FormatFloat(used, 'f', 2, 64))
	}
	if enough {
		return &http.Response{StatusCode: http.StatusOK, Header: h, Body: http.NoBody}, nil
	}
	s.refused++
	h.Set("Retry-After", s.asks((units-s.left)/s.rate()))
	return &http.Response{StatusCode: http.StatusTooManyRequests, Header: h, Body: http.NoBody}, nil
}

// rate is in units a second.
func (s *tenant) rate() float64 { return s.quota / 10 }

// shortest is the least time in which so many requests can be answered, so many at once.
func (s *tenant) shortest(requests, atOnce int) time.Duration {
	units := 0.0
	for n := range requests {
		units += s.cost(n)
	}
	byBucket := (units - s.quota) / s.rate()
	byLatency := float64(requests) * s.latency.Seconds() / float64(atOnce)
	return time.Duration(max(byBucket, byLatency) * float64(time.Second))
}

// worth is how many requests keep the bucket, or so many at once, busy for so long.
func (s *tenant) worth(long time.Duration, atOnce int) int {
	n, units := 0, s.quota+s.rate()*long.Seconds()
	for ; units > 0; n++ {
		units -= s.cost(n)
	}
	return min(n, int(float64(atOnce)*long.Seconds()/s.latency.Seconds()))
}
