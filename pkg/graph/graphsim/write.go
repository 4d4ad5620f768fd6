package graphsim

import (
	"net/http"
	"strconv"
	"time"
)

// edit is an operation that is being done.
type edit struct {
	s    *Server
	t    *Tenant
	c    *call
	keys []string // of the path, in its order
	body document
}

// writeWindow is how many writes an application may do in a tenant.
var writeWindow = window{3000, 150 * time.Second}

// operate does an operation, in the order in which Graph looks at a request: form, quota, permission, and then
// the directory.
func (s *Server) operate(c *call, op *operation, keys []string) (*reply, error) {
	e := &edit{s: s, t: s.tenant, c: c, keys: keys}
	if err := e.open(op); err != nil {
		return nil, err
	}
	if err := s.charge(c, 1); err != nil {
		return nil, err
	}
	if !c.app.mayDo(op) {
		return nil, denied()
	}
	if err := s.limitWrites(c, op, e.body.references()); err != nil {
		return nil, err
	}
	release, err := s.hold(op, keys)
	if err != nil {
		return nil, err
	}
	defer release()
	s.tenant.mu.Lock()
	defer s.tenant.mu.Unlock()
	s.tenant.writing = initiator{app: s.tenant.servicePrincipalByAppID(c.app.appID)}
	defer func() { s.tenant.writing = initiator{} }()
	answer, err := op.run(e)
	e.noteFailure(op, err)
	return answer, err
}

// open holds the form of a request against what the operation takes, and reads the body.
func (e *edit) open(op *operation) error {
	if op.writes() && e.c.rawQuery != "" {
		return badRequest("The query options '%s' are not supported here.", e.c.rawQuery)
	}
	if err := checkAccept(e.c, &target{}); err != nil {
		return err
	}
	if op.body != jsonBody && len(e.c.body) == 0 {
		return nil
	}
	if err := checkWritten(e.c); err != nil {
		return err
	}
	var err error
	if e.body, err = readDocument(e.c.body); err != nil {
		return err
	}
	if op.body == noBody && len(e.body) > 0 {
		return badRequest("The request takes no body.")
	}
	return nil
}

// charge takes resource units off the quota and notes them for the answer.
func (s *Server) charge(c *call, units int) error {
	c.units = units
	c.meterHeader = http.Header{}
	c.meterHeader.Set("x-ms-resource-unit", strconv.Itoa(units))
	return s.throttle.take(c)
}

// limitWrites counts a write where throttling is on; one with many references counts as a third of them.
func (s *Server) limitWrites(c *call, op *operation, references int) error {
	if s.throttle.quota == 0 || !op.writes() {
		return nil
	}
	for range max(1, references/3) {
		if err := s.limits.take("writes "+c.app.appID, writeWindow); err != nil {
			return writesExceeded(err, c.app.appID, s.options.TenantID)
		}
	}
	return nil
}

// row finds the object that the first key of the path names: by id, or by what may stand for it.
func (e *edit) row(set *entitySet) (*object, error) {
	t := &target{set: set, key: e.keys[0]}
	if len(t.key) > 1 && t.key[len(t.key)-1] == '\'' && !t.bracketKey(t.key+")") {
		return nil, notFound(e.keys[0])
	}
	o, err := t.row(e.t)
	if err != nil {
		return nil, err
	}
	return e.t.byID[fold(o.id())], nil // as it is, and not as reads see it
}

// change gives an object other properties. Reads show the old ones for a while.
func (e *edit) change(o *object, properties map[string]any) error {
	if len(properties) == 0 {
		return nil
	}
	if err := e.t.change(o, properties); err != nil {
		return err
	}
	e.t.replication.changed(o)
	return nil
}

// visible finds an object by its id, of one of the kinds given, as far as replication has brought it.
func (e *edit) visible(id string, kinds ...*class) (*object, error) {
	o := e.t.byID[fold(id)]
	if o == nil || !e.t.replication.shows(fold(id)) || !oneOf(o.class, kinds) {
		return nil, notFound(id)
	}
	return o, nil
}

// has says whether the caller's token carries a permission.
func (e *edit) has(permission string) bool { return e.c.app.any([]string{permission}) }

// noContent is the answer of a write that has nothing to say.
func noContent() (*reply, error) { return &reply{status: http.StatusNoContent}, nil }

// entity answers one object with its default properties.
func (e *edit) entity(status int, context string, o *object) (*reply, error) {
	b := append([]byte(nil), `{"@odata.context":`...)
	b = appendString(b, e.c.origin()+"/v1.0/$metadata#"+context+"/$entity")
	b = o.appendFields(append(b, ','), o.class.columns(nil), selected)
	return &reply{status: status, body: append(b, '}')}, nil
}
