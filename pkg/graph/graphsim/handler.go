package graphsim

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

const (
	maxBody  = 4 << 20 // bytes of a request
	gzipFrom = 1 << 10 // answers shorter than this are not worth packing
)

// ServeHTTP answers one request: fault or answer, noted in the history, then written.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handle(w, r, &call{}) }

func (s *Server) handle(w http.ResponseWriter, r *http.Request, c *call) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if c.oversize = tooLarge(err); err != nil && !c.oversize {
		return // the client went away, or never meant it
	}
	c.method, c.host, c.path, c.rawQuery = r.Method, r.Host, r.URL.EscapedPath(), r.URL.RawQuery
	c.header, c.body = r.Header, body
	c.fault = s.takeFault(c, false)
	simkit.Wait(r.Context(), s.options.Latency+outlookWait(c, s.options.Latency))
	answer := s.answer(c)
	// Noted before it is written, so that whoever has the answer finds it in the history.
	s.remember(c, answer.status)
	s.write(w, r, answer, c.fault)
	if answer.pooled {
		s.bodies.Put(&answer.body)
	}
}

func tooLarge(err error) bool {
	var limit *http.MaxBytesError
	return errors.As(err, &limit)
}

// answer makes the reply of a call, with the headers that every reply has.
func (s *Server) answer(c *call) *reply {
	requestID := newGUID()
	clientRequestID := cmp.Or(c.header.Get("client-request-id"), requestID)
	answer := s.faultReply(c, requestID, clientRequestID)
	if answer == nil {
		answer = s.route(c, requestID, clientRequestID)
		if c.faultIs(AnswerLost) {
			answer = s.lostReply(c, requestID, clientRequestID)
		}
	}
	// The directory's clock and no other, by which its dates are made.
	h := http.Header{"Request-Id": {requestID}, "Client-Request-Id": {clientRequestID},
		"Date": {s.options.Now().UTC().Format(http.TimeFormat)}}
	for _, more := range []http.Header{c.meterHeader, answer.header} {
		for k, v := range more {
			h[k] = v
		}
	}
	answer.header = h
	s.rateHeaders(c, answer)
	return answer
}

// route leads a call to Graph or to sign-in, and turns an error into a reply.
func (s *Server) route(c *call, requestID, clientRequestID string) *reply {
	answer, err := s.dispatch(c)
	if err == nil {
		return answer
	}
	var bad *signinError
	if errors.As(err, &bad) {
		if answer, err = bad.reply(s, requestID, clientRequestID); err == nil {
			return answer
		}
	}
	refused := &refusal{status: http.StatusInternalServerError, code: "InternalServerError", message: err.Error()}
	errors.As(err, &refused)
	return &reply{status: refused.status, header: refused.header,
		body: refused.body(s.options.Now(), requestID, clientRequestID)}
}

func (s *Server) dispatch(c *call) (*reply, error) {
	if c.oversize {
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, code: "RequestEntityTooLarge", message: "The request body is too large."}
	}
	if err := c.unpack(); err != nil {
		return nil, err
	}
	if c.toExchange() {
		return s.exchangeAPI(c)
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(c.path, "/"), "/")
	discovery := c.path == "/common/discovery/instance"
	signin := discovery || strings.HasPrefix(rest, "oauth2/") || strings.HasPrefix(rest, "v2.0/")
	if err := checkDoor(c, signin); err != nil {
		return nil, err
	}
	switch {
	case c.identity:
		return s.identityToken(c)
	case discovery:
		return s.instanceDiscovery(c)
	case signin:
		return s.signin(c, first, rest)
	}
	return s.graph(c)
}

// write sends a reply, packed where the client takes that, and broken where a fault asks for it.
func (s *Server) write(w http.ResponseWriter, r *http.Request, answer *reply, f *Fault) {
	if f != nil && f.drops() {
		drop(w)
		return
	}
	h := w.Header()
	for k, v := range answer.header {
		h[k] = v
	}
	if answer.status == http.StatusNoContent {
		w.WriteHeader(answer.status)
		return
	}
	h.Set("Content-Type", cmp.Or(answer.contentType, "application/json;odata.metadata=minimal;charset=utf-8"))
	body := answer.body
	if len(body) >= gzipFrom && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		h.Set("Vary", "Accept-Encoding")
		packed := s.pack(body)
		defer s.bodies.Put(&packed)
		body = packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.status)
	if f != nil && (f.Kind == Cut || f.Kind == Stall) {
		// Less than Content-Length promised: net/http then closes the connection.
		body = body[:len(body)/2]
	}
	_, _ = w.Write(body) // a client that went away needs no answer
	if f != nil && f.Kind == Stall {
		stall(w, r)
	}
}

// stall sends what there is and then nothing, until the client gives up or the server ends.
func stall(w http.ResponseWriter, r *http.Request) {
	if err := http.NewResponseController(w).Flush(); err == nil {
		<-r.Context().Done()
	}
}

// drop closes the connection without a word.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}
