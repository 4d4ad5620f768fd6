package graphsim_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	skuE5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
	skuBI = "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"
)

type state struct{ SkuID, AssignedByGroup, State, Error string }

// list reads a property that is a list of objects.
func list[T any](t *testing.T, r graphsim.Record, property string) (out []T) {
	t.Helper()
	if raw, ok := r.Get(property).(json.RawMessage); ok {
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestLicences_FollowMemberships: a user has what it was given and what each group gives that it is a direct
// member of, and holds each product once, but for those in error.
func TestLicences_FollowMemberships(t *testing.T) {
	c := census(t, graphsim.Options{})
	inherits := map[string][]state{}
	for _, g := range c.Groups {
		for _, l := range list[state](t, g, "assignedLicenses") {
			for _, m := range g.Members {
				inherits[m.ID] = append(inherits[m.ID], state{SkuID: l.SkuID, AssignedByGroup: g.ID()})
			}
		}
	}
	both, twice, failed, used := 0, 0, 0, map[string]int{}
	for _, u := range c.Users {
		states := list[state](t, u, "licenseAssignmentStates")
		held, sources := map[string]bool{}, map[string][]bool{}
		for _, s := range states {
			if s.AssignedByGroup != "" && !slices.Contains(inherits[u.ID()], state{SkuID: s.SkuID, AssignedByGroup: s.AssignedByGroup}) {
				t.Errorf("user %s inherits from a group that it is not in", u.ID())
			}
			if s.State == "Error" {
				failed++
				continue
			}
			held[s.SkuID] = true
			sources[s.SkuID] = append(sources[s.SkuID], s.AssignedByGroup == "")
		}
		direct := 0
		for _, s := range sources {
			if len(s) > 1 && s[0] {
				both++
			}
			if len(s) > 1 && !s[0] {
				twice++
			}
		}
		for _, s := range states {
			if s.AssignedByGroup == "" {
				direct++
			}
		}
		if len(states)-direct != len(inherits[u.ID()]) {
			t.Errorf("user %s: %d inherited products, want %d", u.ID(), len(states)-direct, len(inherits[u.ID()]))
		}
		assigned := list[state](t, u, "assignedLicenses")
		for _, l := range assigned {
			used[l.SkuID]++
		}
		if len(assigned) != len(held) {
			t.Errorf("user %s holds %d products, the states say %d", u.ID(), len(assigned), len(held))
		}
	}
	if both == 0 || twice == 0 || failed != 2 {
		t.Errorf("%d held directly and by group, %d by two groups, %d failed", both, twice, failed)
	}
	statuses := map[string]bool{}
	for _, sku := range c.SubscribedSkus {
		statuses[sku.Text("capabilityStatus")+sku.Text("appliesTo")] = true
		if sku.Get("consumedUnits") != used[sku.Text("skuId")] {
			t.Errorf("%s: %v seats taken, %d holders", sku.Text("skuPartNumber"), sku.Get("consumedUnits"), used[sku.Text("skuId")])
		}
	}
	for _, want := range []string{"EnabledUser", "EnabledCompany", "WarningUser", "SuspendedUser", "LockedOutUser"} {
		if !statuses[want] {
			t.Errorf("no product is %s", want)
		}
	}
}

func TestLicences_MutatorsKeepThemTrue(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: graphsim.EveryReadPermission()})
	tenant := r.Tenant()
	user, err := tenant.AddUser(map[string]any{"displayName": "New"})
	if err != nil {
		t.Fatal(err)
	}
	group, err := tenant.AddGroup(map[string]any{"displayName": "Licensed"})
	if err != nil {
		t.Fatal(err)
	}
	states := func(want int) {
		t.Helper()
		rows := r.ok("/users?$select=assignedLicenses,licenseAssignmentStates&$filter=" + escape("id eq '"+user+"'")).Value
		if got := len(rows[0]["licenseAssignmentStates"].([]any)); got != want || (got > 0) != (len(rows[0]["assignedLicenses"].([]any)) > 0) {
			t.Errorf("%d states, want %d: %v", got, want, rows[0])
		}
	}
	before := used(t, r.Census(), skuBI)
	for _, step := range []struct {
		do   func() error
		want int
	}{
		{func() error { return tenant.AssignLicense(group, skuBI) }, 0}, {func() error { return tenant.AddMember(group, user) }, 1},
		{func() error { return tenant.AssignLicense(user, skuBI) }, 2}, {func() error { return tenant.RemoveLicense(group, skuBI) }, 1},
		{func() error { return tenant.AssignLicense(group, skuE5) }, 2}, {func() error { return tenant.RemoveMember(group, user) }, 1},
		{func() error { return tenant.AddMember(group, user) }, 2}, {func() error { return tenant.DeleteObject(group) }, 1},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		states(step.want)
	}
	if got := used(t, r.Census(), skuBI); got != before+1 {
		t.Errorf("%d seats, want %d", got, before+1)
	}
	if tenant.AssignLicense(user, "x") == nil || tenant.AssignLicense("x", skuBI) == nil || tenant.AssignLicense(user, skuBI) == nil ||
		tenant.RemoveLicense(user, skuE5) == nil {
		t.Error("a change that makes no sense succeeded")
	}
}

func used(t *testing.T, c *graphsim.Census, sku string) int {
	n, _ := record(t, c.SubscribedSkus, func(s graphsim.Record) bool { return s.Text("skuId") == sku }).Get("consumedUnits").(int)
	return n
}

// TestLicences_ForgetTheDeleted: who comes back under an old id is a stranger to the groups.
func TestLicences_ForgetTheDeleted(t *testing.T) {
	r := start(t, graphsim.Options{})
	tenant := r.Tenant()
	member := record(t, r.Census().Users, func(u graphsim.Record) bool { return len(list[state](t, u, "licenseAssignmentStates")) > 1 })
	must(t, tenant.DeleteObject(member.ID()))
	if _, err := tenant.AddUser(map[string]any{"id": member.ID(), "displayName": "Back"}); err != nil {
		t.Fatal(err)
	}
	must(t, tenant.AssignLicense(member.ID(), skuBI))
	back := record(t, r.Census().Users, func(u graphsim.Record) bool { return u.ID() == member.ID() })
	if states := list[state](t, back, "licenseAssignmentStates"); len(states) != 1 || states[0].AssignedByGroup != "" {
		t.Errorf("%+v, want the one direct product", states)
	}
}
