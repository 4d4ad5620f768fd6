package oneloginsim

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Request is one request that arrived.
type Request struct {
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Route  string      `json:"route,omitempty"` // the path with {id}, "" where none is served there
	Query  string      `json:"query,omitempty"`
	Status int         `json:"status"` // 0: the connection was dropped
	Write  bool        `json:"write"`  // it changed something, or would have if that had not been so already
	Header http.Header `json:"header"` // without Authorization
	Body   string      `json:"body,omitempty"`
}

// maxHistory is how many requests are remembered; then the older half is forgotten.
const maxHistory = 100_000

const redacted = "REDACTED"

// history remembers what arrived and writes it to the traffic log.
type history struct {
	mu       sync.Mutex
	requests []Request
	traffic  io.Writer
}

// History returns the requests that arrived since the start or the last ResetHistory, oldest first.
func (s *Server) History() []Request {
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	return append([]Request{}, s.history.requests...)
}

// ResetHistory forgets the requests.
func (s *Server) ResetHistory() {
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	s.history.requests = nil
}

// Traffic counts the requests of History by method and route: "GET /api/2/users".
func (s *Server) Traffic() map[string]int {
	counts := map[string]int{}
	for _, r := range s.History() {
		counts[r.Method+" "+orElse(r.Route, r.Path)]++
	}
	return counts
}

// Writes are the requests of History that changed something.
func (s *Server) Writes() []Request {
	return slices.DeleteFunc(s.History(), func(r Request) bool { return !r.Write })
}

func (h *history) add(c *call, status int) {
	r := Request{Method: c.method, Path: c.path, Route: c.route, Query: c.raw, Status: status, Write: c.write, Header: c.header.Clone(), Body: string(c.body)}
	r.Header.Del("Authorization")
	if strings.HasPrefix(c.path, "/auth/") || strings.Contains(r.Body, "password") {
		r.Body = redacted
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.requests) >= maxHistory {
		h.requests = append([]Request(nil), h.requests[maxHistory/2:]...)
	}
	h.requests = append(h.requests, r)
	if h.traffic == nil {
		return
	}
	if line, err := json.Marshal(r); err == nil {
		_, _ = h.traffic.Write(append(line, '\n')) // a full disk must not change what the client sees
	}
}
