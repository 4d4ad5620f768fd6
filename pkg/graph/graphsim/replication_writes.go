package graphsim

import (
	"slices"
	"time"
)

// freshness is how long after its removal a link is told from one that never was.
const freshness = time.Minute

// stale is an object as it was, for the replicas that do not know better yet.
type stale struct {
	row   *object
	until time.Time
}

// departure is a related row that was removed.
type departure struct {
	row *object
	at  time.Time
}

// changed notes what reads go on showing of an object: what it was before the first of several changes.
func (r *replication) changed(old *object) {
	if _, waits := r.stale[old.id()]; r.delay == 0 || waits && r.seen(old) != old {
		return
	}
	r.stale[old.id()] = stale{old, r.now().Add(r.delay)}
}

// seen is an object as reads see it.
func (r *replication) seen(o *object) *object {
	if old, ok := r.stale[o.id()]; ok && r.now().Before(old.until) {
		return old.row
	}
	return o
}

func (r *replication) seenAll(rows []*object) []*object {
	if len(r.stale) == 0 {
		return rows
	}
	out := make([]*object, len(rows))
	for i, o := range rows {
		out[i] = r.seen(o)
	}
	return out
}

// removed notes that a related row is gone, by a request.
func (r *replication) removed(relation, parent string, row *object) {
	key, now := relation+" "+parent, r.now()
	r.left[key] = append(slices.DeleteFunc(r.left[key], func(d departure) bool {
		return d.row.id() == row.id() || now.Sub(d.at) > max(freshness, r.delay)
	}), departure{row, now})
}

// returned forgets that a row was removed.
func (r *replication) returned(relation, parent, id string) {
	key := relation + " " + parent
	r.left[key] = slices.DeleteFunc(r.left[key], func(d departure) bool { return d.row.id() == id })
}

// leftLately says whether a row was removed a moment ago.
func (r *replication) leftLately(relation, parent, id string) bool {
	return slices.ContainsFunc(r.left[relation+" "+parent], func(d departure) bool {
		return d.row.id() == fold(id) && r.now().Sub(d.at) < freshness
	})
}

// lingering adds the rows that were removed and that reads show still.
func (r *replication) lingering(relation, parent string, rows []*object) []*object {
	left := r.left[relation+" "+parent]
	if len(left) == 0 || r.delay == 0 {
		return rows
	}
	rows = slices.Clone(rows)
	for _, d := range left {
		if r.now().Sub(d.at) < r.delay && !slices.ContainsFunc(rows, func(o *object) bool { return o.id() == d.row.id() }) {
			rows = append(rows, d.row)
		}
	}
	return rows
}
