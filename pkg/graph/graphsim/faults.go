package graphsim

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// FaultKind is what goes wrong.
type FaultKind string

const (
	// Status answers with Fault.Status, Code and Message instead of serving the request.
	Status FaultKind = "status"
	// Cut sends half of the body and closes the connection.
	Cut FaultKind = "cut"
	// Drop closes the connection without an answer.
	Drop FaultKind = "drop"
	// HTMLBody answers with a page of HTML, as a proxy does, and Fault.Status or 502.
	HTMLBody FaultKind = "html"
	// EmptyPage answers a list with no rows and a nextLink to the same rows.
	EmptyPage FaultKind = "empty-page"
	// ForeignNextLink answers a list with a nextLink to another host.
	ForeignNextLink FaultKind = "foreign-next-link"
	// SameNextLink answers a list with a nextLink to the very same page.
	SameNextLink FaultKind = "same-next-link"
	// BadJSON answers with a whole body that is not JSON, and status 200.
	BadJSON FaultKind = "bad-json"
	// NullElement puts a null in front of the rows of a list.
	NullElement FaultKind = "null-element"
)

// Fault is one thing that goes wrong, and for which requests.
type Fault struct {
	// Method and PathContains choose the requests; empty chooses all. PathContains is held against the path
	// as it is sent, which begins with /v1.0/ or the tenant id.
	Method       string `json:"method,omitempty"`
	PathContains string `json:"pathContains,omitempty"`
	// Skip lets that many requests through first. Times is how many fail then: 0 is one, below 0 all.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`

	// Kind is Status where it is empty.
	Kind    FaultKind `json:"kind,omitempty"`
	Status  int       `json:"status,omitempty"`
	Code    string    `json:"code,omitempty"`
	Message string    `json:"message,omitempty"`
	// RetryAfter is the header of that name, seconds.
	RetryAfter string `json:"retryAfter,omitempty"`
}

// Valid says whether the kind exists and has the status that it needs.
func (f Fault) Valid() bool {
	kinds := []FaultKind{"", Status, Cut, Drop, HTMLBody, EmptyPage, ForeignNextLink, SameNextLink, BadJSON, NullElement}
	needsStatus := f.Kind == "" || f.Kind == Status
	return slices.Contains(kinds, f.Kind) && (!needsStatus || f.Status >= 400 && f.Status < 600)
}

// faults are the queued faults and the random ones.
type faults struct {
	mu     sync.Mutex
	queue  []*Fault
	chance *chance
}

func newFaults(spec string, seed uint64) (*faults, error) {
	c, err := parseChance(spec, seed)
	return &faults{chance: c}, err
}

// Fail queues a fault. Of several that fit a request the oldest strikes; while it skips, the next may.
func (s *Server) Fail(f Fault) {
	if f.Kind == "" {
		f.Kind = Status
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.queue = append(s.faults.queue, &f)
}

// ClearFaults removes all queued faults. The random ones of Options.Faults stay.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.queue = nil
}

// take finds the fault of a request, nil for none, and uses it up. An item of a $batch has no connection
// that could be cut.
func (f *faults) take(method, path string, item bool) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, q := range f.queue {
		if !q.fits(method, path) || item && q.breaksConnection() {
			continue
		}
		if q.Skip > 0 {
			q.Skip--
			continue
		}
		if q.Times--; q.Times == 0 {
			f.queue = slices.Delete(f.queue, i, i+1)
		}
		strike := *q
		return &strike
	}
	return f.chance.draw(path, item)
}

func (f *Fault) fits(method, path string) bool {
	return (f.Method == "" || f.Method == method) && strings.Contains(path, f.PathContains)
}

func (f *Fault) breaksConnection() bool {
	return slices.Contains([]FaultKind{Cut, Drop, HTMLBody, BadJSON}, f.Kind)
}

// faultReply is the answer that a fault puts in the place of the real one, nil for the kinds that only
// change it.
func (s *Server) faultReply(c *call, requestID, clientRequestID string) *reply {
	if c.fault == nil {
		return nil
	}
	switch f := c.fault; f.Kind {
	case Status:
		return s.statusReply(f, requestID, clientRequestID)
	case Drop:
		return &reply{}
	case BadJSON:
		return &reply{status: http.StatusOK, body: []byte(`{"@odata.context":"x","value":[{"id":`)}
	case HTMLBody:
		return &reply{status: orStatus(f.Status, http.StatusBadGateway), contentType: "text/html",
			body: []byte("<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>")}
	}
	return nil
}

func (s *Server) statusReply(f *Fault, requestID, clientRequestID string) *reply {
	status := orStatus(f.Status, http.StatusInternalServerError)
	r := refusal{status: status, code: f.Code, message: f.Message}
	if r.code == "" {
		r.code, r.message = usualCode(status), orElse(f.Message, http.StatusText(status))
	}
	answer := &reply{status: status, header: http.Header{}, body: r.body(s.options.Now(), requestID, clientRequestID)}
	if f.RetryAfter != "" {
		answer.header.Set("Retry-After", f.RetryAfter)
	}
	return answer
}

func orStatus(status, otherwise int) int {
	if status == 0 {
		return otherwise
	}
	return status
}

// usualCode is the code that Graph sends with a status.
func usualCode(status int) string {
	codes := map[int]string{
		401: "InvalidAuthenticationToken", 403: "Authorization_RequestDenied", 404: "Request_ResourceNotFound",
		429: "TooManyRequests", 500: "InternalServerError", 501: "NotImplemented", 503: "ServiceUnavailable",
	}
	if code := codes[status]; code != "" {
		return code
	}
	if status < 500 {
		return "Request_BadRequest"
	}
	return "UnknownError"
}
