package graphsim_test

import (
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestPermissions_EachIsNeeded drops one permission after the other: the paths that it opens give 403, and
// only those.
func TestPermissions_EachIsNeeded(t *testing.T) {
	s := start(t, graphsim.Options{})
	c := s.Census()
	group, app, registration := c.Groups[0].ID(), c.ServicePrincipals[0].ID(), c.Applications[0].ID()
	opens := map[string][]string{
		"User.Read.All": {"/users", "/users/$count", "/users?$expand=manager", "/users/" + c.Users[0].ID(), "/organization"},
		"GroupMember.Read.All": {"/groups", "/groups/$count", "/groups?$expand=members", "/groups?$expand=owners", "/groups/" + group,
			"/groups/" + group + "/members", "/groups/" + group + "/owners"},
		"Application.Read.All": {"/servicePrincipals", "/servicePrincipals?$expand=appRoleAssignedTo", "/servicePrincipals?$expand=owners",
			"/servicePrincipals/" + app, "/servicePrincipals/" + app + "/appRoleAssignedTo", "/servicePrincipals/" + app + "/owners",
			"/applications", "/applications?$expand=owners", "/applications/" + registration + "/owners"},
		"RoleManagement.Read.Directory": {"/roleManagement/directory/roleDefinitions", "/roleManagement/directory/roleAssignments",
			"/roleManagement/directory/roleAssignments?$expand=principal"},
		"LicenseAssignment.Read.All": {"/subscribedSkus"},
		"MailboxSettings.Read":       {"/users/" + c.Users[0].ID() + "/mailboxSettings", "/users/" + c.Users[0].ID() + "/mailboxSettings/userPurpose"},
	}
	all := append(graphsim.ReadPermissions(), "MailboxSettings.Read")
	for _, dropped := range all {
		s.SetPermissions(slices.DeleteFunc(slices.Clone(all), func(p string) bool { return p == dropped })...)
		s.token = s.signIn()
		for permission, paths := range opens {
			for _, path := range paths {
				if permission == dropped {
					s.refused(path, 403, "Authorization_RequestDenied", eventual)
				} else {
					s.ok(path, eventual)
				}
			}
		}
	}
}

func TestPermissions_TokensKeepWhatTheyCarry(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: []string{}})
	r.refused("/users", 403, "Authorization_RequestDenied")
	r.SetPermissions("User.Read.All")
	r.refused("/users", 403, "Authorization_RequestDenied")
	r.token = r.signIn()
	r.ok("/users")
}

// TestPermissions_UnreadableMembersAreBare: a member of a kind that the application may not read shows its
// type and id, whatever was selected.
func TestPermissions_UnreadableMembersAreBare(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: []string{"GroupMember.Read.All", "Application.Read.All"}})
	path := "/groups/" + mixed20(t, r.Census()).ID() + "/members?$count=true&$select=id,displayName"
	for _, m := range r.ok(path, eventual).Value {
		bare := m["@odata.type"] == "#microsoft.graph.user"
		if bare && len(m) != 2 || !bare && len(m) != 3 {
			t.Errorf("member %v", m)
		}
	}
}
