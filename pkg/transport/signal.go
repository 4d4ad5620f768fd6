package transport

import (
	"net/http"
	"strconv"
	"time"
)

// nearQuota is the share of its quota from which a service says how much of it is used, and from which a
// lane slows down. What is left is for others: so no request has to ask, by x-ms-throttle-priority, to be refused
// before theirs, which would be at a share that is not published. https://learn.microsoft.com/graph/throttling
const nearQuota = 0.8

// signal is what an answer says of the load: a hint, of which any part may be missing.
type signal struct {
	// refused is whether there were too many requests. Wait is how long the service then asks to be left
	// alone, 0 where it does not say.
	refused bool
	wait    time.Duration
	// success is whether the request was carried out.
	success bool
	// used is the share of the quota that is used, 1 for all of it; 0 where the service does not say.
	used float64
	// units is what the request cost, 0 where the service does not say.
	units float64
}

// signalOf reads the status and the headers of an answer that came at a time.
func signalOf(status int, h http.Header, at time.Time) signal {
	s := signal{refused: status == http.StatusTooManyRequests, success: status >= 200 && status <= 299,
		used: number(h, "x-ms-throttle-limit-percentage"), units: number(h, "x-ms-resource-unit")}
	if s.refused {
		s.wait = RetryAfter(h, at)
	}
	return s
}

// add makes one signal of two.
func (s *signal) add(more signal) {
	s.refused = s.refused || more.refused
	s.wait = max(s.wait, more.wait)
	s.success = s.success || more.success
	s.used = max(s.used, more.used)
	s.units += more.units
}

// number reads a header that holds a number above 0; 0 for anything else.
func number(h http.Header, name string) float64 {
	n, err := strconv.ParseFloat(h.Get(name), 64)
	if err != nil || !(n > 0 && n < 1e9) {
		return 0
	}
	return n
}
