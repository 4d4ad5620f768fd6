package graphsim_test

import (
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// windowsUser is an object id with the SID that Windows shows for it.
const (
	windowsUser = "73d664e4-0886-4a73-b745-c694da45ddb4"
	windowsSID  = "S-1-12-1-1943430372-1249052806-2496021943-3034400218"
)

// TestSecurityIdentifier_FollowsFromTheID: whoever comes into the tenant has one, and none is written or comes unasked.
func TestSecurityIdentifier_FollowsFromTheID(t *testing.T) {
	t.Parallel()
	r := writer(t, graphsim.Options{})
	for id, want := range map[string]any{
		windowsUser: windowsSID, strings.ToUpper("FFFFFFFF-0000-0001-0200-000000000080"): "S-1-12-1-4294967295-65536-2-2147483648", "no GUID": nil,
	} {
		_, err := r.Tenant().AddUser(map[string]any{"id": id})
		must(t, err)
		if sid := r.userNow(id).Get("securityIdentifier"); sid != want {
			t.Errorf("%s has %v, want %v", id, sid, want)
		}
	}
	_, err := r.Tenant().AddUser(map[string]any{"id": "11111111-2222-4333-8444-555555555555", "securityIdentifier": nil})
	must(t, err)
	made := idOf(t, r.write("POST", "/users", newUser(t, "sid", nil), 201, ""))
	path := "/users/" + made + "?$select=securityIdentifier"
	first := r.ok(path).body
	r.write("PATCH", "/users/"+made, `{"city":"Ulm"}`, 204, "")
	if !strings.Contains(string(first), `"securityIdentifier":"S-1-12-1-`) || string(r.ok(path).body) != string(first) {
		t.Errorf("%s, and then %s", first, r.ok(path).body)
	}
	if _, comes := r.ok("/users?$top=1").Value[0]["securityIdentifier"]; comes {
		t.Error("it comes without $select")
	}
}

// TestUsersWithoutSID_AreTheLastOnes: everybody else has one of their own, whatever else they lack.
func TestUsersWithoutSID_AreTheLastOnes(t *testing.T) {
	t.Parallel()
	for without, want := range map[int]int{0: 0, 7: 7, 500: 200} {
		users, seen := census(t, graphsim.Options{UsersWithoutSID: without}).Users, map[string]bool{}
		for i, u := range users {
			sid := u.Text("securityIdentifier")
			if (sid == "") != (i >= len(users)-want) || seen[sid] && sid != "" {
				t.Errorf("user %d of %d, %d without: %q", i, len(users), without, sid)
			}
			seen[sid] = true
		}
	}
}
