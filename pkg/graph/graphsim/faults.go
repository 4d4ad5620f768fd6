package graphsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

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
func (f *faults) take(c *call, item bool) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, q := range f.queue {
		if !q.fits(c) || item && q.breaksConnection() {
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
	return f.chance.draw(c.path, item)
}

// fits says whether a request is one that the fault is for. Only a nextLink can have expired.
func (f *Fault) fits(c *call) bool {
	if f.Kind == ExpiredPageToken && !strings.Contains(c.rawQuery, "skiptoken=") {
		return false
	}
	return (f.Method == "" || f.Method == c.method) && strings.Contains(c.path, f.PathContains)
}

func (f *Fault) breaksConnection() bool {
	return f.drops() || slices.Contains([]FaultKind{Cut, Stall, HTMLBody, BadJSON}, f.Kind)
}

// drops says whether the connection is closed without a word.
func (f *Fault) drops() bool { return f.Kind == Drop || f.Kind == AnswerLost && f.Status == 0 }

// lostReply is what arrives in the place of an answer that was lost.
func (s *Server) lostReply(c *call, requestID, clientRequestID string) *reply {
	if c.fault.drops() {
		return &reply{}
	}
	return s.statusReply(c.fault, requestID, clientRequestID)
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
		return htmlReply(f)
	case ExpireTokens:
		s.ExpireTokens() // this request is the first that comes too late
	}
	return nil
}

// htmlReply is what a proxy in front of the service answers.
func htmlReply(f *Fault) *reply {
	status := orStatus(f.Status, http.StatusBadGateway)
	text := http.StatusText(status)
	answer := &reply{status: status, contentType: "text/html", header: http.Header{},
		body: fmt.Appendf(nil, "<html><head><title>%d %s</title></head><body>%s</body></html>", status, text, text)}
	if f.RetryAfter != "" {
		answer.header.Set("Retry-After", f.RetryAfter)
	}
	return answer
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
		401: "InvalidAuthenticationToken", 403: "Authorization_RequestDenied", 404: "Request_ResourceNotFound", 409: concurrencyViolation,
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
