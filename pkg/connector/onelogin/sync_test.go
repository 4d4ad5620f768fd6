package onelogin

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// settingsOf are the settings that lead to a simulated account, with privileges.
func settingsOf(sim *oneloginsim.Server) *config.Onelogin {
	o := sim.Options()
	return &config.Onelogin{Subdomain: "acme", OneloginClientId: o.ClientID, OneloginClientSecret: o.ClientSecret, BaseUrl: sim.URL(), PrivilegesEnabled: true}
}

// connectTo makes the connector of a simulated account, of some resource types or of all.
func connectTo(t testing.TB, sim *oneloginsim.Server, types ...string) *Connector {
	t.Helper()
	return connectAs(t, sim, settingsOf(sim), &testkit.QuickClock{}, types...)
}

// connectAs makes the connector of a simulated account with settings of the test's own.
func connectAs(t testing.TB, sim *oneloginsim.Server, cfg *config.Onelogin, clock transport.Clock, types ...string) *Connector {
	t.Helper()
	willSync := func(id string) bool { return len(types) == 0 || slices.Contains(types, id) }
	c, err := newConnector(cfg, willSync, sim.Client().Transport, clock)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// contentsOf syncs an account and returns the file.
func contentsOf(t testing.TB, sim *oneloginsim.Server, opts ...sync.SyncOpt) *testkit.Contents {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim), path, opts...); err != nil {
		t.Fatalf("seed %d: %v", sim.Options().Seed, err)
	}
	return testkit.Read(context.Background(), t, path)
}

// TestO02_O03_O04_O10_SyncEqualsTheCensus: users, roles with members and admins, groups, apps with who has them and how,
// and privileges, edge by edge.
func TestO02_O03_O04_O10_SyncEqualsTheCensus(t *testing.T) {
	for _, test := range []struct {
		name    string
		account oneloginsim.Options
		workers int
	}{
		{"one worker", oneloginsim.Options{Seed: 1}, 1},
		{"eight workers", oneloginsim.Options{Seed: 2}, 8},
		{"users by 50", oneloginsim.Options{Seed: 3, UserPage: 50}, 8},
		{"page size 3, filters refused beside a cursor", oneloginsim.Options{Seed: 4, Users: 40, Roles: 8, Apps: 6, PageSize: 3, CursorAlone: true, Quota: -1}, 1},
		{"roles of more than a thousand", oneloginsim.Options{Seed: 5, Users: 1300, Roles: 30, Apps: 120, Groups: 60}, 8},
		{"nothing but users", oneloginsim.Options{Seed: 6, Users: 3, Roles: -1, Apps: -1, Groups: -1, Privileges: -1}, 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sim := oneloginsim.Start(t, test.account)
			got := contentsOf(t, sim, sync.WithWorkerCount(test.workers))
			testkit.Compare(t, got, expect(sim.Census()).Rows)
		})
	}
}
