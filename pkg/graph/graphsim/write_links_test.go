package graphsim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	exists   = "added object references already exist"
	leftText = "removed object references do not exist"
	absent   = "does not exist or one of its queried reference-property objects are not present"
)

func TestLinks_AddAndRemove(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now})
	g := r.group(func(g graphsim.Record) bool { return plain(g) && len(g.Owners) > 0 })
	for _, relation := range []string{"members", "owners"} {
		one, path := r.outsider(r.again(g)), "/groups/"+g.ID()+"/"+relation
		r.write("DELETE", path+"/"+one+"/$ref", "", 404, absent)
		r.write("POST", path+"/$ref", r.ref(one), 204, "")
		r.write("POST", path+"/%24ref", strings.ReplaceAll(r.ref(one), "directoryObjects", "users"), 400, exists+" for the following modified properties: '"+relation+"'")
		list := map[string][]graphsim.Ref{"members": r.again(g).Members, "owners": r.again(g).Owners}
		if !has(list[relation], one) {
			t.Errorf("%s is none of the %s", one, relation)
		}
		r.write("DELETE", path+"/"+one+"/$ref", "", 204, "")
		r.write("DELETE", path+"/"+one+"/$ref", "", 400, leftText)
		c.move(2 * time.Minute)
		r.write("DELETE", path+"/"+one+"/$ref", "", 404, absent)
	}
	one, nobody := r.outsider(g), "11111111-2222-4333-8444-555555555555"
	path := "/groups/" + g.ID() + "/members/$ref"
	r.write("POST", path, r.ref(nobody), 404, absent)
	r.write("POST", "/groups/"+nobody+"/members/$ref", r.ref(one), 404, absent)
	r.write("POST", path, strings.ReplaceAll(r.ref(one), "directoryObjects", "groups"), 404, absent)
	r.write("POST", path, `{"@odata.id":"https://graph.example.com/v1.0/directoryObjects/`+one+`"}`, 400, "not to this service")
	r.write("POST", path, `{"@odata.id":"`+r.URL()+`/v1.0/devices/`+one+`"}`, 400, "none to a directory object")
	r.write("POST", path, `{}`, 400, "required")
	r.write("POST", path, `{"id":"`+one+`"}`, 400, "Invalid property")
}

// TestLinks_GroupsThatAreMasteredElsewhere: what the kinds of group refuse, with the words by which a client knows.
func TestLinks_GroupsThatAreMasteredElsewhere(t *testing.T) {
	r := writer(t, graphsim.Options{})
	is := func(property string, value any) func(graphsim.Record) bool {
		return func(g graphsim.Record) bool { return g.Get(property) == value }
	}
	typed := func(kind string) func(graphsim.Record) bool {
		return func(g graphsim.Record) bool {
			types, _ := g.Get("groupTypes").([]string)
			return slices.Contains(types, kind)
		}
	}
	list := r.group(func(g graphsim.Record) bool { return g.Get("mailEnabled") == true && !typed("Unified")(g) })
	for _, test := range []struct {
		name            string
		group           graphsim.Record
		members, owners string
	}{
		{"synced", r.group(is("onPremisesSyncEnabled", true)), "on-premises mastered", "on-premises mastered"},
		{"Exchange", list, "Cannot Update a mail-enabled security groups and or distribution list", "Cannot Update a mail-enabled security groups and or distribution list"},
		{"dynamic", r.group(typed("DynamicMembership")), "dynamic membership rule", ""},
	} {
		one := r.outsider(test.group)
		for relation, words := range map[string]string{"members": test.members, "owners": test.owners} {
			status := 400
			if words == "" {
				status = 204
			}
			r.write("POST", "/groups/"+test.group.ID()+"/"+relation+"/$ref", r.ref(one), status, words)
		}
		if has(r.again(test.group).Members, one) {
			t.Errorf("%s: a member all the same", test.name)
		}
	}
	restricted := r.group(plain)
	if err := r.Tenant().Update(restricted.ID(), map[string]any{"isManagementRestricted": true}); err != nil {
		t.Fatal(err)
	}
	r.write("POST", "/groups/"+restricted.ID()+"/members/$ref", r.ref(r.outsider(restricted)), 403, "Insufficient privileges")
}

