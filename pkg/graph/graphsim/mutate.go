package graphsim

import (
	"fmt"
	"slices"
)

// AddUser adds a user with the properties given, in Graph's names. An id is made where none is given, and the
// security identifier follows from the id unless it is given, be it as nil. It returns the id.
func (t *Tenant) AddUser(properties map[string]any) (string, error) {
	return t.add(userClass, properties)
}

// AddGroup adds a group, as AddUser does.
func (t *Tenant) AddGroup(properties map[string]any) (string, error) {
	return t.add(groupClass, properties)
}

// AddServicePrincipal adds a service principal, as AddUser does.
func (t *Tenant) AddServicePrincipal(properties map[string]any) (string, error) {
	return t.add(servicePrincipalClass, properties)
}

// AddApplication adds an app registration, as AddUser does.
func (t *Tenant) AddApplication(properties map[string]any) (string, error) {
	return t.add(applicationClass, properties)
}

// AddRoleDefinition adds a directory role, as AddUser does.
func (t *Tenant) AddRoleDefinition(properties map[string]any) (string, error) {
	return t.add(roleDefinitionClass, properties)
}

// AddRoleAssignment assigns a directory role to a principal at a scope, "/" being the tenant. Neither needs
// to exist. It returns the id of the assignment.
func (t *Tenant) AddRoleAssignment(roleDefinitionID, principalID, scope string) (string, error) {
	return t.add(roleAssignmentClass, map[string]any{
		"roleDefinitionId": roleDefinitionID, "principalId": principalID, "directoryScopeId": scope})
}

func (t *Tenant) add(c *class, properties map[string]any) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o, err := t.create(c, properties)
	if err != nil {
		return "", err
	}
	return o.id(), nil
}

// create adds an object; the caller holds the lock.
func (t *Tenant) create(c *class, properties map[string]any) (*object, error) {
	o, err := newObject(c, properties)
	if err != nil {
		return nil, err
	}
	if o.id() == "" {
		o.values[0] = t.newID(c)
	}
	if _, given := properties[securityIdentifier]; c == userClass && !given {
		o.values[c.index[securityIdentifier]] = sidOf(o.id())
	}
	if t.byID[fold(o.id())] != nil {
		return nil, fmt.Errorf("graphsim: add %s: id %s is taken", c.name, o.id())
	}
	t.replication.added(fold(o.id()))
	t.memberships.forget()
	t.insert(o)
	t.created(o)
	return o, nil
}

func (t *Tenant) newID(c *class) string {
	if c == roleAssignmentClass {
		return t.ids.opaque()
	}
	return t.ids.guid()
}

// Update changes properties of an object of any kind.
func (t *Tenant) Update(id string, properties map[string]any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.byID[fold(id)]
	if old == nil {
		return fmt.Errorf("graphsim: update: no object %s", id)
	}
	return t.change(old, properties)
}

// change gives an object other properties; the caller holds the lock.
func (t *Tenant) change(old *object, properties map[string]any) error {
	next, err := old.with(properties)
	if err != nil {
		return err
	}
	t.replace(old, next)
	t.changed(old, next)
	return nil
}

// replace puts another row in the place of one; who reads the old list is not disturbed.
func (t *Tenant) replace(old, next *object) {
	rows := slices.Clone(*t.list(old.class))
	rows[slices.Index(rows, old)] = next
	*t.list(old.class) = rows
	t.leave(old)
	t.enter(next)
}

// DeleteObject removes an object of any kind, its memberships, ownerships and its place as a manager. What
// is assigned to it, app roles and directory roles, stays behind, as it can in a real tenant.
func (t *Tenant) DeleteObject(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.byID[fold(id)]
	if o == nil {
		return fmt.Errorf("graphsim: delete: no object %s", id)
	}
	return t.remove(o)
}

// remove takes an object out; the caller holds the lock.
func (t *Tenant) remove(o *object) error {
	rows := t.list(o.class)
	*rows = without(*rows, o)
	t.deleted(o)
	t.leave(o)
	members := t.members[o.id()]
	t.unlink(o.id())
	t.memberships.forget()
	t.licences.forget(o.id())
	return t.relicense(members...)
}

// unlink removes every relation of an object.
func (t *Tenant) unlink(id string) {
	for _, edges := range []map[string][]string{t.members, t.owners} {
		delete(edges, id)
		for from, to := range edges {
			if slices.Contains(to, id) {
				edges[from] = without(to, id)
			}
		}
	}
	delete(t.assigned, id)
	delete(t.mailboxes, id)
	delete(t.manager, id)
	for user, manager := range t.manager {
		if manager == id {
			delete(t.manager, user)
		}
	}
}

// without copies a list but for one element, so that who reads the old list is not disturbed.
func without[T comparable](list []T, gone T) []T {
	out := make([]T, 0, len(list))
	for _, x := range list {
		if x != gone {
			out = append(out, x)
		}
	}
	return out
}
