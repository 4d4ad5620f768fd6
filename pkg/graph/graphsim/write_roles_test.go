package graphsim_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const roleAssignments = "/roleManagement/directory/roleAssignments"

// roleBody is a body of roleAssignments.
func roleBody(role, principal, scope string) string {
	return `{"@odata.type":"#microsoft.graph.unifiedRoleAssignment","roleDefinitionId":"` + role + `","principalId":"` + principal + `","directoryScopeId":"` + scope + `"}`
}

func TestRoles_AssignAndRemove(t *testing.T) {
	r := writer(t, graphsim.Options{})
	census := r.Census()
	role := record(t, census.RoleDefinitions, func(d graphsim.Record) bool { return d.Text("displayName") == "Guest Inviter" }).ID()
	one, unit := census.Users[7].ID(), "/administrativeUnits/11111111-2222-4333-8444-555555555555"
	id := created(t, r.write("POST", roleAssignments, roleBody(role, one, unit), 201, ""))
	a := r.write("POST", roleAssignments, roleBody(role, one, "/"), 201, "")
	if a := r.write("POST", roleAssignments, roleBody(role, one, "/"), 409, "conflicting object"); a.Error.Code != "Request_MultipleObjectsWithSameKeyValue" {
		t.Errorf("%s", a.Error.Code)
	}
	forRoles := r.group(func(g graphsim.Record) bool { return g.Get("isAssignableToRole") == true })
	retired := record(t, census.RoleDefinitions, func(d graphsim.Record) bool { return d.Get("isEnabled") == false }).ID()
	for body, status := range map[string]int{
		roleBody(role, forRoles.ID(), "/"): 201, roleBody(role, census.ServicePrincipals[1].ID(), "/"): 201,
		roleBody(role, r.group(plain).ID(), "/"): 400, roleBody(retired, one, "/"): 400, roleBody(role, one, "everywhere"): 400,
		roleBody("11111111-2222-4333-8444-555555555555", one, "/"): 404, roleBody(role, "11111111-2222-4333-8444-555555555555", "/"): 404,
		`{"roleDefinitionId":"` + role + `","principalId":"` + one + `"}`: 400,
	} {
		r.write("POST", roleAssignments, body, status, "")
	}
	r.write("DELETE", roleAssignments+"/"+id, "", 204, "")
	r.write("DELETE", roleAssignments+"/"+id, "", 404, absent)
	left := r.ok(roleAssignments + "?$filter=" + escape("principalId eq '"+one+"' and roleDefinitionId eq '"+role+"'")).Value
	if len(left) != 1 || left[0]["id"] != created(t, a) {
		t.Errorf("left: %v", left)
	}
}

// TestRoles_OwnLast: the application does not saw off the branch that it sits on.
func TestRoles_OwnLast(t *testing.T) {
	r := writer(t, graphsim.Options{})
	self := record(t, r.Census().ServicePrincipals, func(sp graphsim.Record) bool { return sp.Text("appId") == r.Options().ClientID }).ID()
	own := record(t, r.Census().RoleAssignments, func(a graphsim.Record) bool { return a.Text("principalId") == self })
	r.write("DELETE", roleAssignments+"/"+own.ID(), "", 400, "own last role")
	role := record(t, r.Census().RoleDefinitions, func(d graphsim.Record) bool { return d.Text("displayName") == "Guest Inviter" }).ID()
	r.write("POST", roleAssignments, roleBody(role, self, "/"), 201, "")
	r.write("DELETE", roleAssignments+"/"+own.ID(), "", 204, "")
}

func TestRoleInstances(t *testing.T) {
	r := writer(t, graphsim.Options{})
	const path = "/roleManagement/directory/roleAssignmentScheduleInstances"
	of := func(principal, role string) []map[string]any {
		return r.ok(path + "?$filter=" + escape("roleDefinitionId eq '"+role+"' and principalId eq '"+principal+"'")).Value
	}
	one := record(t, r.Census().RoleAssignments, func(a graphsim.Record) bool { return a.Text("directoryScopeId") == "/" })
	holder, role := one.Text("principalId"), one.Text("roleDefinitionId")
	if got := of(holder, role); len(got) != 1 || got[0]["assignmentType"] != "Assigned" || got[0]["memberType"] != "Direct" || got[0]["endDateTime"] != nil {
		t.Errorf("%v", got)
	}
	if err := r.Tenant().ActivateRole(one.ID(), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if got := of(holder, role); len(got) != 1 || got[0]["assignmentType"] != "Activated" || got[0]["endDateTime"] != "2030-01-01T00:00:00Z" {
		t.Errorf("%v", got)
	}
	if err := r.Tenant().ActivateRole(holder, time.Time{}); err == nil {
		t.Error("a user was activated")
	}
	group := r.group(func(g graphsim.Record) bool { return g.Get("isAssignableToRole") == true && len(g.Members) > 0 })
	byGroup := record(t, r.Census().RoleAssignments, func(a graphsim.Record) bool { return a.Text("principalId") == group.ID() })
	if got := of(group.Members[0].ID, byGroup.Text("roleDefinitionId")); !slices.ContainsFunc(got, func(i map[string]any) bool { return i["memberType"] == "Group" }) {
		t.Errorf("%v", got)
	}
	r.SetPermissions("User.Read.All")
	r.ExpireTokens()
	r.token = r.signIn()
	r.refused(path, http.StatusForbidden, "Authorization_RequestDenied")
	poor := writer(t, graphsim.Options{WithoutPremium: true})
	poor.refused(path, http.StatusBadRequest, "AadPremiumLicenseRequired")
}
