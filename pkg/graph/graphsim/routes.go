package graphsim

import (
	"net/url"
	"strings"
)

// target is what a path names.
type target struct {
	set      *entitySet
	key      string // of a single row; "" is the collection
	keyName  string // the alternate key that key is a value of
	relation *relation
	cast     *class
	mailbox  string // mailboxSettings, with /userPurpose or without
	count    bool   // ends in /$count
	delta    bool   // the delta of the collection
}

// route is the path with keys hidden: what permissions and costs are kept by.
func (t *target) route() string {
	r := t.set.path
	if t.key != "" {
		r += "/{id}"
	}
	if t.relation != nil {
		r += "/" + t.relation.name
	}
	if t.mailbox != "" {
		r += "/" + t.mailbox
	}
	if t.delta {
		r += "/delta"
	}
	return r
}

// single says whether the answer is one object.
func (t *target) single() bool { return t.key != "" && t.relation == nil }

// resolve finds what a path below the version names, in Microsoft's spelling or in Kiota's.
func resolve(escapedPath string) (*target, error) {
	segments, err := splitPath(escapedPath)
	if err != nil {
		return nil, err
	}
	if len(segments) > 2 && segments[0]+"/"+segments[1] == binPath && segments[2] == "graph.user" {
		segments[2] = "microsoft.graph.user" // as Microsoft's own SDKs write it
	}
	t, rest := matchSet(segments)
	if t == nil {
		return nil, badSegment(segments[0])
	}
	for _, step := range []func(*target, []string) ([]string, error){takeDelta, takeKey, takeMailbox, takeRelation, takeCast, takeCount} {
		if len(rest) == 0 {
			break
		}
		if rest, err = step(t, rest); err != nil {
			return nil, err
		}
	}
	if len(rest) > 0 {
		return nil, badSegment(rest[0])
	}
	return t, nil
}

func splitPath(escaped string) ([]string, error) {
	segments := strings.Split(strings.TrimSuffix(escaped, "/"), "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil || plain == "" {
			return nil, badSegment(s)
		}
		segments[i] = plain
	}
	return segments, nil
}

// matchSet finds the collection that a path begins with, with a key in brackets where there is one.
func matchSet(segments []string) (*target, []string) {
	for _, set := range entitySets() {
		n := strings.Count(set.path, "/") + 1
		if len(segments) < n {
			continue
		}
		name, key, _ := strings.Cut(strings.Join(segments[:n], "/"), "(")
		if name != set.path {
			continue
		}
		t := &target{set: set}
		if key != "" && !t.bracketKey(key) {
			return nil, nil
		}
		return t, segments[n:]
	}
	return nil, nil
}

// bracketKey reads 'x') or appId='x').
func (t *target) bracketKey(s string) bool {
	s, closed := strings.CutSuffix(s, ")")
	name, value, named := strings.Cut(s, "=")
	if named {
		t.keyName, s = name, value
		if t.set.altKeys[name] == nil {
			return false
		}
	}
	if !closed || len(s) < 3 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return false
	}
	t.key = strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	return true
}

func takeKey(t *target, rest []string) ([]string, error) {
	if t.key != "" || t.delta || rest[0] == "$count" {
		return rest, nil
	}
	t.key = rest[0]
	return rest[1:], nil
}

func takeRelation(t *target, rest []string) ([]string, error) {
	if t.key == "" || rest[0] == "$count" {
		return rest, nil
	}
	r := t.set.relations[rest[0]]
	if r == nil || !r.path {
		return nil, badSegment(rest[0])
	}
	t.relation = r
	return rest[1:], nil
}

// takeCast reads microsoft.graph.user, or the alias graph.user that Microsoft's own SDKs write.
func takeCast(t *target, rest []string) ([]string, error) {
	name, ok := strings.CutPrefix(strings.TrimPrefix(rest[0], "microsoft."), "graph.")
	if !ok || t.relation == nil {
		return rest, nil
	}
	if t.cast = t.relation.targetNamed(name); t.cast == nil || !t.relation.mixed() {
		return nil, badSegment(rest[0])
	}
	return rest[1:], nil
}

func takeCount(t *target, rest []string) ([]string, error) {
	if rest[0] == "$count" && !t.set.directory {
		return nil, badRequest("%s has no $count: only collections of directory objects have.", t.set.path)
	}
	if rest[0] != "$count" || !t.set.directory || t.single() || t.delta {
		return nil, badSegment(rest[0])
	}
	t.count = true
	return rest[1:], nil
}

// row finds the single row that the path names.
func (t *target) row(tenant *Tenant) (*object, error) {
	var o *object
	if t.keyName != "" {
		o = t.set.altKeys[t.keyName](tenant, t.key)
	} else {
		o = t.set.lookup(tenant, t.key)
	}
	if o == nil || !tenant.replication.shows(fold(o.id())) {
		return nil, notFound(t.key)
	}
	return tenant.replication.seen(o), nil
}
