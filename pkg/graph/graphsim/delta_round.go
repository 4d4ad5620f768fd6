package graphsim

import (
	"slices"
	"time"
)

// deltaRound is what a first call asked for, and what there was. It does not change any more.
type deltaRound struct {
	query     *query
	columns   []int
	relations []*relation
	groups    []deltaGroup
	began     time.Time
}

// deltaGroup is a group of a round with the ids that it is linked to, by the relations of the round. Of what is deleted
// meanwhile the pages say nothing any more.
type deltaGroup struct {
	row   *object
	links [][]string
}

// size is how many links the group has.
func (g *deltaGroup) size() int {
	n := 0
	for _, list := range g.links {
		n += len(list)
	}
	return n
}

// same says whether two rounds would give the same: rows are replaced when they change, so their addresses tell.
func (r *deltaRound) same(other *deltaRound) bool {
	return slices.EqualFunc(r.groups, other.groups, func(a, b deltaGroup) bool {
		return a.row == b.row && slices.EqualFunc(a.links, b.links, slices.Equal[[]string])
	})
}

// newRound takes stock of what a first call asks for. The groups come in an order that means nothing.
func (s *Server) newRound(app *grant, q *query) (*deltaRound, error) {
	r := &deltaRound{query: q, began: s.options.Now()}
	if err := r.choose(q.selects); err != nil {
		return nil, err
	}
	rows, err := s.deltaRows(q.filter)
	if err != nil {
		return nil, err
	}
	r.groups = make([]deltaGroup, len(rows))
	for place, i := range newDice(s.options.Seed, "delta "+q.rest).Perm(len(rows)) {
		r.groups[place] = deltaGroup{row: rows[i], links: make([][]string, len(r.relations))}
		for n, relation := range r.relations {
			r.groups[place].links[n] = s.deltaLinksOf(app, relation, rows[i])
		}
	}
	return r, nil
}

// choose tells properties from relations. Without $select the members come along.
func (r *deltaRound) choose(selects []string) error {
	if len(selects) == 0 {
		r.columns, r.relations = groupClass.columns(nil), []*relation{groupSet.relations["members"]}
		return nil
	}
	var properties []string
	for _, name := range selects {
		switch relation := groupSet.relations[name]; {
		case relation != nil:
			r.relations = append(r.relations, relation)
		case groupClass.has(name):
			properties = append(properties, name)
		default:
			return unknownProperty([]*class{groupClass}, name)
		}
	}
	r.columns = append([]int{0}, groupClass.columns(append(properties, "id"))[1:]...)
	return nil
}

// deltaRows are the groups of a round. An id that no group has is passed over.
func (s *Server) deltaRows(filter string) ([]*object, error) {
	t := s.tenant
	if filter == "" {
		return t.replication.shown(t.groups), nil
	}
	ids, err := deltaFilter(filter)
	if err != nil {
		return nil, err
	}
	var rows []*object
	for _, id := range ids {
		if o := groupSet.lookup(t, id); o != nil && !slices.Contains(rows, o) {
			rows = append(rows, o)
		}
	}
	return t.replication.shown(rows), nil
}

// deltaLinksOf are the ids that a group is linked to. The tenant's own list serves as it is, which never changes in
// place, unless the application sees something else.
func (s *Server) deltaLinksOf(app *grant, r *relation, group *object) []string {
	if r.ids != nil && s.options.ReplicationDelay == 0 && !s.options.DeltaWithoutServicePrincipals && !r.hides(app, group) {
		return r.ids(s.tenant, group)
	}
	rows := r.related(s.tenant, app, group)
	if s.options.DeltaWithoutServicePrincipals {
		rows = filterRows(rows, func(o *object) bool { return o.class != servicePrincipalClass })
	}
	return ids(rows)
}
