package onelogin

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// TestO02_O03_O04_ACallBudget: users by 100, groups by 50, roles by 650, at least one call for the members of a role and one
// for its admins, apps by 1,000, and one for the users of each; a tenth more is allowed.
func TestO02_O03_O04_ACallBudget(t *testing.T) {
	t.Parallel()
	o := oneloginsim.Options{Seed: 61, Users: 5000, Roles: 200, Apps: 150, Groups: 40, Privileges: -1}
	sim := oneloginsim.Start(t, o)
	census := sim.Census()
	cfg := settingsOf(sim)
	cfg.PrivilegesEnabled = false
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(t.Context(), t, connectAs(t, sim, cfg, &testkit.QuickClock{}), path, sync.WithWorkerCount(4), sync.WithDontExpandGrants()); err != nil {
		t.Fatalf("seed 61: %v", err)
	}
	want := expect(census)
	want.Derived = nil // smaller accounts show what comes through roles
	testkit.Compare(t, testkit.Read(t.Context(), t, path), want.Rows)
	calls := 0
	for _, r := range sim.History() {
		if strings.HasPrefix(r.Path, "/api/") {
			calls++
		}
	}
	if budget := callBudget(census); float64(calls) > 1.1*float64(budget) {
		t.Errorf("seed 61: %d calls, and the budget is %d: %v", calls, budget, sim.Traffic())
	}
}

func callBudget(c *oneloginsim.Census) int {
	pages := func(n, page int) int { return max(1, (n+page-1)/page) }
	total := pages(len(c.Users), 100) + pages(len(c.Groups), 50) + pages(len(c.Roles), 650) + pages(len(c.Apps), 1000)
	for _, r := range c.Roles {
		total += pages(len(r.Members), 100) + pages(len(r.Admins), 100)
	}
	for _, a := range c.Apps {
		total += pages(len(a.Users), 1000)
	}
	return total
}
