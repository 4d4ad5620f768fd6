package oneloginsim

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
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

// History returns the requests that arrived since the start or the last ResetHistory, oldest first.
func (s *Server) History() []Request { return s.history.All() }

// ResetHistory forgets the requests.
func (s *Server) ResetHistory() { s.history.Reset() }

// Traffic counts the requests of History by method and route: "GET /api/2/users".
func (s *Server) Traffic() map[string]int {
	counts := map[string]int{}
	for _, r := range s.History() {
		counts[r.Method+" "+cmp.Or(r.Route, r.Path)]++
	}
	return counts
}

// Writes are the requests of History that changed something.
func (s *Server) Writes() []Request {
	return slices.DeleteFunc(s.History(), func(r Request) bool { return !r.Write })
}

// remember notes a request and how it was answered.
func (s *Server) remember(c *call, status int) {
	r := Request{Method: c.method, Path: c.path, Route: c.route, Query: c.raw, Status: status, Write: c.write, Header: c.header.Clone(), Body: string(c.body)}
	r.Header.Del("Authorization")
	if strings.HasPrefix(c.path, "/auth/") || strings.Contains(r.Body, "password") {
		r.Body = redacted
	}
	s.history.Add(r, trafficLine)
}

// trafficLine is a request as one line of JSON.
func trafficLine(r Request) []byte {
	b, err := json.Marshal(r)
	if err != nil { // strings and numbers always marshal
		return nil
	}
	return append(b, '\n')
}
