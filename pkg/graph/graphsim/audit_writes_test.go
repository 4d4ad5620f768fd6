package graphsim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// auditor does things and holds what the log says of each against what was done.
type auditor struct {
	*rig
	seen int
}

// expect wants the records since the last time to be of these activities, each telling all of the ids.
func (a *auditor) expect(what string, activities []string, ids ...string) {
	a.t.Helper()
	all := a.Tenant().Audits()
	news := all[a.seen:]
	a.seen = len(all)
	var got []string
	for _, n := range news {
		got = append(got, n.Activity)
		body := string(a.ok(audits + "/" + n.ID).body)
		for _, id := range ids {
			if !strings.Contains(body, id) {
				a.t.Errorf("%s: the record of %q does not tell %s: %s", what, n.Activity, id, body)
			}
		}
	}
	if !slices.Equal(got, activities) {
		a.t.Errorf("%s left %q, want %q", what, got, activities)
	}
}

// everything is what an application of this test may do.
func everything(o graphsim.Options) graphsim.Options {
	o.Permissions, o.WithoutLimits = append(graphsim.EveryReadPermission(), graphsim.WritePermissions()...), true
	o.DirectoryRoles = []string{"Global Administrator"}
	return o
}

// TestAudits_EachRequestThatWritesLeavesItsRecord: of groups, members, owners, roles and licences.
func TestAudits_EachRequestThatWritesLeavesItsRecord(t *testing.T) {
	for seed := range uint64(5) {
		a := &auditor{rig: start(t, everything(graphsim.Options{Seed: seed}))}
		c := a.Census()
		user := a.settled()
		app := c.ServicePrincipals[0].ID()
		other := record(t, c.Users, func(u graphsim.Record) bool { return u.ID() != user && u.Get("onPremisesSyncEnabled") == nil }).ID()
		a.write("POST", "/groups", fmt.Sprintf(`{"displayName":"New","mailNickname":"new","mailEnabled":false,"securityEnabled":true,"owners@odata.bind":[%q,%q]}`,
			a.address(user), a.address(other)), 201, "")
		a.expect("a group with owners", []string{"Add group", "Add owner to group", "Add owner to group"})
		group := a.group(func(g graphsim.Record) bool { return g.Text("mailNickname") == "new" }).ID()
		sku, _ := a.used("POWER_BI_STANDARD")
		steps := []struct {
			method, path, body string
			status             int
			activity           string
			ids                []string
		}{
			{"PATCH", "/groups/" + group, `{"description":"x"}`, 204, "Update group", []string{group, "Description"}},
			{"POST", "/groups/" + group + "/members/$ref", a.ref(app), 204, "Add member to group", []string{group, app}},
			{"DELETE", "/groups/" + group + "/members/" + app + "/$ref", "", 204, "Remove member from group", []string{group, app}},
			{"DELETE", "/groups/" + group + "/owners/" + other + "/$ref", "", 204, "Remove owner from group", []string{group, other}},
			{"POST", "/servicePrincipals/" + app + "/owners/$ref", a.ref(user), 204, "Add owner to service principal", []string{app, user}},
			{"DELETE", "/servicePrincipals/" + app + "/owners/" + user + "/$ref", "", 204, "Remove owner from service principal", []string{app, user}},
			{"POST", "/users/" + user + "/assignLicense", licenceBody(sku, ""), 200, "Change user license", []string{user}},
			{"PUT", "/users/" + user + "/manager/$ref", a.ref(other), 204, "Set user manager", []string{user}},
			{"DELETE", "/users/" + user + "/manager/$ref", "", 204, "Set user manager", []string{user}},
			{"DELETE", "/groups/" + group, "", 204, "Delete group", []string{group}},
		}
		for _, s := range steps {
			a.write(s.method, s.path, s.body, s.status, "")
			a.expect(s.method+" "+s.path, []string{s.activity}, s.ids...)
		}
		a.appRoles(user)
		a.roles(user)
		a.ofUsers()
	}
}

