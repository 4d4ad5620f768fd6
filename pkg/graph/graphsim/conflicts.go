package graphsim

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// holds are the objects that a write is at work on.
type holds struct {
	mu   sync.Mutex
	busy map[string]bool
}

// hold marks the object that a path begins with as being written, for as long as Options.WriteHold says; another
// write to it is refused meanwhile. The tenant is not locked while it waits.
func (s *Server) hold(op *operation, keys []string) (release func(), err error) {
	if s.options.WriteHold == 0 || !op.writes() || len(keys) == 0 {
		return func() {}, nil
	}
	collection, _, _ := strings.Cut(op.path, "/{id}")
	key := collection + " " + fold(keys[0])
	h := &s.holds
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy[key] {
		return nil, &refusal{status: http.StatusConflict, code: concurrencyViolation,
			message: "The object is being changed by another request."}
	}
	if h.busy == nil {
		h.busy = map[string]bool{}
	}
	h.busy[key] = true
	timer := time.NewTimer(s.options.WriteHold)
	return func() { <-timer.C; h.let(key) }, nil
}

func (h *holds) let(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.busy, key)
}

const concurrencyViolation = "Directory_ConcurrencyViolation"

// writesExceeded is the refusal of the quota of writes, with the headers that tell it from that of units.
func writesExceeded(err error, appID, tenantID string) error {
	r, ok := err.(*refusal) //nolint:errorlint // made by the limiter, never wrapped
	if !ok {
		return err
	}
	r.header.Set("X-Ms-Throttle-Scope", "Tenant_Application/ReadWrite/"+appID+"/"+tenantID)
	r.header.Set("X-Ms-Throttle-Information", "WriteLimitExceeded")
	return r
}
