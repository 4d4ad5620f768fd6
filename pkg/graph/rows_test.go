package graph

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestListUsers_DecodesEveryProperty compares each user with the census, property by property, through
// JSON: the struct writes what it has read under the names that it read it by.
func TestListUsers_DecodesEveryProperty(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	census := sim.Census()
	c := simClient(t, sim)
	users := byID(t, c, listUsers)
	managed, mails := 0, map[string]string{}
	for _, u := range census.Users {
		mails[u.ID()] = u.Text("mail")
	}
	for _, u := range census.Users {
		got := users[u.ID()]
		compareProperties(t, u, got, userSelect)
		if manager := got.Manager; u.Manager == "" != (manager == nil) || manager != nil && (manager.ID != u.Manager || manager.Mail != mails[u.Manager]) {
			t.Errorf("user %s has the manager %+v, want %q", u.ID(), manager, u.Manager)
		} else if manager != nil {
			managed++
		}
	}
	if managed == 0 {
		t.Error("no user has a manager")
	}
}

func TestListGroups_DecodesEveryProperty(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	groups := byID(t, simClient(t, sim), listGroups)
	kinds := map[string]int{}
	for _, g := range sim.Census().Groups {
		got := groups[g.ID()]
		compareProperties(t, g, got, groupSelect)
		for kind, is := range map[string]bool{"dynamic": got.Dynamic(), "m365": got.Microsoft365(), "distribution": got.Distribution(), "mail security": got.MailEnabledSecurity()} {
			if is {
				kinds[kind]++
			}
		}
	}
	if len(kinds) != 4 {
		t.Errorf("not every kind was seen: %v", kinds)
	}
}

func TestListGroups_TellWhichGroupsTheyAreIn(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	in := map[string][]graphsim.Ref{}
	census := sim.Census()
	for _, g := range census.Groups {
		for _, m := range g.Members {
			in[m.ID] = append(in[m.ID], graphsim.Ref{ID: g.ID(), Type: TypeGroup})
		}
	}
	groups, nested := byID(t, simClient(t, sim), listGroups), 0
	for _, g := range census.Groups {
		checkLinks(t, g.ID(), groups[g.ID()].MemberOf, in[g.ID()], groups[g.ID()].AllMemberOf())
		nested += len(groups[g.ID()].MemberOf)
	}
	if nested == 0 {
		t.Error("no group is in another")
	}
}

func TestListGroupsWithMembers_GivesTwentyOfEachAndTheirKinds(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	members, owners := byID(t, c, (*Client).ListGroupsWithMembers), byID(t, c, (*Client).ListGroupsWithOwners)
	for _, g := range sim.Census().Groups {
		checkLinks(t, g.ID(), members[g.ID()].Members, g.Members, members[g.ID()].AllMembers())
		checkLinks(t, g.ID(), owners[g.ID()].Owners, g.Owners, owners[g.ID()].AllOwners())
	}
}

func checkLinks(t *testing.T, parent string, got []Object, want []graphsim.Ref, all bool) {
	t.Helper()
	if len(got) != min(len(want), ExpandLimit) || all != (len(want) < ExpandLimit) {
		t.Errorf("%s has %d of %d, all: %v", parent, len(got), len(want), all)
	}
	for _, o := range got {
		if !slices.Contains(want, graphsim.Ref{ID: o.ID, Type: o.Type()}) {
			t.Errorf("%s has %+v, which is not in the census", parent, o)
		}
	}
}