func (a *auditor) appRoles(user string) {
	c := a.Census()
	group := a.group(plain).ID()
	app := record(a.t, c.ServicePrincipals, func(s graphsim.Record) bool {
		return s.Text("servicePrincipalType") == "Application" && !slices.ContainsFunc(s.AppRoleAssignedTo, func(x graphsim.Assignment) bool {
			return x.PrincipalID == user || x.PrincipalID == group
		})
	}).ID()
	const none = "00000000-0000-0000-0000-000000000000"
	for principal, names := range map[string][]string{user: {"Add app role assignment grant to user", "Remove app role assignment from user"},
		group: {"Add app role assignment to group", "Remove app role assignment from group"}} {
		made := a.write("POST", "/servicePrincipals/"+app+"/appRoleAssignedTo", fmt.Sprintf(`{"principalId":%q,"resourceId":%q,"appRoleId":%q}`, principal, app, none), 201, "")
		var row struct{ ID string }
		unpack(a.t, made.body, &row)
		a.expect("an assignment", names[:1], app, principal, "AppRole.Id")
		a.write("DELETE", "/servicePrincipals/"+app+"/appRoleAssignedTo/"+row.ID, "", 204, "")
		a.expect("its end", names[1:], app, principal, "AppRole.Id")
	}
}

func (a *auditor) roles(user string) {
	role := record(a.t, a.Census().RoleDefinitions, func(d graphsim.Record) bool { return d.Text("displayName") == "Helpdesk Administrator" }).ID()
	made := a.write("POST", "/roleManagement/directory/roleAssignments", fmt.Sprintf(`{"principalId":%q,"roleDefinitionId":%q,"directoryScopeId":"/"}`, user, role), 201, "")
	var row struct{ ID string }
	unpack(a.t, made.body, &row)
	a.expect("a role", []string{"Add member to role"}, user, role)
	a.write("DELETE", "/roleManagement/directory/roleAssignments/"+row.ID, "", 204, "")
	a.expect("its end", []string{"Remove member from role"}, user, role)
}

func (a *auditor) ofUsers() {
	made := a.write("POST", "/users", `{"displayName":"N","mailNickname":"nn","userPrincipalName":"nn@contoso.com","accountEnabled":true,"passwordProfile":{"password":"Long-enough-1"}}`, 201, "")
	var user struct{ ID string }
	unpack(a.t, made.body, &user)
	a.expect("a user", []string{"Add user"}, user.ID)
	for _, s := range []struct {
		method, path, body string
		status             int
		activities         []string
	}{
		{"PATCH", "", `{"jobTitle":"J"}`, 204, []string{"Update user"}},
		{"PATCH", "", `{"jobTitle":"J"}`, 204, nil},
		{"PATCH", "", `{"accountEnabled":false}`, 204, []string{"Disable account", "Update user"}},
		{"PATCH", "", `{"accountEnabled":true}`, 204, []string{"Enable account", "Update user"}},
		{"PATCH", "", `{"passwordProfile":{"password":"Longer-than-1"}}`, 204, []string{"Reset user password"}},
		{"POST", "/revokeSignInSessions", "", 200, []string{"Update StsRefreshTokenValidFrom Timestamp"}},
		{"DELETE", "", "", 204, []string{"Delete user"}},
	} {
		a.write(s.method, "/users/"+user.ID+s.path, s.body, s.status, "")
		a.expect(s.method+" "+s.body, s.activities, user.ID)
	}
	a.write("POST", "/directory/deletedItems/"+user.ID+"/restore", "", 200, "")
	a.expect("restore", []string{"Restore user"}, user.ID)
	for _, n := range a.Tenant().Audits() {
		if body := string(a.ok(audits + "/" + n.ID).body); strings.Contains(body, "Longer-than-1") || strings.Contains(body, "Long-enough-1") {
			a.t.Errorf("a password is in the record of %q", n.Activity)
		}
	}
}

