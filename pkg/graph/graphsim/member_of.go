package graphsim

import "sync"

// memberships is the reverse of the members: what is in which groups, and in which directory roles. It is made when it
// is first asked for, and again after an edge or a role assignment has changed.
type memberships struct {
	mu    sync.Mutex
	in    map[string][]string
	roles map[string][]*object
	old   bool
}

func (m *memberships) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.old = true
}

// groupsOf returns the groups that an object is a direct member of, in the order of the groups.
func (t *Tenant) groupsOf(id string) []*object {
	t.memberships.mu.Lock()
	defer t.memberships.mu.Unlock()
	t.reverse()
	return t.objects(t.memberships.in[id]...)
}

// belongings returns the groups and the directory roles that a service principal is a direct member of.
func (t *Tenant) belongings(id string) []*object {
	groups := t.groupsOf(id)
	t.memberships.mu.Lock()
	defer t.memberships.mu.Unlock()
	return append(groups, t.memberships.roles[id]...)
}

// reverse makes the reverse; the caller holds its lock.
func (t *Tenant) reverse() {
	m := &t.memberships
	if m.in != nil && !m.old {
		return
	}
	m.in, m.roles, m.old = map[string][]string{}, map[string][]*object{}, false
	for _, g := range t.groups {
		for _, member := range t.members[g.id()] {
			m.in[member] = append(m.in[member], g.id())
		}
	}
	for _, a := range t.roleAssignments {
		if role := t.directoryRole(a); role != nil {
			principal := a.text("principalId")
			m.roles[principal] = append(m.roles[principal], role)
		}
	}
}

// directoryRoleClass is a role as the older interface knows it: somebody's membership.
var directoryRoleClass = newClass("directoryRole", "deletedDateTime* description* displayName* roleTemplateId*")

// directoryRole is the role of an assignment in the older form, nil for what that does not have: custom roles, and
// those for a part of the tenant. Its id is not that of the definition.
func (t *Tenant) directoryRole(assignment *object) *object {
	definition := t.byID[fold(assignment.text("roleDefinitionId"))]
	if assignment.text("directoryScopeId") != "/" || definition == nil || definition.get("isBuiltIn") != true {
		return nil
	}
	return &object{class: directoryRoleClass, values: []any{newDice(t.seed, "directory role "+definition.id()).guid(), nil,
		definition.get("description"), definition.get("displayName"), definition.id()}}
}
