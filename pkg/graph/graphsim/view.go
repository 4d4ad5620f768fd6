package graphsim

import (
	"net/http"
	"strings"
)

// view is how the rows of a request are written: their columns and the relation that rides along.
type view struct {
	context  string
	app      *grant
	rows     *projection
	relation *relation
	related  *projection
}

func newView(app *grant, t *target, q *query) (*view, error) {
	v := &view{context: contextOf(t, q), app: app}
	var err error
	if v.rows, err = rowProjection(app, t, q); err != nil {
		return nil, err
	}
	if t.single() && v.rows.detail == selected {
		v.rows.detail = alone
	}
	if q.expand == nil {
		return v, nil
	}
	v.relation = t.set.relations[q.expand.relation]
	v.related, err = relationProjection(v.relation, q.expand.selects, app)
	return v, err
}

// rowProjection picks the columns. Rows of mixed kinds carry their type; a cast names it already.
func rowProjection(app *grant, t *target, q *query) (*projection, error) {
	switch {
	case t.relation == nil:
		return project([]*class{t.set.class}, q.selects)
	case t.cast != nil:
		p, err := project([]*class{t.cast}, q.selects)
		if err == nil {
			p.kind(t.cast).bare = !app.mayReadClass(t.cast)
		}
		return p, err
	}
	return relationProjection(t.relation, q.selects, app)
}

// contextOf is the fragment of @odata.context.
func contextOf(t *target, q *query) string {
	name := t.set.path
	switch {
	case t.cast != nil:
		name = t.cast.name + "s"
	case t.relation != nil && t.relation.typed():
		name = "directoryObjects"
	case t.relation != nil:
		name += "('" + t.key + "')/" + t.relation.name
	}
	parts := append([]string(nil), q.selects...)
	if q.expand != nil {
		parts = append(parts, q.expand.relation+"("+strings.Join(q.expand.selects, ",")+")")
	}
	if len(parts) > 0 {
		name += "(" + strings.Join(parts, ",") + ")"
	}
	return name
}

func (v *view) appendRows(b []byte, t *Tenant, rows []*object, nullFirst bool) []byte {
	if nullFirst {
		b = append(b, "null"...)
	}
	for i, o := range rows {
		if i > 0 || nullFirst {
			b = append(b, ',')
		}
		b = v.appendRow(b, t, o)
	}
	return b
}

func (v *view) appendRow(b []byte, t *Tenant, o *object) []byte {
	b = v.rows.append(b, o)
	if v.relation != nil {
		b = v.appendRelation(b, t, o)
	}
	return append(b, '}')
}

// appendRelation writes at most twenty related objects, and no link to the rest.
func (v *view) appendRelation(b []byte, t *Tenant, o *object) []byte {
	related := v.relation.firstRelated(t, v.app, o)
	if v.relation.single {
		return v.appendSingle(b, o, related)
	}
	b = append(append(b, `,"`...), v.relation.name...)
	b = append(b, `":[`...)
	for i, r := range related {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(v.related.append(b, r), '}')
	}
	return append(b, ']')
}

func (v *view) appendSingle(b []byte, o *object, related []*object) []byte {
	key := `,"` + v.relation.name + `":`
	switch {
	case len(related) > 0:
		return append(v.related.append(append(b, key...), related[0]), '}')
	case v.relation.nullWhenGone != nil && v.relation.nullWhenGone(o):
		return append(append(b, key...), "null"...)
	}
	return b
}

// single answers one object.
func (s *Server) single(c *call, t *target, q *query) (*reply, error) {
	v, err := newView(c.app, t, q)
	if err != nil {
		return nil, err
	}
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	o, err := t.row(s.tenant)
	if err != nil {
		return nil, err
	}
	b := append([]byte(nil), `{"@odata.context":`...)
	b = appendString(b, c.origin()+"/v1.0/$metadata#"+v.context+"/$entity")
	b = append(b, ',')
	row := v.appendRow(nil, s.tenant, o)
	return &reply{status: http.StatusOK, body: append(b, row[1:]...)}, nil
}
