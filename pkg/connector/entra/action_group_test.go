package entra

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func memberArgs(ids []string) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = resourceArg(typeUser, id)
	}
	return out
}

// made is the id of the group of a result.
func made(t *testing.T, result map[string]any) string {
	t.Helper()
	resource, _ := result["resource"].(map[string]any)
	id, _ := resource["resourceId"].(map[string]any)
	text, _ := id["resourceId"].(string)
	if id["resourceTypeId"] != typeGroup || text == "" {
		t.Fatalf("the resource is %v", result["resource"])
	}
	return text
}

// hasGroup checks a group, its owner and its members in the next sync.
func (d *actionDesk) hasGroup(id, kind, name, owner string, members []string) {
	d.t.Helper()
	found := d.synced()
	g := found.Resources["group:"+id]
	if g == nil || g.GetDisplayName() != name {
		d.t.Fatalf("the sync shows %v", g)
	}
	profile := g.GetProfile().AsMap()
	if got, _ := profile["groupTypes"].([]any); slices.Contains(got, any("Unified")) != (kind == groupMicrosoft365) {
		d.t.Errorf("the group is %v", profile)
	}
	var want, got []string
	for _, m := range members {
		want = append(want, "group:"+id+":members:user:"+m)
	}
	if owner != "" {
		want = append(want, "group:"+id+":owners:user:"+owner)
	}
	for grant := range found.Grants {
		if strings.HasPrefix(grant, "group:"+id+":") {
			got = append(got, grant)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		d.t.Errorf("%d grants, want %d: %v", len(got), len(want), got)
	}
}

func TestCreateGroup_MakesItWithItsPeople(t *testing.T) {
	t.Parallel()
	d := openActions(t, 97, func(o *graphsim.Options) { o.Users = 150 })
	users := d.members(62)
	for _, c := range []struct {
		name     string
		args     map[string]any
		owner    string
		members  []string
		nickname string
		writes   int
	}{
		{"Zz Plain", map[string]any{"group_type": "security"}, "", nil, "ZzPlain", 1},
		{"Zz Team Ø", map[string]any{"group_type": "microsoft_365", "description": "Why"}, users[0], users[1:3], "ZzTeam", 1},
		{"Zz Roles", map[string]any{"group_type": "security", "isAssignableToRole": true, "mailNickname": "zz.roles"}, users[0], nil, "zz.roles", 1},
		{"Zz Nineteen", map[string]any{"group_type": "security"}, users[0], users[1:20], "ZzNineteen", 1},
		{"Zz Twenty", map[string]any{"group_type": "security"}, users[0], users[1:21], "ZzTwenty", 2},
		{"Zz Many", map[string]any{"group_type": "security"}, users[0], users[1:61], "ZzMany", 4},
		{"安全", map[string]any{"group_type": "security"}, "", users[:1], nicknameOf("安全"), 1},
	} {
		c.args["displayName"] = c.name
		if c.owner != "" {
			c.args["owner"] = resourceArg(typeUser, c.owner)
		}
		if c.members != nil {
			c.args["userMembers"] = memberArgs(append(slices.Clone(c.members), c.members[0])) // one of them twice
		}
		id := made(t, d.do("create_group", c.args))
		d.wrote(c.writes)
		d.hasGroup(id, c.args["group_type"].(string), c.name, c.owner, c.members)
		g := d.record(id)
		if g.Text("mailNickname") != c.nickname || (g.Get("isAssignableToRole") == true) != (c.args["isAssignableToRole"] == true) {
			t.Errorf("%s is %v", c.name, g)
		}
		if again := made(t, d.do("create_group", c.args)); again != id {
			t.Errorf("%s: the same call makes another group", c.name)
		}
		d.wrote(0)
	}
}

func TestCreateGroup_AddsWhatARepetitionFindsMissing(t *testing.T) {
	t.Parallel()
	d := openActions(t, 98, func(o *graphsim.Options) { o.Users = 100 })
	users := d.members(30)
	args := map[string]any{"displayName": "Zz Half", "group_type": "security"}
	id := made(t, d.do("create_group", args))
	args["owner"], args["userMembers"] = resourceArg(typeUser, users[0]), memberArgs(users[1:])
	if again := made(t, d.do("create_group", args)); again != id {
		t.Error("it makes another group")
	}
	d.hasGroup(id, groupSecurity, "Zz Half", users[0], users[1:])
}

func TestCreateGroup_LaterItIsAnotherGroup(t *testing.T) {
	t.Parallel()
	d := openActions(t, 99, nil)
	args := map[string]any{"displayName": "Zz Twice", "group_type": "security"}
	first, err := d.sim.Tenant().AddGroup(map[string]any{"displayName": "Zz Twice", "mailNickname": "ZzTwice", "mailEnabled": false,
		"securityEnabled": true, "createdDateTime": time.Now().Add(-11 * time.Minute).UTC().Format(time.RFC3339)})
	if err != nil {
		t.Fatal(err)
	}
	if id := made(t, d.do("create_group", args)); id == first {
		t.Error("it takes a group that was made long ago for its own")
	}
	d.wrote(1)
	team := map[string]any{"displayName": "Zz Team", "group_type": "microsoft_365"}
	d.do("create_group", team)
	team["displayName"] = "Zz-Team"
	team["mailNickname"] = "ZzTeam"
	d.refuses("create_group", team, "AlreadyExists: ", "mailNickname")
}

func TestCreateGroup_SaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := openActions(t, 100, func(o *graphsim.Options) { o.Permissions = append(graphsim.ReadPermissions(), "Group.Create") })
	d.do("create_group", map[string]any{"displayName": "Zz Allowed", "group_type": "security"})
	d.refuses("create_group", map[string]any{"displayName": "Zz Roles", "group_type": "security", "isAssignableToRole": true},
		"PermissionDenied: ", "RoleManagement.ReadWrite.Directory")
	none := openActions(t, 101, func(o *graphsim.Options) { o.Permissions = graphsim.ReadPermissions() })
	none.refuses("create_group", map[string]any{"displayName": "Zz No", "group_type": "security"}, "PermissionDenied: ", "Group.Create")
	none.refuses("create_group", map[string]any{"displayName": "Zz No", "group_type": "security",
		"owner": resourceArg(typeUser, "00000000-0000-0000-0000-00000000abcd")})
}

func TestNicknameOf(t *testing.T) {
	for name, want := range map[string]string{"Sales EMEA": "SalesEMEA", "R&D (all)": "RDall", "..a..": "a", "Łódź": "d", "日本": "group-9f26ee51", strings.Repeat("x", 80): strings.Repeat("x", 64), "a-b_c.d": "a-b_c.d"} {
		got := nicknameOf(name)
		if err := checkMailNickname("n", got); err != nil || got != want {
			t.Errorf("%q gives %q, want %q (%v)", name, got, want, err)
		}
	}
}
