package conductoronesim

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
)

// Call is one RPC or one request for a token.
type Call struct {
	Method string     // "GetTask", …, or "token"
	TaskID string     // of GetTask and Hello too, if there was one; the first of several
	HostID string     // "" for tokens
	Code   codes.Code // of the answer; OK also where the answer was lost
	At     time.Time  // when it was answered, by the clock of Options.Now
}

// maxHistory is how many calls and how many violations are remembered; then the older half is forgotten.
const maxHistory = 100_000

type history struct {
	mu         sync.Mutex
	calls      []Call
	violations []string
	hosts      map[string]time.Time // host → when it was last heard of
	greeted    map[string]bool      // the hosts that said Hello
}

func newHistory() *history {
	return &history{hosts: map[string]time.Time{}, greeted: map[string]bool{}}
}

// History is every RPC and every request for a token, in the order of the answers.
func (s *Server) History() []Call {
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	return slices.Clone(s.history.calls)
}

// Violations is what the real service would object to, one sentence each.
func (s *Server) Violations() []string {
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	return slices.Clone(s.history.violations)
}

func (s *Server) record(c *Call) {
	c.At = s.options.Now()
	s.history.add(*c)
}

func (h *history) add(c Call) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(halved(h.calls), c)
	if c.HostID != "" && c.Code == codes.OK {
		h.hosts[c.HostID] = c.At
	}
}

func (h *history) violate(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.violations = append(halved(h.violations), fmt.Sprintf(format, args...))
}

func (h *history) greet(host string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.greeted[host] = true
}

func (h *history) hasGreeted(host string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.greeted[host]
}

// lastHeard is when any host was last heard of; zero is never.
func (h *history) lastHeard() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	var last time.Time
	for _, at := range h.hosts {
		if at.After(last) {
			last = at
		}
	}
	return last
}

func halved[T any](all []T) []T {
	if len(all) < maxHistory {
		return all
	}
	return slices.Clone(all[len(all)/2:])
}
