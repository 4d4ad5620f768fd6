package graphsim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Fail queues a fault. Of several that fit a request the oldest strikes; while it skips, the next may.
func (s *Server) Fail(f Fault) {
	f.Kind = cmp.Or(f.Kind, Status)
	s.faults.Add(f, f.Skip, f.Times)
}

// ClearFaults removes all queued faults. The random ones of Options.Faults stay.
func (s *Server) ClearFaults() { s.faults.Clear() }

// takeFault finds the fault of a request, nil for none, and uses it up. Sign-in is spared by chance: a lost token says
// nothing about a reader. An item of a $batch has no connection that could be cut.
func (s *Server) takeFault(c *call, item bool) *Fault {
	f, struck := s.faults.Take(func(f Fault) bool { return f.fits(c) && (!item || !f.breaksConnection()) })
	if !struck && (strings.HasPrefix(c.path, "/v1.0/") || strings.HasPrefix(c.path, "/adminapi/")) {
		f, struck = s.chance.Draw()
		struck = struck && (!item || !f.breaksConnection())
	}
	if !struck {
		return nil
	}
	strike := f // f itself would be on the heap for each request that no fault meets
	return &strike
}

// fits says whether a request is one that the fault is for. Only a nextLink can have expired.
func (f Fault) fits(c *call) bool {
	if f.Kind == ExpiredPageToken && !strings.Contains(c.rawQuery, "skiptoken=") {
		return false
	}
	return (f.Method == "" || f.Method == c.method) && strings.Contains(c.path, f.PathContains)
}

func (f Fault) breaksConnection() bool {
	return f.drops() || slices.Contains([]FaultKind{Cut, Stall, HTMLBody, BadJSON}, f.Kind)
}

// drops says whether the connection is closed without a word.
func (f Fault) drops() bool { return f.Kind == Drop || f.Kind == AnswerLost && f.Status == 0 }

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
		r.code, r.message = usualCode(status), cmp.Or(f.Message, http.StatusText(status))
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
