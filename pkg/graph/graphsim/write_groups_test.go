package graphsim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// created is the id of what a POST made.
func created(t *testing.T, a answer) string {
	t.Helper()
	var o struct{ ID string }
	if err := json.Unmarshal(a.body, &o); err != nil || o.ID == "" {
		t.Fatalf("%v in %.300s", err, a.body)
	}
	return o.ID
}

// addresses is a list of references.
func (r *rig) addresses(ids ...string) string {
	for i, id := range ids {
		ids[i] = `"` + r.address(id) + `"`
	}
	return "[" + strings.Join(ids, ",") + "]"
}

func (r *rig) people(from, to int) []string {
	var out []string
	for _, u := range r.Census().Users[from:to] {
		out = append(out, u.ID())
	}
	return out
}

const (
	securityGroup = `"displayName":"A","mailNickname":"a","mailEnabled":false,"securityEnabled":true`
	unifiedGroup  = `"displayName":"B","mailNickname":"team.b","mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"]`
)

func TestGroups_Create(t *testing.T) {
	r := writer(t, graphsim.Options{})
	a := r.write("POST", "/groups", `{`+unifiedGroup+`,"description":null,"owners@odata.bind":`+r.addresses(r.people(0, 2)...)+`,"members@odata.bind":`+r.addresses(r.people(0, 18)...)+`}`, 201, "")
	g := record(t, r.Census().Groups, func(g graphsim.Record) bool { return g.ID() == created(t, a) })
	if g.Text("mail") != "team.b@contoso.com" || g.Text("visibility") != "Public" || len(g.Owners) != 2 || len(g.Members) != 18 || g.Text("createdDateTime") == "" {
		t.Errorf("%s", a.body)
	}
	if !strings.HasSuffix(a.Context, "/v1.0/$metadata#groups/$entity") {
		t.Errorf("context %s", a.Context)
	}
	r.ok("/groups/" + g.ID())
	for body, words := range map[string]string{
		`{` + unifiedGroup + `}`: "Another object with the same value for property mailNickname already exists",
		`{"displayName":"A"}`:    "required",
		`{` + securityGroup + `,"members@odata.bind":` + r.addresses(r.people(0, 21)...) + `}`:                                                             "21 references",
		`{` + securityGroup + `,"owners@odata.bind":` + r.addresses(r.people(0, 10)...) + `,"members@odata.bind":` + r.addresses(r.people(0, 11)...) + `}`: "21 references",
		`{` + securityGroup + `,"members@odata.bind":` + r.addresses(append(r.people(0, 1), r.people(0, 1)...)...) + `}`:                                   "property with duplicate values",
		`{` + unifiedGroupNamed("c") + `,"members@odata.bind":` + r.addresses(r.group(plain).ID()) + `}`:                                                   "type 'group'",
		`{` + unifiedGroupNamed("c d") + `}`:                                  "mailNickname",
		`{` + strings.Replace(securityGroup, "false", "true", 1) + `}`:        "mailEnabled",
		`{` + strings.Replace(unifiedGroup, "Unified", "Odd", 1) + `}`:        "groupTypes",
		`{` + securityGroup + `,"groupTypes":["DynamicMembership"]}`:          "membershipRule",
		`{` + unifiedGroupNamed("c") + `,"isAssignableToRole":true}`:          "isAssignableToRole",
		`{` + securityGroup + `,"id":"11111111-2222-4333-8444-555555555555"}`: "read-only",
	} {
		before := len(r.Census().Groups)
		r.write("POST", "/groups", body, 400, words)
		if after := len(r.Census().Groups); after != before {
			t.Errorf("%s: made all the same", body)
		}
	}
	r.write("POST", "/groups", `{`+securityGroup+`}`, 201, "")
	r.write("POST", "/groups", `{`+securityGroup+`,"isAssignableToRole":true}`, 201, "") // only Microsoft 365 groups have an alias alone
	poor := writer(t, graphsim.Options{Permissions: []string{"Group.Create"}})
	poor.write("POST", "/groups", `{`+securityGroup+`}`, 201, "")
	poor.write("POST", "/groups", `{`+securityGroup+`,"isAssignableToRole":true}`, 403, "")
}

