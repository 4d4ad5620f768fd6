package graphsim

// roleWork is the role assignments in the making.
type roleWork struct {
	b    *builder
	d    *dice
	unit string // the scope of an administrative unit
	rows []roleRow
}

// roleRow is one role for one principal at one scope. It is there once.
type roleRow struct{ role, principal, scope string }

// seedRoleAssignments gives roles to people, groups and service principals, at several scopes, and points
// at what is gone.
func (b *builder) seedRoleAssignments() error {
	w := &roleWork{b: b, d: newDice(b.o.Seed, "role assignments")}
	w.unit = "/administrativeUnits/" + w.d.guid()
	w.people()
	w.groups()
	w.machines()
	w.scopes()
	w.gone()
	return w.insert()
}

func (w *roleWork) add(role, principal, scope string) {
	w.rows = append(w.rows, roleRow{role, principal, scope})
}

// role is the id of a role by its place; negative places count from the end, where the custom ones are.
func (w *roleWork) role(n int) string {
	roles := w.b.t.roleDefinitions
	return roles[(n+len(roles))%len(roles)].id()
}

// Places of roles in the list.
const (
	roleGlobal   = 0
	roleReader   = 1
	roleHelpdesk = 3
	roleCustom   = -4
	roleRetired  = -1
)

func (w *roleWork) people() {
	users := w.b.users
	for _, id := range pickIDs(w.d, users, min(3, len(users))) {
		w.add(w.role(roleGlobal), id, "/")
		w.add(w.role(roleHelpdesk), id, w.unit)
	}
	for i, id := range pickIDs(w.d, users, min(30+len(users)/500, len(users))) {
		w.add(w.role(2+i%(len(builtInRoles)-4)), id, "/") // two built-in roles stay with nobody
	}
}

func (w *roleWork) groups() {
	for _, n := range []int{groupForRoles, groupForRolesToo} {
		if n < len(w.b.groups) {
			w.add(w.role(roleReader), w.b.groups[n].id(), "/")
			w.add(w.role(roleHelpdesk), w.b.groups[n].id(), w.unit)
		}
	}
}

func (w *roleWork) machines() {
	if len(w.b.apps) == 0 {
		return
	}
	w.add(w.role(roleReader), w.b.apps[appConnector].id(), "/")
	for _, mi := range w.b.identities[:2] {
		w.add(w.role(roleReader), mi.id(), "/")
	}
}

// scopes gives one person one role at three scopes, and another at an application and everywhere.
func (w *roleWork) scopes() {
	if len(w.b.users) == 0 {
		return
	}
	one := w.b.users[0].id()
	for _, scope := range []string{"/", w.unit, "/administrativeUnits/" + w.d.guid()} {
		w.add(w.role(roleHelpdesk), one, scope)
	}
	w.add(w.role(roleCustom), one, "/")
	if apps := w.b.t.applications; len(apps) > 0 {
		w.add(w.role(roleCustom), one, "/"+apps[0].id())
		w.add(w.role(roleCustom), w.b.users[len(w.b.users)-1].id(), "/"+apps[0].id())
	}
	w.add(w.role(roleRetired), one, "/")
}

// gone points at a principal and at a role that were deleted.
func (w *roleWork) gone() {
	w.add(w.role(roleGlobal), w.b.deleted[3], "/")
	w.add(w.role(roleHelpdesk), w.b.deleted[4], w.unit)
	if len(w.b.users) > 0 {
		w.add(w.b.deleted[5], w.b.users[0].id(), "/")
	}
}

func (w *roleWork) insert() error {
	seen := map[roleRow]bool{}
	for _, r := range w.rows {
		if seen[r] {
			continue
		}
		seen[r] = true
		_, err := w.b.insert(roleAssignmentClass, map[string]any{
			"id": w.d.opaque() + "-1", "roleDefinitionId": r.role, "principalId": r.principal, "directoryScopeId": r.scope})
		if err != nil {
			return err
		}
	}
	return nil
}
