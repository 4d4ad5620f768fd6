package main_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestSummary_CountsTheRequestsAndWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 12})
	e := stageOf(t, sim).run("--workers", "4").wantExit(0)
	got := summary(t, e.stderr)
	want := leftOut(sim.Census())
	want["requests"] = float64(len(asked(sim)))
	for what, n := range want {
		if got[what] != n || n == 0 {
			t.Errorf("%q: the summary has %v, want %v", what, got[what], n)
		}
	}
}

// summary is the one line that a sync ends with.
func summary(t *testing.T, log string) map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(log) {
		var entry map[string]any
		if json.Unmarshal([]byte(line), &entry) == nil && entry["msg"] == "sync summary" {
			found = append(found, entry)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the log has %d summaries, want one", len(found))
	}
	return found[0]
}

// leftOut counts, reason by reason, the links of a tenant that lead to nothing.
func leftOut(c *graphsim.Census) map[string]float64 {
	const gone = "left out: the principal is deleted, or newer than its list"
	there := map[string]bool{}
	for _, key := range resourcesOf(c) {
		_, id, _ := strings.Cut(key, ":")
		there[id] = true
	}
	counts := map[string]float64{}
	count := func(principalID string) {
		if !there[principalID] {
			counts[gone]++
			counts["left_out"]++
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
				counts["left out: the app role is gone"]++
				counts["left_out"]++
			}
		}
	}
	for _, a := range c.RoleAssignments {
		if there[a.Text("roleDefinitionId")] {
			count(a.Text("principalId"))
		} else {
			counts["left out: the role definition is gone"]++
			counts["left_out"]++
		}
	}
	return counts
}

// hasAppRole says whether an application has a role, as it has the default role, which is all zeros.
func hasAppRole(app graphsim.Record, id string) bool {
	var roles []struct{ ID string }
	raw, isRaw := app.Get("appRoles").(json.RawMessage)
	return id == "00000000-0000-0000-0000-000000000000" || isRaw && json.Unmarshal(raw, &roles) == nil &&
		slices.ContainsFunc(roles, func(r struct{ ID string }) bool { return r.ID == id })
}
