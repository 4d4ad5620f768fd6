package graphsim_test

import (
	"bytes"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// mixed20 is the group whose twenty members include service principals.
func mixed20(t *testing.T, c *graphsim.Census) graphsim.Record {
	return record(t, c.Groups, func(g graphsim.Record) bool { return len(g.Members) == 20 && machines(g) == 3 })
}

func machines(g graphsim.Record) (n int) {
	for _, m := range g.Members {
		if m.Type == "servicePrincipal" {
			n++
		}
	}
	return n
}

func TestMembers_OmitServicePrincipalsUnlessAdvanced(t *testing.T) {
	r := start(t, graphsim.Options{PageSize: 2})
	path := "/groups/" + mixed20(t, r.Census()).ID() + "/members"
	plain, _ := r.walk(path + "?$select=id")
	if len(plain) != 17 {
		t.Errorf("%d members without the header, want 17", len(plain))
	}
	for _, m := range plain {
		if m["@odata.type"] == "#microsoft.graph.servicePrincipal" || len(m) != 2 {
			t.Errorf("member %v", m)
		}
	}
	if all, _ := r.walk(path+"?$select=id&$count=true", eventual); len(all) != 20 {
		t.Errorf("%d members in an advanced query, want 20", len(all))
	}
	if some, _ := r.walk(path + "?$select=id"); len(some) != 17 {
		t.Error("the header alone shows service principals")
	}
	if cast, _ := r.walk(path+"/graph.servicePrincipal?$count=true&$select=id,appId", eventual); len(cast) != 3 || cast[0]["appId"] == nil {
		t.Errorf("cast gave %v", cast)
	}
	if cast, _ := r.walk(path + "/microsoft.graph.group?$select=id"); len(cast) != 1 || cast[0]["@odata.type"] != nil {
		t.Errorf("cast gave %v", cast)
	}
}

func TestExpand_StopsAtTwentyWithoutALink(t *testing.T) {
	r := start(t, graphsim.Options{})
	c := r.Census()
	byID := map[string]graphsim.Record{}
	for _, g := range c.Groups {
		byID[g.ID()] = g
	}
	a := r.ok("/groups?$select=id&$top=999&$expand=members($select=id)")
	for _, row := range a.Value {
		members := row["members"].([]any)
		if want := min(20, len(byID[row["id"].(string)].Members)); len(members) != want || len(row) != 2 {
			t.Errorf("group %v: %d members, want %d: %v", row["id"], len(members), want, row)
		}
	}
	if b := r.ok("/groups/" + mixed20(t, c).ID() + "?$expand=members($select=id)").body; bytes.Count(b, []byte("#microsoft.graph.servicePrincipal")) != 3 {
		t.Errorf("$expand hides service principals: %s", b)
	}
	for path, relation := range map[string]string{
		"/groups?$expand=owners&$top=999":                          "owners",
		"/servicePrincipals?$expand=appRoleAssignedTo&$top=999":    "appRoleAssignedTo",
		"/servicePrincipals?$expand=owners($select=id)&$select=id": "owners",
		"/applications?$expand=owners($select=id,mail)&$select=id": "owners",
	} {
		most := 0
		for _, row := range r.ok(path).Value {
			most = max(most, len(row[relation].([]any)))
		}
		if most != 20 {
			t.Errorf("%s: at most %d, want 20", path, most)
		}
	}
}

func TestExpand_ManagerIsAbsentWhereThereIsNone(t *testing.T) {
	r := start(t, graphsim.Options{})
	row := r.ok("/users?$expand=manager($select=id,mail)&$select=id&$top=1").Value[0]
	if _, there := row["manager"]; there {
		t.Errorf("the first user has a manager: %v", row)
	}
}

func TestRoleAssignments_PrincipalThatIsGone(t *testing.T) {
	r := start(t, graphsim.Options{})
	null, absent, full := 0, 0, 0
	for _, row := range r.ok("/roleManagement/directory/roleAssignments?$expand=principal&$top=999").Value {
		switch p, there := row["principal"]; {
		case !there:
			absent++
		case p == nil:
			null++
		default:
			full++
		}
	}
	if null != 1 || absent != 1 || full == 0 {
		t.Errorf("principals: %d null, %d absent, %d there", null, absent, full)
	}
}

func TestTenant_ChangesShow(t *testing.T) {
	r := start(t, graphsim.Options{})
	tenant := r.Tenant()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	first := r.ok("/users?$top=999&$select=id")
	group, app := r.Census().Groups[9].ID(), r.Census().ServicePrincipals[0].ID()
	user, err := tenant.AddUser(map[string]any{"displayName": "New", "userPrincipalName": "new@contoso.com", "accountEnabled": true})
	must(err)
	must(tenant.AddMember(group, user))
	must(tenant.AddOwner(group, user))
	must(tenant.SetManager(user, first.Value[0]["id"].(string)))
	assignment, err := tenant.AddAppRoleAssignment(app, user, "")
	must(err)
	must(tenant.Update(user, map[string]any{"displayName": "Newer"}))
	if row := r.ok("/users/new@contoso.com?$select=displayName&$expand=manager"); row.Value != nil || len(row.body) < 50 {
		t.Errorf("%s", row.body)
	}
	if rows := r.ok("/groups/" + group + "/members?$select=displayName").Value; len(rows) != 1 || rows[0]["displayName"] != "Newer" {
		t.Errorf("members %v", rows)
	}
	must(tenant.DeleteObject(user))
	if rows := r.ok("/groups/" + group + "/members").Value; len(rows) != 0 {
		t.Errorf("members %v after the user was deleted", rows)
	}
	if rows := r.ok("/servicePrincipals/" + app + "/appRoleAssignedTo").Value; len(rows) != 1 || rows[0]["id"] != assignment {
		t.Errorf("assignments %v: the one to the deleted user should be left", rows)
	}
	must(tenant.RemoveAppRoleAssignment(app, assignment))
	if n := len(r.ok("/users?$top=999&$select=id").Value); n != len(first.Value) {
		t.Errorf("%d users at the end, %d at the start", n, len(first.Value))
	}
	if tenant.AddMember(group, user) == nil || tenant.RemoveMember(group, user) == nil || tenant.DeleteObject(user) == nil {
		t.Error("a change of what is not there succeeded")
	}
	if _, err := tenant.AddUser(map[string]any{"nope": 1}); err == nil {
		t.Error("a user with an unknown property was added")
	}
}
