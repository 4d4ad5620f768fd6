package graph

import (
	"errors"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestHeldRoles_TellsWhatIsHeldAtAnyScope(t *testing.T) {
	t.Parallel()
	sim := startSim(t, graphsim.Options{Seed: 7, Permissions: []string{"RoleManagement.Read.Directory"}})
	census := sim.Census()
	want := map[RoleGrant]bool{{census.RoleDefinitions[0].ID(), "00000000-0000-4000-8000-000000000000"}: false}
	for _, a := range census.RoleAssignments {
		want[RoleGrant{a.Text("roleDefinitionId"), a.Text("principalId")}] = true
	}
	scoped := RoleGrant{census.RoleDefinitions[1].ID(), census.Users[5].ID()}
	id, err := sim.Tenant().AddRoleAssignment(scoped.RoleDefinitionID, scoped.PrincipalID, "/administrativeUnits/x")
	if err != nil {
		t.Fatal(err)
	}
	want[scoped] = true
	var asked []RoleGrant
	for g := range want {
		asked = append(asked, g)
	}
	c := simClient(t, sim)
	got, err := c.HeldRoles(t.Context(), asked)
	if err != nil || len(got) != len(want) || len(graphRequests(sim)) != (len(want)+maxBatch-1)/maxBatch {
		t.Fatalf("%d of %d answers after %d requests: %v", len(got), len(want), len(graphRequests(sim)), err)
	}
	for g, held := range want {
		if got[g] != held {
			t.Errorf("%v is held: %t, want %t", g, got[g], held)
		}
	}
	if err := sim.Tenant().DeleteObject(id); err != nil {
		t.Fatal(err)
	}
	if got, err := c.HeldRoles(t.Context(), []RoleGrant{scoped}); err != nil || got[scoped] != slices.ContainsFunc(census.RoleAssignments, func(a graphsim.Record) bool {
		return a.Text("roleDefinitionId") == scoped.RoleDefinitionID && a.Text("principalId") == scoped.PrincipalID
	}) {
		t.Errorf("after the removal: %v, %v", got, err)
	}
}

func TestHeldRoles_FailsWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	sim := startSim(t, generousSmall())
	for _, f := range failures() {
		if f.fault.Kind == graphsim.NullElement || f.fault.Kind == graphsim.ForeignNextLink {
			continue // what a batch does not have
		}
		fault := f.fault
		fault.PathContains, fault.Times = "/v1.0/", -1
		sim.Fail(fault)
		got, err := simClient(t, sim).HeldRoles(t.Context(), []RoleGrant{{"a", "b"}})
		var refused *Error
		if err == nil || got != nil || errors.As(err, &refused) != (f.status != 0) || f.status != 0 && refused.Status != f.status {
			t.Errorf("%s: %v, %v", f.name, got, err)
		}
		sim.ClearFaults()
	}
}