// TestLinks_ThatAreMissingAreNotTakenForNone: a service that ignores $expand says nothing of it, and a group
// without members would look just like that.
func TestLinks_ThatAreMissingAreNotTakenForNone(t *testing.T) {
	for name, read := range map[string]func([]byte) (bool, error){
		"members":             wholeIn(GroupLinks.AllMembers),
		"owners":              wholeIn(GroupLinks.AllOwners),
		"memberOf":            wholeIn(Group.AllMemberOf),
		"owners of an app":    wholeIn(AppLinks.AllOwners),
		"appRoleAssignedTo":   wholeIn(AppLinks.AllAssignments),
		"nobody is assigned":  wholeIn(ServicePrincipal.Unassigned),
		"nobody is assigned.": wholeIn(CredentialHolder.Unassigned),
	} {
		for row, want := range map[string]bool{
			`{"id":"x"}`: false,
			`{"id":"x","members":null,"owners":null,"memberOf":null,"appRoleAssignedTo":null}`: false,
			`{"id":"x","members":[],"owners":[],"memberOf":[],"appRoleAssignedTo":[]}`:         true,
			`{"id":"x","members":[],"owners":[],"memberOf":[],"appRoleAssignedTo":[],"members@odata.nextLink":"y","owners@odata.nextLink":"y",` +
				`"memberOf@odata.nextLink":"y","appRoleAssignedTo@odata.nextLink":"y"}`: false,
		} {
			if got, err := read([]byte(`{"value":[` + row + `]}`)); err != nil || got != want {
				t.Errorf("%s of %s: %v, %v", name, row, got, err)
			}
		}
	}
}

func wholeIn[T row](whole func(T) bool) func([]byte) (bool, error) {
	return func(body []byte) (bool, error) {
		page, err := decodePage[T](body)
		return err == nil && whole(page.Items[0]), err
	}
}

func TestListRoleAssignments_HaveTheirPrincipalUnlessItIsGone(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	census := sim.Census()
	got := byID(t, simClient(t, sim), (*Client).ListRoleAssignments)
	exists := map[string]bool{}
	for _, records := range [][]graphsim.Record{census.Users, census.Groups, census.ServicePrincipals} {
		for _, r := range records {
			exists[r.ID()] = true
		}
	}
	gone := 0
	for _, want := range census.RoleAssignments {
		a := got[want.ID()]
		compareProperties(t, want, a, []string{"id", "principalId", "roleDefinitionId", "directoryScopeId"})
		if exists[a.PrincipalID] != (a.Principal != nil) || a.Principal != nil && (a.Principal.ID != a.PrincipalID || a.Principal.Type() == "") {
			t.Errorf("%s has the principal %+v", a.ID, a.Principal)
		}
		if a.Principal == nil {
			gone++
		}
	}
	if gone == 0 {
		t.Error("no principal is gone")
	}
}

func TestListGroupMembers_CountsTheWholeOnTheFirstPage(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7, PageSize: 2})
	group := parentsIn(t, sim.Census()).group
	c := simClient(t, sim)
	first, err := c.ListGroupMembers(t.Context(), group, "")
	if err != nil || first.Count == nil {
		t.Fatalf("count %v, %v", first.Count, err)
	}
	for _, g := range sim.Census().Groups {
		if g.ID() == group && *first.Count != int64(len(g.Members)) {
			t.Errorf("count %d, want %d", *first.Count, len(g.Members))
		}
	}
	second, err := c.ListGroupMembers(t.Context(), group, first.Next)
	if err != nil || second.Count != nil {
		t.Errorf("count %v on the second page, %v", second.Count, err)
	}
}

// compareProperties holds a row against the census through JSON, where "", null and absent are the same.
func compareProperties(t *testing.T, want graphsim.Record, got any, names []string) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var properties map[string]any
	if err := json.Unmarshal(b, &properties); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		value, err := json.Marshal(want.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		var wanted any
		if err := json.Unmarshal(value, &wanted); err != nil {
			t.Fatal(err)
		}
		if a, b := plain(properties[name]), plain(wanted); a != b {
			t.Errorf("%s of %s is %s, want %s", name, want.ID(), a, b)
		}
	}
}

func plain(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	if s := string(b); s != `""` && s != "[]" && s != "false" && s != "{}" {
		return s
	}
	return "null"
}

// byID reads a whole collection.
func byID[T row](t *testing.T, c *Client, list func(*Client, context.Context, string) (Page[T], error)) map[string]T {
	t.Helper()
	rows := map[string]T{}
	for next, first := "", true; first || next != ""; first = false {
		page, err := list(c, t.Context(), next)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			rows[item.rowID()] = item
		}
		next = page.Next
	}
	return rows
}
