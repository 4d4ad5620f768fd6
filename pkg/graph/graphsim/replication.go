package graphsim

import (
	"strings"
	"time"
)

// replication is what was added and does not show yet. Only reads of the service look at it: the census tells what
// there is. What the methods of Tenant change or remove shows at once; of requests see replication_writes.go.
type replication struct {
	delay   time.Duration
	now     func() time.Time
	waiting map[string]time.Time   // object or edge → when it begins to show
	stale   map[string]stale       // object → what reads show of it
	left    map[string][]departure // relation and parent → what was removed lately
}

func newReplication(o Options) replication {
	return replication{delay: o.ReplicationDelay, now: o.Now,
		waiting: map[string]time.Time{}, stale: map[string]stale{}, left: map[string][]departure{}}
}

// added notes an addition. The caller holds the tenant's lock, for writing.
func (r *replication) added(key string) {
	now := r.now()
	for old, shows := range r.waiting {
		if !now.Before(shows) {
			delete(r.waiting, old)
		}
	}
	if r.delay > 0 {
		r.waiting[key] = now.Add(r.delay)
	}
}

func (r *replication) shows(key string) bool { return !r.now().Before(r.waiting[key]) }

// shown leaves out the rows that do not show yet, and gives the others as reads see them.
func (r *replication) shown(rows []*object) []*object {
	rows = r.seenAll(rows)
	if len(r.waiting) == 0 {
		return rows
	}
	return filterRows(rows, func(o *object) bool { return r.shows(fold(o.id())) })
}

// edgeKey names a relation of two objects; memberOf is that of members, seen from the other side.
func edgeKey(relation, from, to string) string {
	if relation == "memberOf" {
		relation, from, to = "members", to, from
	}
	return strings.Join([]string{relation, fold(from), fold(to)}, " ")
}

// hides says whether an application sees nothing of the relation at all.
func (r *relation) hides(app *grant, parent *object) bool {
	return r.name == "members" && parent.text("visibility") == hiddenMembership && !app.any(hiddenReaders)
}

// firstRelated is the beginning of what related gives, as far as $expand shows it. Where everything is replicated at
// once no more than that is looked up, of a group of thousands.
func (r *relation) firstRelated(t *Tenant, app *grant, parent *object) []*object {
	if t.replication.delay > 0 || r.ids == nil {
		rows := r.related(t, app, parent)
		return rows[:min(expandCap, len(rows))]
	}
	if r.hides(app, parent) {
		return nil
	}
	rows := make([]*object, 0, expandCap)
	for _, id := range r.ids(t, parent) {
		if len(rows) == expandCap {
			break
		}
		if o := t.object(id); o != nil {
			rows = append(rows, o)
		}
	}
	return rows
}

// related is what the service shows of a relation: without what does not show yet, and without the members
// of a group with hidden membership where the application may not see them.
func (r *relation) related(t *Tenant, app *grant, parent *object) []*object {
	if r.hides(app, parent) {
		return nil
	}
	rows := t.replication.lingering(r.name, parent.id(), t.replication.shown(r.rows(t, parent)))
	if len(t.replication.waiting) == 0 {
		return rows
	}
	return filterRows(rows, func(o *object) bool { return t.replication.shows(edgeKey(r.name, parent.id(), o.id())) })
}
