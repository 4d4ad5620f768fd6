package main_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestSummary_CountsWhatWasLeftOutByReason(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 12})
	_, got := summary(t, stageOf(t, sim).Run("--workers", "4").WantExit(0).Stderr)
	want, total := leftOut(sim.Census()), 0
	for _, n := range want {
		total += n
	}
	if !maps.Equal(got.LeftOut, want) || got.LeftOutTotal != total || len(want) < 4 {
		t.Errorf("the summary has %d: %v, want %d: %v", got.LeftOutTotal, got.LeftOut, total, want)
	}
}

// leftOut counts, reason by reason, the links of a tenant that lead to nothing, and the credentials that
// another object has as well.
func leftOut(c *graphsim.Census) map[string]int {
	const gone = "the principal is deleted, or newer than its list"
	there := map[string]bool{}
	for _, key := range resourcesOf(c) {
		_, id, _ := strings.Cut(key, ":")
		there[id] = true
	}
	counts := map[string]int{}
	count := func(principalID string) {
		if !there[principalID] {
			counts[gone]++
		}
	}
	for _, parent := range slices.Concat(c.Groups, c.ServicePrincipals) {
		if !there[parent.ID()] {
			continue
		}
		for _, ref := range slices.Concat(parent.Members, parent.Owners) {
			count(ref.ID)
		}
		for _, a := range parent.AppRoleAssignedTo {
			if hasAppRole(parent, a.AppRoleID) {
				count(a.PrincipalID)
			} else {
				counts["the app role is gone"]++
			}
		}
	}
	for _, a := range c.RoleAssignments {
		if there[a.Text("roleDefinitionId")] {
			count(a.Text("principalId"))
		} else {
			counts["the role definition is gone"]++
		}
	}
	if n := heldTwice(c); n > 0 {
		counts["another object has a credential with the same key id"] = n
	}
	return counts
}

// heldTwice counts the credentials whose key id an object before has.
func heldTwice(c *graphsim.Census) int {
	seen, n := map[string]bool{}, 0
	for _, holder := range slices.Concat(c.ServicePrincipals, c.Applications) {
		own := credentialsOf(holder)
		slices.Sort(own)
		for _, key := range slices.Compact(own) {
			if seen[key] {
				n++
			}
			seen[key] = true
		}
	}
	return n
}

// hasAppRole says whether an application has a role, as it has the default role, which is all zeros.
func hasAppRole(app graphsim.Record, id string) bool {
	var roles []struct{ ID string }
	raw, isRaw := app.Get("appRoles").(json.RawMessage)
	return id == "00000000-0000-0000-0000-000000000000" || isRaw && json.Unmarshal(raw, &roles) == nil &&
		slices.ContainsFunc(roles, func(r struct{ ID string }) bool { return r.ID == id })
}
