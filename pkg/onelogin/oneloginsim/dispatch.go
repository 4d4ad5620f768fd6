package oneloginsim

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// need is what a credential has to be allowed.
type need int

const (
	anything need = iota
	readUsers
	readAll
	manageUsers
	manageAll
)

// allows says whether a scope is enough.
func (n need) allows(scope string) bool {
	enough := map[need][]string{
		readUsers:   {ScopeReadUsers, ScopeReadAll, ScopeManageUsers, ScopeManageAll},
		readAll:     {ScopeReadAll, ScopeManageAll},
		manageUsers: {ScopeManageUsers, ScopeManageAll},
		manageAll:   {ScopeManageAll},
	}
	return n == anything || slices.Contains(enough[n], scope)
}

// operation is one call of the API.
type operation struct {
	method, path string
	needs        need
	query        string // the parameters that it takes, apart by blanks
	do           func(*call) (*reply, error)
}

// fits says whether an operation is the one of a path, and what stands in the place of {id}.
func (o operation) fits(segments []string) ([]string, bool) {
	want := strings.Split(strings.Trim(o.path, "/"), "/")
	if len(want) != len(segments) {
		return nil, false
	}
	var args []string
	for i, w := range want {
		switch {
		case w == "{id}":
			args = append(args, segments[i])
		case w != segments[i]:
			return nil, false
		}
	}
	return args, true
}

// find leads a path to its operation.
func (s *Server) find(c *call) (operation, error) {
	segments := strings.Split(strings.Trim(c.path, "/"), "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return operation{}, badRequest("the path is malformed")
		}
		segments[i] = plain
	}
	known := false
	for _, o := range s.operations {
		args, ok := o.fits(segments)
		if ok && o.method == c.method {
			c.args, c.route = args, o.path
			return o, nil
		}
		known = known || ok
	}
	if known {
		return operation{}, &refusal{status: http.StatusMethodNotAllowed, name: "MethodNotAllowedError", message: "This simulated account does not serve " + c.method + " here."}
	}
	return operation{}, &refusal{status: http.StatusNotFound, name: "NotFoundError", message: "This simulated account does not serve this path."}
}

// dispatch serves a call, and turns an error into a reply.
func (s *Server) dispatch(c *call) *reply {
	answer, limits, err := s.serve(c)
	if err != nil {
		refused := &refusal{status: http.StatusInternalServerError, name: "InternalServerError", message: err.Error()}
		errors.As(err, &refused)
		answer = refused.reply(c.version())
	}
	for name, value := range limits {
		answer.header[name] = value
	}
	return answer
}

func (s *Server) serve(c *call) (*reply, http.Header, error) {
	o, err := s.find(c)
	if err != nil {
		return nil, nil, err
	}
	if c.query, err = url.ParseQuery(c.raw); err != nil {
		return nil, nil, badRequest("the query is malformed")
	}
	if strings.HasPrefix(o.path, "/auth/oauth2/") {
		answer, err := o.do(c)
		return answer, nil, err
	}
	if err := s.tokens.check(c); err != nil {
		return nil, nil, err
	}
	if s.orphaned.Load() {
		return nil, nil, &refusal{status: http.StatusInternalServerError, name: "InternalServerError", message: "Internal server error"}
	}
	limits, err := s.rates.take(c)
	if err == nil {
		err = s.admit(c, o)
	}
	if err != nil {
		return nil, limits, err
	}
	c.a.mu.Lock()
	defer c.a.mu.Unlock()
	c.a.settle(c.now)
	answer, err := o.do(c)
	c.write = err == nil && c.method != http.MethodGet
	return answer, limits, err
}

// admit checks what every call has in common: the scope, the parameters, the form of the body.
func (s *Server) admit(c *call, o operation) error {
	if err := c.may(o.needs); err != nil {
		return err
	}
	var foreign []string
	for name := range c.query {
		attribute := strings.HasPrefix(name, "custom_attributes.") && strings.Contains(o.query, "custom_attributes.")
		if !attribute && !slices.Contains(strings.Fields(o.query), name) {
			foreign = append(foreign, name)
		}
	}
	if len(foreign) > 0 {
		slices.Sort(foreign)
		return badRequest("query parameter(s) not allowed: %s", strings.Join(foreign, ", "))
	}
	if len(c.body) == 0 {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(c.header.Get("Content-Type")); err != nil || kind != "application/json" || !json.Valid(c.body) {
		return badRequest("the body is not JSON, or does not say so")
	}
	return nil
}

// may refuses a call whose credential has too small a scope.
func (c *call) may(n need) error {
	if n.allows(c.s.scope()) {
		return nil
	}
	if c.version() == 1 {
		return unauthorized("Insufficient Permission")
	}
	if c.s.options.ScopeStatus == http.StatusUnauthorized {
		return unauthorized("Unauthorized")
	}
	return &refusal{status: http.StatusForbidden, name: "ForbiddenError", message: "You are not authorized to access this resource"}
}
