package graphsim

import (
	"slices"
	"time"
)

// exchange is what Exchange knows and the directory does not know yet: Exchange's own answers show a change at
// once, Graph's after the delay.
type exchange struct {
	delay   time.Duration
	now     func() time.Time
	pending []mailChange
}

// mailChange is one edge of a mail-enabled group that was added or removed.
type mailChange struct {
	what          string // "members" or "owners"
	group, object string
	add           bool
	due           time.Time
}

// mailEdges are the members or owners of a group as Exchange sees them. The caller holds the lock.
func (t *Tenant) mailEdges(what, group string) []string {
	out := slices.Clone(t.edges(what)[group])
	for _, p := range t.exchange.pending {
		if p.what != what || p.group != group {
			continue
		}
		out = without(out, p.object)
		if p.add {
			out = append(out, p.object)
		}
	}
	return out
}

func (t *Tenant) edges(what string) map[string][]string {
	if what == "owners" {
		return t.owners
	}
	return t.members
}

// changeMail notes a change; with no delay it is in the directory at once. The caller holds the lock, for writing.
func (t *Tenant) changeMail(c mailChange) error {
	c.due = t.exchange.now().Add(t.exchange.delay)
	t.exchange.pending = append(t.exchange.pending, c)
	return t.settle()
}

// settle brings what is due from Exchange into the directory. The caller holds the lock, for writing.
func (t *Tenant) settle() error {
	now := t.exchange.now()
	for len(t.exchange.pending) > 0 && !now.Before(t.exchange.pending[0].due) {
		c := t.exchange.pending[0]
		t.exchange.pending = t.exchange.pending[1:]
		if err := t.settleOne(c); err != nil {
			return err
		}
	}
	return nil
}

// settleOne makes a change in the directory, if both ends are still there and it is not so already.
func (t *Tenant) settleOne(c mailChange) error {
	edges := t.edges(c.what)
	group, o := t.byID[c.group], t.byID[c.object]
	switch there := slices.Contains(edges[c.group], c.object); {
	case group == nil || o == nil || there == c.add:
		return nil
	case c.add:
		return t.join(c.what, edges, group, o)
	}
	return t.part(c.what, edges, c.group, c.object)
}

// settleExchange brings what is due into the directory. It locks the tenant only where there is something.
func (s *Server) settleExchange() error {
	s.tenant.mu.RLock()
	waiting := len(s.tenant.exchange.pending)
	s.tenant.mu.RUnlock()
	if waiting == 0 {
		return nil
	}
	s.tenant.mu.Lock()
	defer s.tenant.mu.Unlock()
	return s.tenant.settle()
}