func unifiedGroupNamed(nickname string) string {
	return strings.Replace(unifiedGroup, "team.b", nickname, 1)
}

// TestGroups_BindMembers: twenty at once, all of them or none.
func TestGroups_BindMembers(t *testing.T) {
	r := writer(t, graphsim.Options{})
	id := created(t, r.write("POST", "/groups", `{`+securityGroup+`}`, 201, ""))
	bind := func(ids ...string) string { return `{"members@odata.bind":` + r.addresses(ids...) + `}` }
	count := func(want int) {
		t.Helper()
		g := record(t, r.Census().Groups, func(g graphsim.Record) bool { return g.ID() == id })
		if len(g.Members) != want {
			t.Errorf("%d members, want %d", len(g.Members), want)
		}
	}
	r.write("PATCH", "/groups/"+id, bind(r.people(0, 20)...), 204, "")
	count(20)
	r.write("PATCH", "/groups/"+id, bind(r.people(19, 39)...), 400, exists)
	r.write("PATCH", "/groups/"+id, bind(append(r.people(30, 40), "11111111-2222-4333-8444-555555555555")...), 404, absent)
	r.write("PATCH", "/groups/"+id, bind(r.people(20, 41)...), 400, "21 references")
	count(20)
	r.write("PATCH", "/groups/"+id, `{"owners@odata.bind":`+r.addresses(r.people(0, 2)...)+`,"displayName":"C"}`, 204, "")
	many := r.group(func(g graphsim.Record) bool { return len(g.Owners) == 100 })
	r.write("PATCH", "/groups/"+many.ID(), `{"owners@odata.bind":`+r.addresses(many.Owners[0].ID)+`}`, 403, "would exceed the maximum quota count")
}

func TestGroups_Delete(t *testing.T) {
	r := writer(t, graphsim.Options{})
	g := r.group(plain)
	r.write("DELETE", "/groups/"+g.ID(), "", 204, "")
	r.write("DELETE", "/groups/"+g.ID(), "", 404, absent)
	r.refused("/groups/"+g.ID(), 404, "Request_ResourceNotFound")
	synced := r.group(func(g graphsim.Record) bool { return g.Get("onPremisesSyncEnabled") == true })
	r.write("DELETE", "/groups/"+synced.ID(), "", 400, "on-premises mastered")
}

// TestGroups_Replicate: a new group is not known everywhere at once, and a changed one is seen as it was.
func TestGroups_Replicate(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now, ReplicationDelay: 30 * time.Second})
	id := created(t, r.write("POST", "/groups", `{`+securityGroup+`}`, 201, ""))
	r.refused("/groups/"+id, 404, "Request_ResourceNotFound")
	r.write("POST", "/groups/"+id+"/members/$ref", r.ref(r.people(0, 1)[0]), 404, absent)
	c.move(31 * time.Second)
	r.write("POST", "/groups/"+id+"/members/$ref", r.ref(r.people(0, 1)[0]), 204, "")
	name := func(want string) {
		t.Helper()
		for _, path := range []string{"/groups/" + id, "/groups?$filter=" + escape("id eq '"+id+"'")} {
			if body := string(r.ok(path).body); !strings.Contains(body, `"displayName":"`+want+`"`) {
				t.Errorf("%s: no %q in %.200s", path, want, body)
			}
		}
	}
	r.write("PATCH", "/groups/"+id, `{"displayName":"C"}`, 204, "")
	r.write("PATCH", "/groups/"+id, `{"displayName":"D"}`, 204, "")
	name("A")
	c.move(31 * time.Second)
	name("D")
}
