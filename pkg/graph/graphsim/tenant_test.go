package graphsim_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func census(t *testing.T, o graphsim.Options) *graphsim.Census {
	t.Helper()
	s, err := graphsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s.Census()
}

func TestNew_SameSeedSameTenant(t *testing.T) {
	dump := func(seed uint64) []byte {
		b, err := json.Marshal(census(t, graphsim.Options{Seed: seed}))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one := dump(7)
	if !bytes.Equal(one, dump(7)) {
		t.Error("seed 7 made two different tenants")
	}
	if bytes.Equal(one, dump(8)) {
		t.Error("seeds 7 and 8 made the same tenant")
	}
}

func TestNew_SizesAreExact(t *testing.T) {
	for _, o := range []graphsim.Options{
		{},
		{Seed: 3, Users: 2000, Groups: 400, Memberships: 40000, Apps: 60, Assignments: 7000},
		{Seed: 4, Users: 50, Groups: 7, Memberships: 90, Apps: 9, Assignments: 120},
		{Seed: 5, Users: 1, Groups: 1, Memberships: 1, Apps: 1, Assignments: -1},
		{Seed: 6, Users: 1000, Groups: 300, Memberships: 250, Apps: 200, Assignments: 20},
	} {
		s, err := graphsim.New(o)
		if err != nil {
			t.Fatal(err)
		}
		c, want := s.Census(), s.Options()
		members, assigned, apps := 0, 0, 0
		for _, g := range c.Groups {
			members += len(g.Members)
		}
		for _, sp := range c.ServicePrincipals {
			assigned += len(sp.AppRoleAssignedTo)
			if sp.Text("servicePrincipalType") != "ManagedIdentity" {
				apps++
			}
		}
		got := []int{len(c.Users), len(c.Groups), members, apps, assigned}
		if wanted := []int{want.Users, want.Groups, want.Memberships, want.Apps, want.Assignments}; !slices.Equal(got, wanted) {
			t.Errorf("%+v: users, groups, memberships, apps, assignments are %v, want %v", o, got, wanted)
		}
	}
}

func TestNew_NoneOfAnything(t *testing.T) {
	c := census(t, graphsim.Options{Users: -1, Groups: -1, Memberships: -1, Apps: -1, Assignments: -1})
	if n := len(c.Users) + len(c.Groups) + len(c.ServicePrincipals) + len(c.Applications); n != 0 {
		t.Errorf("%d objects where none were asked for", n)
	}
}

// TestNew_EdgesAreOnce: no group has a member twice, no principal the same role of an application twice,
// and no id is given twice.
func TestNew_EdgesAreOnce(t *testing.T) {
	c := census(t, graphsim.Options{Seed: 11, Users: 1500, Groups: 90, Memberships: 20000, Apps: 70, Assignments: 9000})
	seen := map[string]bool{}
	once := func(key string) {
		if seen[key] {
			t.Errorf("twice: %s", key)
		}
		seen[key] = true
	}
	for _, list := range [][]graphsim.Record{c.Users, c.Groups, c.ServicePrincipals, c.Applications, c.RoleDefinitions, c.RoleAssignments} {
		for _, r := range list {
			once(r.ID())
			for _, m := range r.Members {
				once(r.ID() + " member " + m.ID)
			}
			for _, o := range r.Owners {
				once(r.ID() + " owner " + o.ID)
			}
			for _, a := range r.AppRoleAssignedTo {
				once(a.ID)
				once(r.ID() + a.PrincipalID + a.AppRoleID)
			}
		}
	}
	for _, a := range c.RoleAssignments {
		once(a.Text("roleDefinitionId") + a.Text("principalId") + a.Text("directoryScopeId"))
	}
	for _, u := range c.Users {
		once(u.Text("userPrincipalName"))
	}
}

func TestNew_ShapesOfGroups(t *testing.T) {
	c := census(t, graphsim.Options{Seed: 2, Users: 2000, Groups: 60, Memberships: 40000})
	var sizes, owners []int
	kinds := map[string]int{}
	for _, g := range c.Groups {
		sizes, owners = append(sizes, len(g.Members)), append(owners, len(g.Owners))
		for _, m := range g.Members {
			kinds[m.Type]++
		}
	}
	for _, n := range []int{0, 19, 20, 21, 100, 999, 1000, 2000} {
		if !slices.Contains(sizes, n) {
			t.Errorf("no group of %d members", n)
		}
	}
	for _, n := range []int{0, 1, 20, 21, 100} {
		if !slices.Contains(owners, n) {
			t.Errorf("no group of %d owners", n)
		}
	}
	if kinds["user"] == 0 || kinds["group"] == 0 || kinds["servicePrincipal"] == 0 || kinds[""] != 0 {
		t.Errorf("kinds of members: %v", kinds)
	}
	is := func(name string, want any) func(graphsim.Record) bool {
		return func(r graphsim.Record) bool { return r.Get(name) == want }
	}
	for _, like := range []func(graphsim.Record) bool{
		is("onPremisesSyncEnabled", true), is("onPremisesSyncEnabled", false), is("isAssignableToRole", true),
		is("visibility", "Private"), is("membershipRuleProcessingState", "Paused"),
	} {
		record(t, c.Groups, like)
	}
}

// TestNew_NestedGroupsHaveACycle follows members that are groups and must come back to where it began.
func TestNew_NestedGroupsHaveACycle(t *testing.T) {
	c := census(t, graphsim.Options{})
	inside := map[string][]string{}
	for _, g := range c.Groups {
		for _, m := range g.Members {
			if m.Type == "group" {
				inside[g.ID()] = append(inside[g.ID()], m.ID)
			}
		}
	}
	a := c.Groups[1].ID()
	b := inside[a]
	if len(b) != 1 || len(inside[b[0]]) != 1 || !slices.Contains(inside[inside[b[0]][0]], a) {
		t.Errorf("no ring of three groups: %v", inside)
	}
}
