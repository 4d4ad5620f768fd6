package oneloginsim

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// rates counts the calls of an hour.
type rates struct {
	options Options

	mu          sync.Mutex
	began       time.Time
	used, types int
}

func newRates(o Options) *rates { return &rates{options: o} }

const hour = time.Hour

// take lets a call through and says what is left, or refuses it until the hour is over.
func (r *rates) take(c *call) (http.Header, error) {
	if r.options.Quota < 0 || strings.HasPrefix(c.path, "/auth/") {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.renew(c.now)
	refused := r.used >= r.options.Quota
	if !refused && c.route == "/api/1/events/types" {
		r.types++
		refused = r.types > r.options.EventTypeCalls
	}
	if !refused {
		r.used++
	}
	reset := r.reset(c.now)
	h := http.Header{}
	for name, value := range r.numbers(c.now) {
		h.Set(name, strconv.Itoa(value))
	}
	if !refused {
		return h, nil
	}
	if r.options.RetryAfter {
		h.Set("Retry-After", strconv.Itoa(reset))
	}
	return h, &refusal{status: http.StatusTooManyRequests, name: "TooManyRequestsError", message: "rate limit exceeded"}
}

func (r *rates) renew(now time.Time) {
	if r.began.IsZero() || now.Sub(r.began) >= hour {
		r.began, r.used, r.types = now, 0, 0
	}
}

// reset is in how many seconds the hour ends.
func (r *rates) reset(now time.Time) int {
	return int((r.began.Add(hour).Sub(now) + time.Second - 1) / time.Second)
}

func (r *rates) numbers(now time.Time) map[string]int {
	return map[string]int{"X-RateLimit-Limit": r.options.Quota, "X-RateLimit-Remaining": r.options.Quota - r.used, "X-RateLimit-Reset": r.reset(now)}
}

// rateLimit answers GET /auth/rate_limit. Its data is an object, unlike that of other calls.
func rateLimit(c *call) (*reply, error) {
	r := c.s.rates
	r.mu.Lock()
	defer r.mu.Unlock()
	r.renew(c.now)
	return jsonReply(http.StatusOK, success(r.numbers(c.now))), nil
}
