package graphsim

import "sync"

// memberships is the reverse of the members: what is in which groups. It is made when it is first asked
// for, and again after an edge has changed.
type memberships struct {
	mu  sync.Mutex
	in  map[string][]string
	old bool
}

func (m *memberships) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.old = true
}

// groupsOf returns the groups that an object is a direct member of, in the order of the groups.
func (t *Tenant) groupsOf(id string) []*object {
	m := &t.memberships
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.in == nil || m.old {
		m.in, m.old = map[string][]string{}, false
		for _, g := range t.groups {
			for _, member := range t.members[g.id()] {
				m.in[member] = append(m.in[member], g.id())
			}
		}
	}
	return t.objects(m.in[id]...)
}
