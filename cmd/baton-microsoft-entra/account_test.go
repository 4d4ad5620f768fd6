package main_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// account is a simulated tenant as the tests of all programs see it.
type account struct{ *graphsim.Server }

var _ servicekit.Account = account{}

func (a account) Secrets() []string { return []string{a.Options().ClientSecret} }

func (a account) People() []string {
	var all []string
	for _, u := range a.Census().Users {
		for _, property := range []string{"displayName", "mail", "userPrincipalName"} {
			if text := u.Text(property); text != "" {
				all = append(all, text)
			}
		}
	}
	return all
}

func (a account) Written() []string {
	var all []string
	for _, r := range a.History() {
		toGraph := isWrite(r) && !strings.HasSuffix(r.Path, "/$batch") && !strings.HasSuffix(r.Path, "/getByIds")
		toExchange := strings.HasPrefix(r.Path, "/adminapi/") && !strings.Contains(r.Body, `"Get-`)
		if r.Status < 300 && (toGraph || toExchange) {
			all = append(all, r.Method+" "+strings.TrimPrefix(r.Path, "/v1.0"))
		}
	}
	return all
}

func (a account) Asked(part string) (n int) {
	for _, path := range asked(a.Server) {
		if strings.Contains(path, part) {
			n++
		}
	}
	return n
}

func (a account) SignIns() int { return signIns(a.Server) }

func (a account) Dropped() (n int) {
	for _, r := range a.History() {
		if r.Status == 0 {
			n++
		}
	}
	return n
}

func (a account) DropAfter(requests int) {
	a.Fail(graphsim.Fault{Kind: graphsim.Drop, Skip: requests, Times: -1})
}

func (a account) RefuseForGood(status int) {
	a.Fail(graphsim.Fault{PathContains: "/roleAssignments", Status: status, Times: -1})
}

func (a account) EndTokenAfter(requests int) {
	a.Fail(graphsim.Fault{Kind: graphsim.ExpireTokens, PathContains: "/v1.0/", Skip: requests})
}

func (a account) Resources() []string { return resourcesOf(a.Census()) }

// Holders are the owners of all groups, and the members of those that hold no other group.
func (a account) Holders() map[string][]string {
	c, keys := a.Census(), map[string]string{}
	for _, key := range resourcesOf(c) {
		_, id, _ := strings.Cut(key, ":")
		keys[id] = key
	}
	synced := func(refs []graphsim.Ref) (found []string, nested bool) {
		for _, r := range refs {
			if key := keys[r.ID]; key != "" { // contacts and devices have none
				found, nested = append(found, key), nested || strings.HasPrefix(key, "group:")
			}
		}
		slices.Sort(found)
		return found, nested
	}
	holders := map[string][]string{}
	for _, g := range c.Groups {
		holders["group:"+g.ID()+":owners"], _ = synced(g.Owners)
		if members, nested := synced(g.Members); !nested {
			holders["group:"+g.ID()+":members"] = members
		}
	}
	return holders
}

func (a account) Newcomer(t *testing.T) string {
	t.Helper()
	return newcomer(t, a.Server)
}

func (a account) Rights(t *testing.T, user string) []servicekit.Right {
	t.Helper()
	group := newGroup(t, a.Server)
	must(t, a.Tenant().AddOwner(group, a.Census().Users[20].ID())) // the last owner stays
	application, appRole := openRole(t, a.Server)
	app := strings.TrimPrefix(application, "enterprise_application:")
	role := a.Census().RoleDefinitions[0].ID()
	return []servicekit.Right{
		{ID: "group:" + group + ":members", Grant: "POST /groups/" + group + "/members/$ref", Revoke: "DELETE /groups/" + group + "/members/" + user + "/$ref"},
		{ID: "group:" + group + ":owners", Grant: "POST /groups/" + group + "/owners/$ref", Revoke: "DELETE /groups/" + group + "/owners/" + user + "/$ref"},
		{ID: appRole, Grant: "POST /servicePrincipals/" + app + "/appRoleAssignedTo", Revoke: "DELETE /servicePrincipals/" + app + "/appRoleAssignedTo/*"},
		{ID: application + ":owners", Grant: "POST /servicePrincipals/" + app + "/owners/$ref", Revoke: "DELETE /servicePrincipals/" + app + "/owners/" + user + "/$ref"},
		{ID: "role:" + role + ":assigned", Grant: "POST /roleManagement/directory/roleAssignments", Revoke: "DELETE /roleManagement/directory/roleAssignments/*"},
		{ID: "license:a403ebcc-fae0-4ca2-8c8c-7a907fd6c235:assigned", Grant: "POST /users/" + user + "/assignLicense", Revoke: "POST /users/" + user + "/assignLicense"},
	}
}

func (a account) Rename(t *testing.T, user, name string) {
	t.Helper()
	must(t, a.Tenant().Update(user, map[string]any{"displayName": name}))
}

func (a account) Delete(t *testing.T, user string) {
	t.Helper()
	must(t, a.Tenant().DeleteObject(user))
}

func (a account) Named(t *testing.T, form map[string]any) string {
	t.Helper()
	u := named(t, a.Server, fmt.Sprint(form["userPrincipalName"]))
	for property, value := range form {
		if u.Get(property) != value {
			t.Errorf("the %s of the new account is %v, want %v", property, u.Get(property), value)
		}
	}
	return u.ID()
}

func (a account) Password(user string) string { return passwordOf(a.Server, user) }

func (a account) Actions(t *testing.T) []servicekit.ActionCase {
	t.Helper()
	return actionCases(t, a.Server)
}
