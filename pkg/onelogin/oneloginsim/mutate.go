package oneloginsim

import (
	"fmt"
	"slices"
)

// AddUser adds a user with some fields, under OneLogin's names; ids and statuses are int64. It returns the id.
func (a *Account) AddUser(fields map[string]any) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := object{}
	for _, column := range allColumns() {
		u[column] = nil
	}
	id := a.id()
	a.users[id] = u.with(object{"status": int64(1), "state": int64(1), "custom_attributes": object{}}).with(fields).with(object{"id": id})
	return id
}

// UpdateUser changes fields of a user, as AddUser sets them.
func (a *Account) UpdateUser(id int64, fields map[string]any) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users[id] == nil {
		return fmt.Errorf("oneloginsim: update user %d: there is none", id)
	}
	a.users[id] = a.users[id].with(fields)
	return nil
}

// Password is the one that was written last for a user, "" where none was.
func (a *Account) Password(user int64) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.passwords[user]
}

// DeleteUser takes a user out of everything. It says nothing to the log.
func (a *Account) DeleteUser(id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget(id)
}

// AddRole adds a role that gives some apps, and returns its id.
func (a *Account) AddRole(name string, apps ...int64) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := &role{id: a.id(), name: name, apps: apps}
	a.roles[r.id] = r
	return r.id
}

// DeleteRole takes a role out of everything.
func (a *Account) DeleteRole(id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forgetRole(id)
}

// Join makes a user a member ("users") or an admin ("admins") of a role. It says nothing to the log.
func (a *Account) Join(roleID int64, relation string, user int64) error {
	return a.relation(roleID, user, func(r *role) {
		if list := r.holders(relation); indexOf(*list, user) < 0 {
			*list = append(*list, holder{user: user, addedAt: moment(a.options.Now()), addedBy: 1})
		}
	})
}

// Part ends what Join makes.
func (a *Account) Part(roleID int64, relation string, user int64) error {
	return a.relation(roleID, user, func(r *role) {
		list := r.holders(relation)
		*list = slices.DeleteFunc(slices.Clone(*list), func(h holder) bool { return h.user == user })
	})
}

func (a *Account) relation(roleID, user int64, do func(*role)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.roles[roleID]
	if r == nil || a.users[user] == nil {
		return fmt.Errorf("oneloginsim: role %d and user %d: one of them is not there", roleID, user)
	}
	do(r)
	return nil
}

// AddMapping adds a mapping that gives a role to the users whose field (or "custom_attribute_" with a short name) has
// a value. It runs when users are written.
func (a *Account) AddMapping(field, value string, roleID int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mappings = append(a.mappings, &mapping{id: a.id(), name: "mapping of " + field, enabled: true,
		conditions: []condition{{field, "=", value}}, roles: []int64{roleID}})
}

// AddEvent writes a record into the log: its type, and fields under OneLogin's names. It returns its id.
func (a *Account) AddEvent(typeID int, fields map[string]any) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.record(a.options.Now(), typeID, fields)
	return a.events[len(a.events)-1].id
}
