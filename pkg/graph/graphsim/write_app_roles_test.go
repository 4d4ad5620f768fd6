package graphsim_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

type seenRole struct {
	ID                 string
	AllowedMemberTypes []string
	IsEnabled          bool
}

func rolesOf(t *testing.T, sp graphsim.Record) []seenRole {
	t.Helper()
	raw, _ := sp.Get("appRoles").(json.RawMessage)
	var roles []seenRole
	if raw != nil {
		if err := json.Unmarshal(raw, &roles); err != nil {
			t.Fatal(err)
		}
	}
	return roles
}

// appRole is a body of appRoleAssignedTo.
func appRole(principal, resource, role string) string {
	return `{"principalId":"` + principal + `","resourceId":"` + resource + `","appRoleId":"` + role + `"}`
}

const defaultRole = "00000000-0000-0000-0000-000000000000"

// storeApp is the application of the seed with sixty roles of all sorts.
func (r *rig) storeApp() (graphsim.Record, []seenRole) {
	r.t.Helper()
	sp := record(r.t, r.Census().ServicePrincipals, func(sp graphsim.Record) bool { return len(rolesOf(r.t, sp)) == 60 })
	return sp, rolesOf(r.t, sp)
}

func pickRole(t *testing.T, roles []seenRole, like func(seenRole) bool) string {
	t.Helper()
	i := slices.IndexFunc(roles, like)
	if i < 0 {
		t.Fatal("no such role")
	}
	return roles[i].ID
}

func TestAppRoles_AssignAndRemove(t *testing.T) {
	r := writer(t, graphsim.Options{})
	sp, roles := r.storeApp()
	only := func(member string) func(seenRole) bool {
		return func(o seenRole) bool { return o.IsEnabled && slices.Equal(o.AllowedMemberTypes, []string{member}) }
	}
	users := pickRole(t, roles, only("User"))
	path := "/servicePrincipals/" + sp.ID() + "/appRoleAssignedTo"
	one, group, machine := r.unassigned(sp), r.group(plain).ID(), r.Census().ServicePrincipals[1].ID()
	a := r.write("POST", path, appRole(one, sp.ID(), users), 201, "")
	id := created(t, a)
	r.write("POST", path, appRole(one, sp.ID(), users), 400, "Permission being assigned already exists on the object")
	r.write("POST", path, appRole(group, sp.ID(), users), 201, "")
	r.write("POST", path, appRole(one, sp.ID(), defaultRole), 201, "")
	for body, status := range map[string]int{
		appRole(machine, sp.ID(), users):                                                                    400,
		appRole(one, sp.ID(), pickRole(t, roles, only("Application"))):                                      400,
		appRole(machine, sp.ID(), pickRole(t, roles, only("Application"))):                                  201,
		appRole(one, sp.ID(), pickRole(t, roles, func(o seenRole) bool { return !o.IsEnabled })):            400,
		appRole(one, sp.ID(), "11111111-2222-4333-8444-555555555555"):                                       400,
		appRole("11111111-2222-4333-8444-555555555555", sp.ID(), users):                                     404,
		appRole(one, machine, users):                                                                        400,
		`{"principalId":"` + one + `","resourceId":"` + sp.ID() + `"}`:                                      400,
		`{"principalType":"User","principalId":"` + one + `","resourceId":"x","appRoleId":"` + users + `"}`: 400,
	} {
		r.write("POST", path, body, status, "")
	}
	rows, _ := r.walk(path + "?$top=999")
	i := slices.IndexFunc(rows, func(row map[string]any) bool { return row["id"] == id })
	if i < 0 || rows[i]["principalId"] != one || rows[i]["appRoleId"] != users || rows[i]["principalType"] != "User" || len(id) == 36 {
		t.Errorf("assignment %s is not listed: %s", id, a.body)
	}
	r.write("DELETE", path+"/"+id, "", 204, "")
	r.write("DELETE", path+"/"+id, "", 404, absent)
	r.write("POST", path, appRole(one, sp.ID(), users), 201, "")
}

// unassigned is a user who has nothing of an application.
func (r *rig) unassigned(sp graphsim.Record) string {
	return record(r.t, r.Census().Users, func(u graphsim.Record) bool {
		return !slices.ContainsFunc(sp.AppRoleAssignedTo, func(a graphsim.Assignment) bool { return a.PrincipalID == u.ID() })
	}).ID()
}

func TestAppRoles_Replicate(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now, ReplicationDelay: 30 * time.Second})
	sp, _ := r.storeApp()
	path := "/servicePrincipals/" + sp.ID() + "/appRoleAssignedTo"
	id := created(t, r.write("POST", path, appRole(r.unassigned(sp), sp.ID(), defaultRole), 201, ""))
	sees := func(want bool) {
		t.Helper()
		rows, _ := r.walk(path + "?$top=999")
		if got := slices.ContainsFunc(rows, func(row map[string]any) bool { return row["id"] == id }); got != want {
			t.Errorf("seen %v, want %v", got, want)
		}
	}
	sees(false)
	c.move(31 * time.Second)
	sees(true)
	r.write("DELETE", path+"/"+id, "", 204, "")
	sees(true)
	c.move(31 * time.Second)
	sees(false)
}
