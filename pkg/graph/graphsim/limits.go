package graphsim

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// window is a limit that counts requests: so many in such a time.
type window struct {
	requests int
	length   time.Duration
}

// The limits that hold beside the resource units, as they are published.
var (
	reportsWindow = window{5, 10 * time.Second} // of an application
	keysWindow    = window{150, time.Minute}    // of the tenant
)

// limits remembers when requests of each kind went through.
type limits struct {
	off bool
	now func() time.Time

	mu   sync.Mutex
	past map[string][]time.Time
}

func newLimits(o Options) *limits {
	return &limits{off: o.WithoutLimits, now: o.Now, past: map[string][]time.Time{}}
}

// take lets a request through, or refuses it until the oldest one in the window is old enough.
func (l *limits) take(key string, w window) error {
	if l.off {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	recent := slices.DeleteFunc(l.past[key], func(at time.Time) bool { return now.Sub(at) >= w.length })
	l.past[key] = recent
	if len(recent) < w.requests {
		l.past[key] = append(recent, now)
		return nil
	}
	wait := math.Ceil(recent[0].Add(w.length).Sub(now).Seconds())
	return &refusal{status: http.StatusTooManyRequests, code: "TooManyRequests", message: "Too many requests.",
		header: http.Header{"Retry-After": {strconv.Itoa(int(max(wait, 1)))}}}
}

// limit holds a request against the limits that what it selects has.
func (s *Server) limit(c *call, t *target, q *query) error {
	if asksActivity(q) || t.set.isLog() {
		if err := s.limits.take("reports "+c.app.appID, reportsWindow); err != nil {
			return err
		}
	}
	if q.asks(keyCredentials) {
		return s.limits.take(keyCredentials, keysWindow)
	}
	return nil
}

// asks says whether a property is selected, of the rows or of what $expand brings.
func (q *query) asks(property string) bool {
	return slices.Contains(q.selects, property) || q.expand != nil && slices.Contains(q.expand.selects, property)
}

const signInActivity = "signInActivity"

func asksActivity(q *query) bool { return slices.Contains(q.selects, signInActivity) }

// admitActivity checks what signInActivity takes: a premium tenant, a permission of its own, and that it is
// asked for where users are listed or one is read.
func (s *Server) admitActivity(c *call, t *target, q *query) error {
	switch {
	case strings.Contains(q.filter, signInActivity):
		return unsupportedQuery("This simulated tenant does not filter on signInActivity.")
	case !q.asks(signInActivity):
		return nil
	case !asksActivity(q) || t.set != userSet || t.relation != nil:
		return notImplemented("The property '%s' is not available here.", signInActivity)
	case s.options.WithoutPremium:
		return nonPremium()
	case !c.app.any(activityReaders):
		return denied()
	case t.single() && !isGUID(t.key):
		return &refusal{status: http.StatusBadRequest, code: "BadRequest",
			message: "Get By Key only supports UserId and the key has to be a valid Guid"}
	}
	return nil
}

// nonPremium is how the service of reports refuses a tenant without P1 or P2.
func nonPremium() *refusal {
	return &refusal{status: http.StatusForbidden, code: "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
		message: "Neither tenant is B2C or tenant doesn't have premium license"}
}

// isGUID says whether a key has the form of an object id.
func isGUID(key string) bool { return len(key) == 36 && strings.Count(key, "-") == 4 }