// TestAudits_OfTheTenantsOwnMethods: what a test does to the tenant is the work of a user.
func TestAudits_OfTheTenantsOwnMethods(t *testing.T) {
	a := &auditor{rig: start(t, everything(graphsim.Options{Seed: 3}))}
	c, tenant := a.Census(), a.Tenant()
	user, app, registration := c.Users[1].ID(), c.ServicePrincipals[0].ID(), c.Applications[0].ID()
	group, err := tenant.AddGroup(map[string]any{"displayName": "G"})
	must(t, err)
	a.expect("AddGroup", []string{"Add group"}, group, `"initiatedBy":{"app":null,"user":{`)
	must(t, tenant.AddMember(group, user))
	a.expect("AddMember", []string{"Add member to group"}, group, user)
	must(t, tenant.AddOwner(registration, user))
	a.expect("AddOwner", []string{"Add owner to application"}, registration, user)
	must(t, tenant.RemoveOwner(registration, user))
	a.expect("RemoveOwner", []string{"Remove owner from application"}, registration, user)
	sku, _ := a.used("POWER_BI_STANDARD")
	must(t, tenant.AssignLicense(group, sku))
	a.expect("AssignLicense", []string{"Set group license"}, group)
	must(t, tenant.RemoveLicense(group, sku))
	a.expect("RemoveLicense", []string{"Set group license"}, group)
	assignment, err := tenant.AddAppRoleAssignment(app, app, "")
	must(t, err)
	a.expect("AddAppRoleAssignment", []string{"Add app role assignment to service principal"}, app)
	must(t, tenant.RemoveAppRoleAssignment(app, assignment))
	a.expect("RemoveAppRoleAssignment", []string{"Remove app role assignment from service principal"}, app)
	must(t, tenant.SetManager(c.Users[2].ID(), user))
	a.expect("SetManager", []string{"Set user manager"}, c.Users[2].ID())
	must(t, tenant.Update(registration, map[string]any{"passwordCredentials": []any{}, "displayName": "R"}))
	a.expect("Update", []string{"Update application – Certificates and secrets management"}, registration, "KeyDescription")
	for id, name := range map[string]string{group: "Delete group", user: "Delete user"} {
		must(t, tenant.DeleteObject(id))
		a.expect("DeleteObject", []string{name}, id)
	}
	must(t, tenant.DeleteObject(app))
	a.expect("DeleteObject", []string{"Remove service principal"}, app)
}

// TestAudits_OfExchange come when the directory hears of the change.
func TestAudits_OfExchange(t *testing.T) {
	c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	o := everything(graphsim.Options{Now: c.Now, ExchangeDelay: time.Minute})
	s := exchange(t, o)
	a := &auditor{rig: s.rig}
	g := s.mailGroup(true)
	u := record(t, s.Census().Users, func(u graphsim.Record) bool { return u.Get("mail") != nil && !has(g.Members, u.ID()) }).ID()
	s.invoke("Add-DistributionGroupMember", member(g, u))
	a.expect("a change that waits", nil)
	c.move(time.Minute)
	a.ok("/groups?$top=1")
	a.expect("a change that has come", []string{"Add member to group"}, g.ID(), u)
}

// TestAudits_OfWhatFailed: what is refused for what it asks leaves a record, what one may not do at all leaves none.
func TestAudits_OfWhatFailed(t *testing.T) {
	a := &auditor{rig: start(t, everything(graphsim.Options{}))}
	g := a.group(func(g graphsim.Record) bool { return plain(g) && len(g.Members) > 0 })
	one := g.Members[0].ID
	a.write("POST", "/groups/"+g.ID()+"/members/$ref", a.ref(one), 400, "")
	a.expect("a member twice", []string{"Add member to group"}, g.ID(), `"result":"failure"`)
	a.write("DELETE", "/groups/"+g.ID()+"/owners/"+a.outsider(g)+"/$ref", "", 404, "")
	a.expect("no owner", []string{"Remove owner from group"}, g.ID(), `"result":"failure"`)
	a.write("POST", "/users", `{}`, 400, "")
	a.expect("no user", []string{"Add user"}, `"result":"failure"`)
	a.write("POST", "/roleManagement/directory/roleAssignments", `{}`, 400, "")
	a.expect("no role", []string{"Add member to role"}, `"result":"failure"`)
	a.SetPermissions("AuditLog.Read.All", "User.Read.All")
	a.token = a.signIn()
	a.write("POST", "/groups/"+g.ID()+"/members/$ref", a.ref(one), 403, "")
	a.expect("no permission", nil)
}

// TestAudits_TellTiesInEveryShape: which of the two comes first, and where the other is told, differs.
func TestAudits_TellTiesInEveryShape(t *testing.T) {
	a := &auditor{rig: start(t, everything(graphsim.Options{Seed: 5}))}
	group := a.group(plain)
	shapes, bare := map[string]int{}, 0
	for _, u := range a.Census().Users[:60] {
		if has(group.Members, u.ID()) {
			continue
		}
		must(t, a.Tenant().AddMember(group.ID(), u.ID()))
		all := a.Tenant().Audits()
		body := string(a.ok(audits + "/" + all[len(all)-1].ID).body)
		if !strings.Contains(body, group.ID()) || !strings.Contains(body, u.ID()) {
			t.Fatalf("the record does not tell both ends: %s", body)
		}
		var types []string
		for _, target := range all[len(all)-1].Targets {
			types = append(types, target.Type)
		}
		shapes[fmt.Sprint(types, strings.Contains(body, "Group.ObjectID"))]++
		if strings.Contains(body, `"newValue":"`+group.ID()+`"`) {
			bare++
		}
	}
	if len(shapes) != 4 || bare == 0 {
		t.Errorf("%v, %d values without quotes", shapes, bare)
	}
}

