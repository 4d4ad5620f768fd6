package graphsim

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// AddMember makes a user, group or service principal a member of a group.
func (t *Tenant) AddMember(groupID, memberID string) error {
	return t.link("members", t.members, groupID, memberID)
}

// RemoveMember ends a membership.
func (t *Tenant) RemoveMember(groupID, memberID string) error {
	return t.cut("members", t.members, groupID, memberID)
}

// AddOwner makes somebody an owner of a group, service principal or application.
func (t *Tenant) AddOwner(objectID, ownerID string) error {
	return t.link("owners", t.owners, objectID, ownerID)
}

// RemoveOwner ends an ownership.
func (t *Tenant) RemoveOwner(objectID, ownerID string) error {
	return t.cut("owners", t.owners, objectID, ownerID)
}

func (t *Tenant) link(what string, edges map[string][]string, from, to string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, b := t.byID[fold(from)], t.byID[fold(to)]
	if a == nil || b == nil {
		return fmt.Errorf("graphsim: add %s to %s of %s: no such object", to, what, from)
	}
	if slices.Contains(edges[a.id()], b.id()) {
		return fmt.Errorf("graphsim: add %s to %s of %s: already there", to, what, from)
	}
	return t.join(what, edges, a, b)
}

// join makes a link; the caller holds the lock.
func (t *Tenant) join(what string, edges map[string][]string, a, b *object) error {
	edges[a.id()] = append(edges[a.id()], b.id())
	t.tied(what, a, b.id(), false)
	t.replication.added(edgeKey(what, a.id(), b.id()))
	t.memberships.forget()
	return t.relicenseMember(a.id(), b.id())
}

func (t *Tenant) cut(what string, edges map[string][]string, from, to string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	from, to = fold(from), fold(to)
	if !slices.Contains(edges[from], to) {
		return fmt.Errorf("graphsim: remove %s from %s of %s: not there", to, what, from)
	}
	return t.part(what, edges, from, to)
}

// part ends a link; the caller holds the lock.
func (t *Tenant) part(what string, edges map[string][]string, from, to string) error {
	edges[from] = without(edges[from], to)
	t.tied(what, t.byID[from], to, true)
	t.memberships.forget()
	return t.relicenseMember(from, to)
}

// SetManager sets a user's manager, or removes it where managerID is "".
func (t *Tenant) SetManager(userID, managerID string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byID[fold(userID)] == nil || managerID != "" && t.byID[fold(managerID)] == nil {
		return fmt.Errorf("graphsim: set manager %s of %s: no such object", managerID, userID)
	}
	t.onUser("Set user manager", t.byID[fold(userID)])
	if managerID == "" {
		delete(t.manager, fold(userID))
		return nil
	}
	t.manager[fold(userID)] = fold(managerID)
	t.replication.added(edgeKey("manager", userID, managerID))
	return nil
}

// AddAppRoleAssignment assigns a role of a service principal to a principal, "" as appRoleID being the
// default role. The principal does not need to exist; it counts as a user then. It returns the id of the
// assignment.
func (t *Tenant) AddAppRoleAssignment(servicePrincipalID, principalID, appRoleID string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	app := t.byID[fold(servicePrincipalID)]
	if app == nil || app.class != servicePrincipalClass {
		return "", fmt.Errorf("graphsim: assign %s: no service principal %s", principalID, servicePrincipalID)
	}
	id := t.ids.opaque()
	t.replication.added(edgeKey("appRoleAssignedTo", app.id(), id))
	row := t.assign(app, principalID, appRoleID, id, t.replication.now().UTC().Format(time.RFC3339))
	t.assignedRole(app, row, false)
	return id, nil
}

// assign adds an edge; the caller holds the lock.
func (t *Tenant) assign(app *object, principalID, appRoleID, id, created string) *object {
	kind, name := "User", "(deleted)"
	if p := t.byID[fold(principalID)]; p != nil {
		kind, name = principalType(p.class), p.text("displayName")
	}
	row := &object{class: appRoleAssignmentClass, values: []any{
		id, nil, cmp.Or(appRoleID, noRole), created, name, principalID, kind, app.text("displayName"), app.id()}}
	t.assigned[app.id()] = append(t.assigned[app.id()], row)
	return row
}

// noRole is the appRoleId of who has access without a role.
const noRole = "00000000-0000-0000-0000-000000000000"

func principalType(c *class) string {
	switch c {
	case groupClass:
		return "Group"
	case servicePrincipalClass:
		return "ServicePrincipal"
	}
	return "User"
}

// RemoveAppRoleAssignment ends an assignment by its id.
func (t *Tenant) RemoveAppRoleAssignment(servicePrincipalID, assignmentID string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	rows := t.assigned[fold(servicePrincipalID)]
	i := slices.IndexFunc(rows, func(o *object) bool { return o.id() == assignmentID })
	if i < 0 {
		return fmt.Errorf("graphsim: remove assignment %s of %s: not there", assignmentID, servicePrincipalID)
	}
	t.assigned[fold(servicePrincipalID)] = without(rows, rows[i])
	t.assignedRole(t.byID[fold(servicePrincipalID)], rows[i], true)
	return nil
}
