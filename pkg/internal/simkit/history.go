package simkit

import (
	"io"
	"sync"
)

// History remembers the requests that arrived and writes each as a line to the traffic log.
type History[R any] struct {
	// Most is how many are remembered; then the older half is forgotten. It has to be two at least.
	Most int
	// Traffic takes a line for each request; where it is nil no log is kept.
	Traffic io.Writer

	mu       sync.Mutex
	requests []R
}

// Add remembers a request. Line makes its line in the log, and is called only where there is one.
func (h *History[R]) Add(r R, line func(R) []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.requests) >= h.Most {
		h.requests = append([]R(nil), h.requests[h.Most/2:]...)
	}
	h.requests = append(h.requests, r)
	if h.Traffic != nil {
		_, _ = h.Traffic.Write(line(r)) // a full disk must not change what the client sees
	}
}

// All returns the requests since the start or the last Reset, oldest first.
func (h *History[R]) All() []R {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]R{}, h.requests...)
}

// Reset forgets the requests.
func (h *History[R]) Reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests = nil
}
