package graphsim_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestTenant_TakesEveryKind: what is added of any kind is listed, and told by the census in the same words.
func TestTenant_TakesEveryKind(t *testing.T) {
	r := start(t, graphsim.Options{})
	tenant, user := r.Tenant(), r.Census().Users[0].ID()
	named := map[string]any{"displayName": "Added"}
	app, err := tenant.AddServicePrincipal(map[string]any{"displayName": "Added", "appId": "11111111-1111-4111-8111-111111111111"})
	must(t, err)
	registration, err := tenant.AddApplication(named)
	must(t, err)
	role, err := tenant.AddRoleDefinition(named)
	must(t, err)
	assignment, err := tenant.AddRoleAssignment(role, user, "/")
	must(t, err)
	for path, id := range map[string]string{"servicePrincipals": app, "applications": registration,
		"roleManagement/directory/roleDefinitions": role, "roleManagement/directory/roleAssignments": assignment} {
		rows, _ := r.walk("/" + path + "?$top=999")
		if !slices.ContainsFunc(rows, func(row map[string]any) bool { return row["id"] == id }) {
			t.Errorf("%s does not list what was added", path)
		}
	}
	r.ok("/servicePrincipals(appId='11111111-1111-4111-8111-111111111111')")
	must(t, tenant.AddOwner(app, user))
	added := record(t, r.Census().ServicePrincipals, func(sp graphsim.Record) bool { return sp.ID() == app })
	var told struct {
		DisplayName string
		Owners      []graphsim.Ref
	}
	b, err := json.Marshal(added)
	must(t, err)
	unpack(t, b, &told)
	if told.DisplayName != "Added" || !slices.Equal(told.Owners, []graphsim.Ref{{ID: user, Type: "user"}}) {
		t.Errorf("%s", b)
	}
	must(t, tenant.RemoveOwner(app, user))
	if rows := r.ok("/servicePrincipals/" + app + "/owners").Value; len(rows) != 0 || tenant.RemoveOwner(app, user) == nil {
		t.Errorf("owners %v", rows)
	}
	if _, err := tenant.AddApplication(map[string]any{"id": app}); err == nil {
		t.Error("an id was given twice")
	}
}

// TestMemberOf_IsMembersBackwards, listed and expanded.
func TestMemberOf_IsMembersBackwards(t *testing.T) {
	r := start(t, graphsim.Options{})
	parents := map[string]int{}
	for _, g := range r.Census().Groups {
		for _, m := range g.Members {
			parents[m.ID]++
		}
	}
	nested := 0
	for _, row := range r.ok("/groups?$top=999&$select=id&$expand=memberOf($select=id)").Value {
		id := row["id"].(string)
		rows, _ := r.walk("/groups/" + id + "/memberOf?$select=id&$top=2")
		if expanded := row["memberOf"].([]any); len(rows) != parents[id] || len(expanded) != parents[id] {
			t.Errorf("group %s: %d parents listed, %d expanded, want %d", id, len(rows), len(expanded), parents[id])
		}
		nested += len(rows)
	}
	if nested < 10 {
		t.Errorf("%d nestings", nested)
	}
}
