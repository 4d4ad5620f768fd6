package graphsim

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Request is one request that arrived.
type Request struct {
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Query  string      `json:"query,omitempty"`
	Status int         `json:"status"` // 0: the connection was dropped
	Header http.Header `json:"header"` // without Authorization and X-IDENTITY-HEADER
	// ResourceUnits is what the identity service charged, for a $batch the sum of its items.
	ResourceUnits int    `json:"resourceUnits"`
	Body          string `json:"body,omitempty"` // not of sign-in
}

// maxHistory is how many requests are remembered; then the older half is forgotten.
const maxHistory = 200_000

const redacted = "REDACTED"

// History returns the requests that arrived since the start or the last ResetHistory, oldest first.
func (s *Server) History() []Request { return s.history.All() }

// ResetHistory forgets the requests.
func (s *Server) ResetHistory() { s.history.Reset() }

// remember notes a request and how it was answered.
func (s *Server) remember(c *call, status int) {
	r := Request{Method: c.method, Path: c.path, Query: c.rawQuery, Status: status,
		Header: c.header.Clone(), ResourceUnits: c.units, Body: string(c.body)}
	r.Header.Del("Authorization")
	r.Header.Del("X-IDENTITY-HEADER")
	if c.isSignin() {
		r.Body = redacted
	}
	s.history.Add(r, c.trafficLine)
}

func (c *call) isSignin() bool {
	return !c.toExchange() && !strings.HasPrefix(c.path, "/v1.0/") && !strings.HasPrefix(c.path, "/beta/")
}

// trafficLine is a request as one line of JSON, in the form that traffic checkers read.
func (c *call) trafficLine(r Request) []byte {
	line := struct {
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
		Body    any               `json:"body"`
		Status  int               `json:"status"`
	}{r.Method, c.origin() + c.path, map[string]string{}, bodyValue(r.Body), r.Status}
	if r.Query != "" {
		line.URL += "?" + r.Query
	}
	for name, values := range r.Header {
		line.Headers[name] = strings.Join(values, ", ")
	}
	if c.header.Get("Authorization") != "" {
		line.Headers["Authorization"] = redacted
	}
	b, err := json.Marshal(line)
	if err != nil { // strings and checked JSON always marshal
		return nil
	}
	return append(b, '\n')
}

// bodyValue is a body as JSON if it is that, as a string otherwise, and null where there is none.
func bodyValue(body string) any {
	switch {
	case body == "":
		return nil
	case json.Valid([]byte(body)):
		return json.RawMessage(body)
	}
	return body
}
