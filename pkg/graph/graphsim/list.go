package graphsim

import (
	"net/http"
	"strconv"
	"strings"
)

// list answers one page of a collection.
func (s *Server) list(c *call, t *target, q *query) (*reply, error) {
	view, err := newView(c.app, t, q)
	if err != nil {
		return nil, err
	}
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	mark, err := s.open(c, t, q)
	if err != nil {
		return nil, err
	}
	return s.page(c, t, q, view, mark), nil
}

// open finds where the page begins: at the bookmark of a nextLink, or at the start of a fresh listing.
func (s *Server) open(c *call, t *target, q *query) (bookmark, error) {
	if q.skiptoken != "" {
		if c.faultIs(ExpiredPageToken) {
			s.links.forget(q.skiptoken)
		}
		return s.links.find(q.skiptoken, c.path, q.rest)
	}
	rows, err := s.rows(c.app, t, q)
	return bookmark{path: c.path, query: q.rest, rows: rows}, err
}

// rows collects what a listing goes over.
func (s *Server) rows(app *grant, t *target, q *query) ([]*object, error) {
	if t.relation != nil {
		return s.relatedRows(app, t, q)
	}
	rows := s.tenant.replication.shown(t.set.rows(s.tenant))
	if q.filter != "" {
		keep, err := s.filter(t.set.class, q.filter, q.advanced() || t.count)
		if err != nil {
			return nil, err
		}
		rows = filterRows(rows, keep)
	}
	return q.ordered(rows), nil
}

func (s *Server) relatedRows(app *grant, t *target, q *query) ([]*object, error) {
	parent, err := t.row(s.tenant)
	if err != nil {
		return nil, err
	}
	keep, err := s.filter(directoryObjectClass, q.filter, q.advanced())
	if err != nil {
		return nil, err
	}
	hide := t.relation.hidesServicePrincipals && !q.advanced() && !t.count
	return filterRows(t.relation.related(s.tenant, app, parent), func(o *object) bool {
		hidden := hide && o.class == servicePrincipalClass
		return (t.cast == nil || o.class == t.cast) && !hidden && keep(o)
	}), nil
}

func filterRows(rows []*object, keep predicate) []*object {
	out := make([]*object, 0, len(rows))
	for _, o := range rows {
		if keep(o) {
			out = append(out, o)
		}
	}
	return out
}

// page writes the page that begins at a bookmark.
func (s *Server) page(c *call, t *target, q *query, v *view, mark bookmark) *reply {
	from, to := mark.offset, s.pageEnd(t, q, mark)
	next := mark
	next.offset, next.emptied = to, false
	switch {
	case t.set.unpaged: // has no links that could lead anywhere
	case c.faultIs(RepeatPage):
		next = mark
	case s.emptyHere(c, mark):
		to, next = from, mark
		next.emptied = true
	}
	b := append(s.body(), `{"@odata.context":`...)
	b = appendString(b, c.origin()+"/v1.0/$metadata#"+v.context)
	if t.set.tips && len(q.selects) == 0 {
		b = append(b, `,"@microsoft.graph.tips":`...)
		b = appendString(b, "Use $select to choose only the properties your app needs, as this can lead to performance improvements.")
	}
	if q.count && q.skiptoken == "" {
		b = append(b, `,"@odata.count":`...)
		b = strconv.AppendInt(b, int64(s.counted(t, len(mark.rows))), 10)
	}
	if link := s.nextLink(c, t, q, next); link != "" {
		b = append(b, `,"@odata.nextLink":`...)
		b = appendString(b, link)
	}
	b = append(b, `,"value":[`...)
	b = v.appendRows(b, s.tenant, mark.rows[from:to], c.faultIs(NullElement))
	return &reply{status: http.StatusOK, body: append(b, "]}"...), pooled: true}
}

// pageEnd is where the page ends: $top or Graph's default, capped by the option.
func (s *Server) pageEnd(t *target, q *query, mark bookmark) int {
	n := defaultTop
	if t.set.isLog() {
		n = logTop
	}
	if q.top > 0 {
		n = q.top
	}
	if limit := s.options.PageSize; limit > 0 {
		n = min(n, limit)
	}
	if limit := s.options.ExpandPageSize; limit > 0 && q.expand != nil {
		n = min(n, limit)
	}
	if asksActivity(q) {
		n = min(n, activityTop) // a larger $top is cut, not refused
	}
	if t.set.unpaged {
		n = len(mark.rows)
	}
	return min(mark.offset+n, len(mark.rows))
}

// emptyHere says whether this page comes empty, with a link to the same rows: where a fault asks for it,
// and with EmptyPages before about a fifth of the pages, always the same ones for a seed.
func (s *Server) emptyHere(c *call, mark bookmark) bool {
	if c.faultIs(EmptyPage) {
		return true
	}
	if !s.options.EmptyPages || mark.emptied || mark.offset == len(mark.rows) {
		return false
	}
	dice := newDice(s.options.Seed, c.path+"?"+mark.query+"#"+strconv.Itoa(mark.offset))
	return dice.chance(20)
}

// nextLink is the address of the next page, "" after the last.
func (s *Server) nextLink(c *call, t *target, q *query, next bookmark) string {
	switch {
	case c.faultIs(SameNextLink):
		return strings.TrimSuffix(c.origin()+c.path+"?"+c.rawQuery, "?")
	case c.faultIs(ForeignNextLink):
		return "https://graph.example.com" + c.path + "?$skiptoken=" + s.links.save(next)
	case next.offset >= len(next.rows) && (t.set.unpaged || !c.faultIs(EmptyPage) && !c.faultIs(RepeatPage)):
		return ""
	}
	link := c.origin() + c.path + "?"
	if q.rest != "" {
		link += strings.ReplaceAll(q.rest, "%24", "$") + "&"
	}
	return link + "$skiptoken=" + s.links.save(next)
}

// countRows answers /$count.
func (s *Server) countRows(c *call, t *target, q *query) (*reply, error) {
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	rows, err := s.rows(c.app, t, q)
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, contentType: "text/plain", body: strconv.AppendInt(nil, int64(s.counted(t, len(rows))), 10)}, nil
}

// counted is the number that the index of advanced queries knows: of a whole collection it may lag behind.
func (s *Server) counted(t *target, n int) int {
	if t.relation != nil {
		return n
	}
	return max(0, n-s.options.CountLag)
}