func TestLinks_KindsOfMember(t *testing.T) {
	r := writer(t, graphsim.Options{})
	census := r.Census()
	unified := r.group(func(g graphsim.Record) bool {
		types, _ := g.Get("groupTypes").([]string)
		return slices.Equal(types, []string{"Unified"})
	})
	forRoles := r.group(func(g graphsim.Record) bool { return g.Get("isAssignableToRole") == true })
	security := r.group(plain)
	sp := record(t, census.ServicePrincipals, func(sp graphsim.Record) bool { return !has(security.Members, sp.ID()) && !has(unified.Owners, sp.ID()) })
	other := r.group(func(g graphsim.Record) bool {
		return plain(g) && g.ID() != security.ID() && !has(security.Members, g.ID())
	})
	for _, test := range []struct {
		group, relation, object string
		status                  int
	}{
		{unified.ID(), "members", sp.ID(), 400}, {unified.ID(), "members", security.ID(), 400}, {unified.ID(), "owners", sp.ID(), 204},
		{unified.ID(), "owners", security.ID(), 400}, {security.ID(), "members", sp.ID(), 204}, {security.ID(), "members", other.ID(), 204},
		{security.ID(), "members", forRoles.ID(), 400}, {forRoles.ID(), "members", security.ID(), 400},
		{forRoles.ID(), "members", r.outsider(forRoles), 204},
	} {
		r.write("POST", "/groups/"+test.group+"/"+test.relation+"/$ref", r.ref(test.object), test.status, "")
	}
	poor := writer(t, graphsim.Options{Permissions: []string{"GroupMember.ReadWrite.All", "User.Read.All"}})
	poor.write("POST", "/groups/"+forRoles.ID()+"/members/$ref", poor.ref(poor.outsider(forRoles)), 403, "Insufficient privileges")
	poor.write("POST", "/groups/"+security.ID()+"/members/$ref", poor.ref(poor.outsider(security)), 204, "")
}

func TestLinks_OwnersHaveBounds(t *testing.T) {
	r := writer(t, graphsim.Options{})
	many := r.group(func(g graphsim.Record) bool { return len(g.Owners) == 100 })
	a := r.write("POST", "/groups/"+many.ID()+"/owners/$ref", r.ref(r.outsider(many)), 403, "would exceed the maximum quota count")
	if a.Error.Code != "Directory_QuotaExceeded" {
		t.Errorf("%s", a.Error.Code)
	}
	one := r.group(func(g graphsim.Record) bool { return len(g.Owners) == 1 })
	path := "/groups/" + one.ID() + "/owners/"
	r.write("DELETE", path+one.Owners[0].ID+"/$ref", "", 400, "must have at least one owner, hence this owner cannot be removed")
	r.write("POST", path+"$ref", r.ref(r.outsider(one)), 204, "")
	r.write("DELETE", path+one.Owners[0].ID+"/$ref", "", 204, "")
}

func TestLinks_OwnersOfApplications(t *testing.T) {
	r := writer(t, graphsim.Options{})
	sp := r.Census().ServicePrincipals[0]
	path, user := "/servicePrincipals/"+sp.ID()+"/owners/", r.outsider(sp)
	r.write("POST", path+"$ref", r.ref(user), 204, "")
	r.write("POST", "/servicePrincipals(appId='"+sp.Text("appId")+"')/owners/$ref", r.ref(user), 400, exists)
	r.write("POST", path+"$ref", r.ref(r.group(plain).ID()), 400, "type 'group'")
	r.write("DELETE", path+user+"/$ref", "", 204, "")
	r.write("DELETE", path+user+"/$ref", "", 400, leftText)
	r.write("POST", "/servicePrincipals/"+user+"/owners/$ref", r.ref(user), 404, absent)
}

// TestLinks_Replicate: reads come behind, of what was added as of what was removed; writes do not.
func TestLinks_Replicate(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now, ReplicationDelay: 30 * time.Second})
	g := r.group(plain)
	one := r.outsider(g)
	path := "/groups/" + g.ID() + "/members"
	sees := func(want bool) {
		t.Helper()
		rows, _ := r.walk(path + "?$select=id&$top=999")
		if got := slices.ContainsFunc(rows, func(m map[string]any) bool { return m["id"] == one }); got != want {
			t.Errorf("seen %v, want %v", got, want)
		}
		found := len(r.ok(path+"?$count=true&$select=id&$filter="+escape("id eq '"+one+"'"), eventual).Value) == 1
		if found != want {
			t.Errorf("found %v, want %v", found, want)
		}
	}
	r.write("POST", path+"/$ref", r.ref(one), 204, "")
	sees(false)
	r.write("POST", path+"/$ref", r.ref(one), 400, exists)
	c.move(31 * time.Second)
	sees(true)
	r.write("DELETE", path+"/"+one+"/$ref", "", 204, "")
	sees(true)
	r.write("DELETE", path+"/"+one+"/$ref", "", 400, leftText)
	c.move(31 * time.Second)
	sees(false)
	r.write("POST", path+"/$ref", r.ref(one), 204, "")
	c.move(31 * time.Second)
	sees(true)
}
