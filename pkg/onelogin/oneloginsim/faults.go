package oneloginsim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// FaultKind is what goes wrong.
type FaultKind string

const (
	// Status answers with Fault.Status and Message instead of serving the request.
	Status FaultKind = "status"
	// Cut sends half of the body and closes the connection.
	Cut FaultKind = "cut"
	// Drop closes the connection without an answer.
	Drop FaultKind = "drop"
	// HTMLBody answers with a page of HTML, as a gateway does, and Fault.Status or 502.
	HTMLBody FaultKind = "html"
	// EmptyPage answers a list with no rows and a cursor to the same rows.
	EmptyPage FaultKind = "empty-page"
	// SameCursor answers the page of a cursor with that cursor as the next.
	SameCursor FaultKind = "same-cursor"
	// BadJSON answers with a whole body that is not JSON, and status 200.
	BadJSON FaultKind = "bad-json"
	// NoBody answers 200 without a body.
	NoBody FaultKind = "no-body"
	// EmptyObject answers 200 with {}.
	EmptyObject FaultKind = "empty-object"
	// NullElement puts a null in front of the rows of a list.
	NullElement FaultKind = "null-element"
	// Stall sends half of the body and then nothing, until the client gives up.
	Stall FaultKind = "stall"
	// AnswerLost does what the request asks for, and then closes the connection, or answers with Fault.Status where
	// there is one. All other kinds strike before anything is done, but for Cut and Stall, which break the answer.
	AnswerLost FaultKind = "answer-lost"
	// ExpireTokens ends the token that is out, that of the request included.
	ExpireTokens FaultKind = "expire-tokens"
)

// Fault is one thing that goes wrong, and for which requests.
type Fault struct {
	// Method and PathContains choose the requests; empty chooses all.
	Method       string `json:"method,omitempty"`
	PathContains string `json:"pathContains,omitempty"`
	// Skip lets that many requests through first. Times is how many fail then: 0 is one, below 0 all.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`

	// Kind is Status where it is empty.
	Kind    FaultKind `json:"kind,omitempty"`
	Status  int       `json:"status,omitempty"`
	Message string    `json:"message,omitempty"`
	// RetryAfter and Reset are the headers Retry-After and X-RateLimit-Reset, in seconds. Empty leaves them out.
	RetryAfter string `json:"retryAfter,omitempty"`
	Reset      string `json:"reset,omitempty"`
}

// Valid says whether the kind exists and has the status that it needs.
func (f Fault) Valid() bool {
	kinds := []FaultKind{"", Status, Cut, Drop, HTMLBody, EmptyPage, SameCursor, BadJSON, NoBody, EmptyObject, NullElement, Stall, AnswerLost, ExpireTokens}
	from := 200 // a page of HTML can come with any status
	if f.Kind == "" || f.Kind == Status {
		from = 400
	}
	return slices.Contains(kinds, f.Kind) && (f.Status == 0 && from == 200 || f.Status >= from && f.Status < 600)
}

// Fail queues a fault. Of several that fit a request the oldest strikes; while it skips, the next may.
func (s *Server) Fail(f Fault) {
	f.Kind = cmp.Or(f.Kind, Status)
	s.faults.Add(f, f.Skip, f.Times)
}

// ClearFaults removes all queued faults. The random ones of Options.Faults stay.
func (s *Server) ClearFaults() { s.faults.Clear() }

// takeFault finds the fault of a request, nil for none, and uses it up. Tokens are spared by chance: a lost one says
// nothing about a reader.
func (s *Server) takeFault(c *call) *Fault {
	f, struck := s.faults.Take(func(f Fault) bool {
		return (f.Method == "" || f.Method == c.method) && strings.Contains(c.path, f.PathContains)
	})
	if !struck && !strings.HasPrefix(c.path, "/auth/") {
		f, struck = s.chance.Draw()
	}
	if !struck {
		return nil
	}
	return &f
}

// faultReply is the answer that a fault puts in the place of the real one, nil for the kinds that only change it.
func (s *Server) faultReply(c *call) *reply {
	if c.fault == nil {
		return nil
	}
	switch f := c.fault; f.Kind {
	case Status:
		return f.refusal().reply(c.version())
	case Drop:
		return &reply{header: http.Header{}}
	case BadJSON:
		return &reply{status: http.StatusOK, header: http.Header{}, body: []byte(`[{"id":`)}
	case NoBody:
		return &reply{status: http.StatusOK, header: http.Header{}}
	case EmptyObject:
		return &reply{status: http.StatusOK, header: http.Header{}, body: []byte("{}")}
	case HTMLBody:
		r := f.refusal()
		r.status, r.shape = cmp.Or(f.Status, http.StatusBadGateway), pageShape
		return r.reply(c.version())
	case ExpireTokens:
		s.ExpireTokens() // this request is the first that comes too late
	}
	return nil
}

func (f *Fault) refusal() *refusal {
	names := map[int]string{400: "BadRequestError", 401: "UnauthorizedError", 403: "ForbiddenError", 404: "NotFoundError", 429: "TooManyRequestsError"}
	r := &refusal{status: f.Status, name: cmp.Or(names[f.Status], "InternalServerError"), message: cmp.Or(f.Message, http.StatusText(f.Status)), header: http.Header{}}
	if f.RetryAfter != "" {
		r.header.Set("Retry-After", f.RetryAfter)
	}
	if f.Reset != "" {
		r.header.Set("X-RateLimit-Reset", f.Reset)
	}
	return r
}

// lost is what arrives in the place of an answer that was lost.
func (f *Fault) lost(version int) *reply {
	if f.Status == 0 {
		return &reply{header: http.Header{}}
	}
	return f.refusal().reply(version)
}

// strike changes the rows of a page as a fault asks for.
func (c *call) strike(rows []object) []object {
	switch {
	case c.fault != nil && c.fault.Kind == EmptyPage:
		return []object{}
	case c.fault != nil && c.fault.Kind == NullElement:
		return append([]object{nil}, rows...)
	}
	return rows
}
