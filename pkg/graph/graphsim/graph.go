package graphsim

import (
	"net/http"
	"strings"
)

// call is one Graph request, from the wire or from inside a $batch.
type call struct {
	method, host   string
	path, rawQuery string // path as it was sent, escaped
	header         http.Header
	body           []byte
	app            *grant
	fault          *Fault
	oversize       bool // has a body that is too large, and was cut
	exchange       bool // came by the door of Exchange
	identity       bool // came by the endpoint of managed identities
	units          int  // resource units charged
	meterHeader    http.Header
}

func (c *call) origin() string { return "https://" + c.host }

func (c *call) faultIs(k FaultKind) bool { return c.fault != nil && c.fault.Kind == k }

// reply is what a handler gives back; one place writes it.
type reply struct {
	status      int
	contentType string // "" is JSON
	header      http.Header
	body        []byte
	pooled      bool // the body may be used for another answer once it is written
}

// graph answers a request below /v1.0.
func (s *Server) graph(c *call) (*reply, error) {
	rest, ok := strings.CutPrefix(c.path, "/v1.0/")
	if !ok {
		return nil, badSegment(strings.Trim(c.path, "/"))
	}
	var err error
	if c.app, err = s.authenticate(c); err != nil {
		return nil, err
	}
	if rest == "$batch" || rest == "%24batch" {
		return s.batch(c)
	}
	if err := s.settleExchange(); err != nil {
		return nil, err
	}
	op, keys, err := findOperation(c.method, rest)
	switch {
	case err != nil:
		return nil, err
	case op != nil:
		return s.operate(c, op, keys)
	}
	return s.read(c, rest)
}

// read answers a GET of what a path below the version names.
func (s *Server) read(c *call, rest string) (*reply, error) {
	t, err := resolve(rest)
	if err != nil {
		return nil, err
	}
	if t.set.isLog() && s.options.Cloud == "china" {
		return nil, badSegment("auditLogs")
	}
	if c.method != http.MethodGet {
		return nil, wrongMethod(c.method)
	}
	if err := checkAccept(c, t); err != nil {
		return nil, err
	}
	q, err := parseQuery(c.rawQuery, c.header)
	if err != nil {
		return nil, err
	}
	if err := s.meter(c, t, q); err != nil {
		return nil, err
	}
	if err := s.admit(c, t, q); err != nil {
		return nil, err
	}
	if err := s.limit(c, t, q); err != nil {
		return nil, err
	}
	return s.serve(c, t, q)
}

// admit checks the options and the permissions, of the path and of what $expand brings along.
func (s *Server) admit(c *call, t *target, q *query) error {
	if err := q.checkOptions(t); err != nil {
		return err
	}
	routes := []string{t.route()}
	if q.expand != nil {
		routes = append(routes, t.set.path+"/{id}/"+q.expand.relation)
	}
	for _, r := range routes {
		if !c.app.mayReadRoute(r) {
			return denied()
		}
	}
	if err := s.admitPremium(t); err != nil {
		return err
	}
	return s.admitActivity(c, t, q)
}

func (s *Server) serve(c *call, t *target, q *query) (*reply, error) {
	switch {
	case t.mailbox != "":
		return s.mailbox(c, t, q)
	case t.delta:
		return s.delta(c, q)
	case t.count:
		return s.countRows(c, t, q)
	case t.single():
		return s.single(c, t, q)
	}
	return s.list(c, t, q)
}

// cost is the resource units that the identity service charges for a request.
func cost(t *target, q *query) int {
	units := 1
	switch t.route() {
	case "users", "applications":
		units = 2
	case "groups/{id}/members", "subscribedSkus":
		units = 3
	}
	if len(q.selects) > 0 {
		units--
	}
	if q.expand != nil {
		units++
	}
	if q.top > 0 && q.top < 20 {
		units--
	}
	return max(units, 1)
}

// meter charges a request and refuses it where the quota is spent. Mailboxes and logs are no matter of the identity
// service.
func (s *Server) meter(c *call, t *target, q *query) error {
	if t.mailbox != "" || t.set.isLog() {
		return nil
	}
	return s.charge(c, cost(t, q))
}