func TestAudits_LookAsTheSchemaHasThem(t *testing.T) {
	a := &auditor{rig: start(t, everything(graphsim.Options{Seed: 5}))}
	g := a.group(plain)
	a.write("POST", "/groups/"+g.ID()+"/members/$ref", a.ref(a.outsider(g)), 204, "")
	answer := a.ok(audits)
	row := answer.Value[0]
	if !strings.Contains(string(answer.body), `"@microsoft.graph.tips":`) || strings.Contains(string(a.ok(audits+"?$select=id").body), "tips") {
		t.Error("the tip comes where nothing is selected, and only there")
	}
	for _, name := range []string{"id", "category", "correlationId", "result", "resultReason", "activityDisplayName", "activityDateTime",
		"loggedByService", "operationType", "initiatedBy", "targetResources", "additionalDetails"} {
		if _, is := row[name]; !is {
			t.Errorf("%s is missing", name)
		}
	}
	by := row["initiatedBy"].(map[string]any)
	self := record(t, a.Census().ServicePrincipals, func(s graphsim.Record) bool { return s.Text("appId") == a.Options().ClientID })
	if by["user"] != nil || by["app"].(map[string]any)["servicePrincipalId"] != self.ID() || row["category"] != "GroupManagement" ||
		row["operationType"] != "Assign" || !strings.HasPrefix(row["id"].(string), "Directory_"+row["correlationId"].(string)+"_") {
		t.Errorf("%v", row)
	}
}

func TestAudits_CanBeAdded(t *testing.T) {
	c := &clock{now: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)}
	r := keeper(t, graphsim.Options{Now: c.Now})
	newest, err := r.Tenant().AddAudit(map[string]any{"activityDisplayName": "A"})
	must(t, err)
	late, err := r.Tenant().AddAudit(map[string]any{"activityDateTime": "2026-01-01T00:45:00.5Z", "targetResources": []any{map[string]any{"id": "x", "type": "User"}}})
	must(t, err)
	if got := r.column(audits, "id"); !slices.Equal(got, []string{newest, late}) {
		t.Errorf("%v, want %s and %s", got, newest, late)
	}
	if all := r.Tenant().Audits(); all[0].ID != late || !slices.Equal(all[0].Targets, []graphsim.Ref{{ID: "x", Type: "User"}}) {
		t.Errorf("%+v", all)
	}
	for _, bad := range []map[string]any{{"activity": "x"}, {"activityDateTime": "yesterday"}} {
		if _, err := r.Tenant().AddAudit(bad); err == nil {
			t.Errorf("%v was added", bad)
		}
	}
}

// TestAudits_TellTheRoleByItsTemplate: the id of the role in a record need not be that of its definition.
func TestAudits_TellTheRoleByItsTemplate(t *testing.T) {
	a := &auditor{rig: start(t, everything(graphsim.Options{Seed: 5}))}
	c := a.Census()
	role := record(t, c.RoleDefinitions, func(d graphsim.Record) bool { return d.Get("isBuiltIn") == true }).ID()
	same, other := 0, 0
	for _, u := range c.Users[:40] {
		_, err := a.Tenant().AddRoleAssignment(role, u.ID(), "/")
		must(t, err)
		all := a.Tenant().Audits()
		last := all[len(all)-1]
		body := string(a.ok(audits + "/" + last.ID).body)
		for _, target := range last.Targets {
			switch {
			case target.Type != "Role":
			case target.ID == role:
				same++
			case !strings.Contains(body, "Role.TemplateId") || !strings.Contains(body, role):
				t.Errorf("nothing tells the role: %s", body)
			default:
				other++
			}
		}
	}
	if same == 0 || other == 0 {
		t.Errorf("%d records have the definition's id, %d another", same, other)
	}
}
