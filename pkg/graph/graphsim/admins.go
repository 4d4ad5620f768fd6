package graphsim

import (
	"fmt"
	"slices"
)

// Directory roles that open what application permissions alone do not.
const (
	globalAdministrator   = "62e90394-69f5-4237-9190-012177145e10"
	privilegedAuthAdmin   = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
	userAdministrator     = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	helpdeskAdministrator = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
	exchangeAdministrator = "29232cdf-9323-42fd-ade2-1d097af3e4de"
)

// furtherRoles are those that an application can have, though the tenant of the seed does not list them.
var furtherRoles = [][2]string{{"966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator"}}

var (
	// adminKeepers may touch an administrator: password, sign-in, sessions, methods, deletion.
	adminKeepers = []string{globalAdministrator, privilegedAuthAdmin}
	// passwordKeepers may set the password of everybody else.
	passwordKeepers = append([]string{userAdministrator, helpdeskAdministrator, furtherRoles[0][0]}, adminKeepers...)
	exchangeKeepers = []string{globalAdministrator, exchangeAdministrator}
)

// SetDirectoryRoles gives the application these directory roles, by name and for the whole tenant, beside those
// of the seed, and takes away what an earlier call gave. They work at once: unlike permissions they are not in
// the token.
func (s *Server) SetDirectoryRoles(names ...string) error {
	s.tenant.mu.Lock()
	defer s.tenant.mu.Unlock()
	return s.tenant.setAppRoles(s.options.ClientID, names)
}

// setAppRoles is SetDirectoryRoles under the lock. What an application holds by the option is no role assignment
// of the tenant, so that the tenant stays what its seed made it.
func (t *Tenant) setAppRoles(clientID string, names []string) error {
	var ids []string
	for _, name := range names {
		id := roleNamed(name)
		if id == "" {
			return fmt.Errorf("graphsim: %q is no directory role of this tenant", name)
		}
		ids = append(ids, id)
	}
	t.appRoles[fold(clientID)] = ids
	return nil
}

func roleNamed(name string) string {
	for _, r := range slices.Concat(builtInRoles, furtherRoles) {
		if r[1] == name {
			return r[0]
		}
	}
	return ""
}

// appHolds says whether an application has one of some directory roles for the whole tenant. The caller holds
// the lock.
func (t *Tenant) appHolds(appID string, roles []string) bool {
	held := func(id string) bool { return slices.Contains(roles, id) }
	if slices.ContainsFunc(t.appRoles[fold(appID)], held) {
		return true
	}
	app := t.servicePrincipalByAppID(appID)
	return app != nil && slices.ContainsFunc(t.roleAssignments, func(a *object) bool {
		return a.text("directoryScopeId") == "/" && fold(a.text("principalId")) == fold(app.id()) && held(a.text("roleDefinitionId"))
	})
}

// harmlessRoles make nobody an administrator.
var harmlessRoles = []string{
	"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", // Directory Readers
	"95e79109-95c0-4d8e-aee3-d01accf2d47b", // Guest Inviter
}

// Administrator says whether a user holds a built-in directory role, at any scope, directly or as a direct
// member of a group. Only Directory Readers and Guest Inviter do not count, nor do custom roles.
func (t *Tenant) Administrator(userID string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.administrator(fold(userID))
}

func (t *Tenant) administrator(userID string) bool {
	holders := []string{userID}
	for _, g := range t.groupsOf(userID) {
		holders = append(holders, g.id())
	}
	return slices.ContainsFunc(t.roleAssignments, func(a *object) bool {
		return slices.Contains(holders, fold(a.text("principalId"))) && t.administers(a.text("roleDefinitionId"))
	})
}

func (t *Tenant) administers(roleID string) bool {
	role := t.byID[fold(roleID)]
	return role != nil && role.get("isBuiltIn") == true && !slices.Contains(harmlessRoles, roleID)
}

// mayTouch refuses what only a keeper of administrators may do to one.
func (t *Tenant) mayTouch(app *grant, user *object) error {
	if t.administrator(user.id()) && !t.appHolds(app.appID, adminKeepers) {
		return denied()
	}
	return nil
}

// maySetPassword refuses who has no directory role for it.
func (t *Tenant) maySetPassword(app *grant, user *object) error {
	if !t.appHolds(app.appID, passwordKeepers) {
		return denied()
	}
	return t.mayTouch(app, user)
}
