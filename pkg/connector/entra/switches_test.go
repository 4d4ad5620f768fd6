package entra

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// syncedWith syncs a tenant with some switches on, and returns the file, what it has to hold, and what was
// counted as left out.
func syncedWith(t *testing.T, sim *graphsim.Server, workers int, turn func(*config.Entra)) (*testkit.Contents, *expected, map[string]int) {
	t.Helper()
	cfg := settingsOf(sim)
	turn(cfg)
	c := connectAs(t, sim, cfg, &testkit.QuickClock{})
	var counts map[string]int
	observed := &observer{Connector: c, done: func(s connector.Summary) { counts = s.LeftOut }}
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, observed, path, sync.WithWorkerCount(workers)); err != nil {
		t.Fatalf("seed %d: %v", sim.Options().Seed, err)
	}
	return testkit.Read(context.Background(), t, path), expectWith(readCensus(t, sim), c.switches), counts
}

// E10: groups that come from Active Directory are left out, and members of cloud groups that come from
// there, unless they are asked for.
func TestE10_LeavesOutGroupsFromActiveDirectory(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 21, HiddenMembership: 1})
	for _, skip := range []bool{false, true} {
		for _, include := range []bool{false, true} {
			for _, workers := range []int{1, 8} {
				t.Run(fmt.Sprintf("skip %t, include %t, %d workers", skip, include, workers), func(t *testing.T) {
					t.Parallel()
					got, want, counts := syncedWith(t, sim, workers, func(cfg *config.Entra) {
						cfg.SkipAdGroups, cfg.IncludeOnPremGroupMembers = skip, include
					})
					testkit.Compare(t, got, want.Rows)
					wantLeft(t, counts, want, skip, map[string]string{reasonIs + adGroup.what(): "group"})
					wantLeft(t, counts, want, skip && !include, map[string]string{reasonOnPremises: "on-premises member"})
				})
			}
		}
	}
}

// wantLeft checks the counts of some reasons against the tenant, and that there are some where there have
// to be, and none where there must not be.
func wantLeft(t *testing.T, counts map[string]int, want *expected, some bool, reasons map[string]string) {
	t.Helper()
	for reason, name := range reasons {
		if counts[reason] != want.left[name] {
			t.Errorf("%d were left out because %s, the tenant has %d", counts[reason], reason, want.left[name])
		}
		if (counts[reason] > 0) != some {
			t.Errorf("%d were left out because %s", counts[reason], reason)
		}
	}
}

func TestSkipUnassignedApps_LeavesThemOutWhateverTheyHold(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 22})
	for _, workers := range []int{1, 8} {
		got, want, counts := syncedWith(t, sim, workers, func(cfg *config.Entra) { cfg.SkipUnassignedApps = true })
		testkit.Compare(t, got, want.Rows)
		wantLeft(t, counts, want, true, map[string]string{reasonIs + unassigned.what(): "application"})
		held, owners := holdings(readCensus(t, sim))
		if counts[reasonPrincipalIs+unassigned.what()] != held || held == 0 {
			t.Errorf("seed 22: %d rights of applications that are left out were counted, the tenant has %d", counts[reasonPrincipalIs+unassigned.what()], held)
		}
		if counts[reasonRightOf+unassigned.what()] != owners || owners == 0 {
			t.Errorf("seed 22: %d owners of applications that are left out were counted, the tenant has %d", counts[reasonRightOf+unassigned.what()], owners)
		}
	}
}

// holdings counts what the applications without assignments hold, and who owns them.
func holdings(c census) (held, owners int) {
	bare := map[string]bool{}
	for _, a := range c.ServicePrincipals {
		if (a.Kind == "Application" || a.Kind == "Legacy") && len(a.AssignedTo) == 0 {
			bare[a.ID] = true
			owners += len(a.Owners)
		}
	}
	count := func(objects []censusObject) {
		for _, o := range objects {
			if bare[o.ID] {
				held++
			}
		}
	}
	for _, g := range c.Groups {
		count(g.Members)
		count(g.Owners)
	}
	for _, a := range c.ServicePrincipals {
		if !bare[a.ID] {
			count(a.Owners)
		}
		for _, x := range a.AssignedTo {
			count([]censusObject{{ID: x.PrincipalID}})
		}
	}
	for _, r := range c.RoleAssignments {
		count([]censusObject{{ID: r.PrincipalID}})
	}
	return held, owners
}
