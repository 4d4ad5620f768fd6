package requestplan

import (
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestOf_CountsEveryList(t *testing.T) {
	t.Parallel()
	// 6 probes, 6 counts, users, 3 times groups, service principals with their groups, 4 times applications,
	// identities, role definitions, role assignments, products, and service principals and registrations for their
	// credentials
	const nothing = 6 + 6 + 1 + 3 + 1 + 4 + 1 + 1 + 1 + 1 + 1 + 1
	if got := Of(&graphsim.Census{}); got != (Cost{nothing, nothing + 2}) {
		t.Errorf("nothing: %+v, want %d requests and two units more: of users and of products", got, nothing)
	}
	if got := Of(&graphsim.Census{Users: make([]graphsim.Record, largestPage+1)}); got != (Cost{nothing + 1, nothing + 4}) {
		t.Errorf("two pages of users: %+v, want %d requests", got, nothing+1)
	}
}

func TestOfLargeGroups_FillsPagesButTheLastOfEachDelta(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ groups, links, requests int }{
		{0, 0, 0}, {1, 20, 1}, {1, 499, 1}, {50, 1000, 3}, {51, 1020, 4},
		{5950 + 50, 595_000 + 293_000, 1776 + 120}, // the worked example of Graph's reference
	} {
		if got := ofLargeGroups(test.groups, test.links); got != each(test.requests, 1) {
			t.Errorf("%d groups with %d members: %+v, want %d", test.groups, test.links, got, test.requests)
		}
	}
}

func TestOfUsers_ManyAreListedInParts(t *testing.T) {
	t.Parallel()
	for users, want := range map[int]int{0: 1, 999: 1, 1000: 2, 9989: 10, 9990: 13, 100_000: 104} {
		if got := ofUsers(users); got != each(want, 2) {
			t.Errorf("%d users: %+v, want %d requests", users, got, want)
		}
	}
}

func TestInFull_ReadsOnlyLargeParents(t *testing.T) {
	t.Parallel()
	for related, want := range map[int]int{0: 0, 19: 0, 20: 1, 999: 1, 1000: 2, 1999: 3} {
		if got := inFull(related); got != want {
			t.Errorf("%d related objects: %d requests, want %d", related, got, want)
		}
	}
}

func TestNesting_KnowsCycles(t *testing.T) {
	t.Parallel()
	n := nesting{"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "e": {"a"}}
	for group, want := range map[string]bool{"a": true, "b": true, "c": true, "d": false, "e": false} {
		if got := n.cyclic(group); got != want {
			t.Errorf("%s: %t", group, got)
		}
	}
	if got := n.parents()["a"]; got != 2 {
		t.Errorf("a is in %d groups", got)
	}
}

// The plan is not to be far above what any way of reading takes, in tenants whose shapes are in proportion.
func TestOf_IsNearTheFloor(t *testing.T) {
	t.Parallel()
	sim, err := graphsim.New(graphsim.Options{Seed: 3, Users: 10_000, Groups: 2000, Memberships: 100_000, Apps: 200, Assignments: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	census := sim.Census()
	plan, floor := Of(census), Floor(census)
	if 10*plan.Requests > 11*floor.Requests || 100*plan.ResourceUnits > 115*floor.ResourceUnits || plan.Requests < floor.Requests/2 {
		t.Errorf("seed 3: the plan takes %+v, the floor %+v", plan, floor)
	}
}
