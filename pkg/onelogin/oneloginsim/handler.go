package oneloginsim

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// maxBody bounds a request, in bytes.
const maxBody = 1 << 20

// call is one request.
type call struct {
	s      *Server
	a      *Account // locked while the call is served
	now    time.Time
	method string
	path   string // as it was sent
	raw    string // the query as it was sent
	query  url.Values
	header http.Header
	body   []byte
	args   []string // what stands in the place of {id} in the path
	route  string   // the path with {id}
	fault  *Fault
	write  bool // it changed something
}

// ServeHTTP answers one request: fault or answer, noted in the history, then written.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	running := s.running.Add(1)
	defer s.running.Add(-1)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return // the client went away, or never meant it
	}
	c := &call{s: s, a: s.account, now: s.options.Now(), method: r.Method, path: r.URL.EscapedPath(), raw: r.URL.RawQuery, header: r.Header, body: body}
	c.fault = s.takeFault(c)
	simkit.Wait(r.Context(), s.options.Latency)
	var answer *reply
	if running > int64(s.options.Burst) {
		answer = htmlReply(http.StatusBadGateway)
	} else {
		answer = s.answer(c)
	}
	answer.header.Set("X-Request-Id", strings.ToUpper(strconv.FormatUint(s.serial.Add(1)|1<<48, 16))+"-SIM")
	answer.header.Set("Date", c.now.UTC().Format(http.TimeFormat))
	// Noted before it is written, so that whoever has the answer finds it in the history.
	s.remember(c, answer.status)
	s.write(w, r, answer, c.fault)
}

// answer makes the reply of a call, with what a fault does to it.
func (s *Server) answer(c *call) *reply {
	if answer := s.faultReply(c); answer != nil {
		return answer
	}
	answer := s.dispatch(c)
	if c.fault != nil && c.fault.Kind == AnswerLost {
		return c.fault.lost(c.version())
	}
	return answer
}

// version is that whose form refusals on this path have. Privileges answer as the second, though they are of the first.
func (c *call) version() int {
	if strings.HasPrefix(c.path, "/api/2/") || strings.HasPrefix(c.path, "/api/1/privileges") {
		return 2
	}
	return 1
}

// write sends a reply, broken where a fault asks for it.
func (s *Server) write(w http.ResponseWriter, r *http.Request, answer *reply, f *Fault) {
	if answer.status == 0 {
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
	h.Set("Content-Type", "application/json; charset=utf-8")
	if answer.html {
		h.Set("Content-Type", "text/html")
	}
	h.Set("Content-Length", strconv.Itoa(len(answer.body)))
	w.WriteHeader(answer.status)
	body, stalls := answer.body, f != nil && f.Kind == Stall
	if stalls || f != nil && f.Kind == Cut {
		// Less than Content-Length promised: net/http then closes the connection.
		body = body[:len(body)/2]
	}
	_, _ = w.Write(body) // a client that went away needs no answer
	if stalls && http.NewResponseController(w).Flush() == nil {
		<-r.Context().Done() // until the client gives up or the server ends
	}
}

// drop closes the connection without a word.
func drop(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}
