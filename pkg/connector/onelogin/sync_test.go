package onelogin

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// quickClock does not wait: it moves on by what it was asked to wait.
type quickClock struct{ ahead atomic.Int64 }

func (c *quickClock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *quickClock) Sleep(ctx context.Context, d time.Duration) error {
	c.ahead.Add(int64(d))
	return ctx.Err()
}

// settingsOf are the settings that lead to a simulated account, with privileges.
func settingsOf(sim *oneloginsim.Server) *config.Onelogin {
	o := sim.Options()
	return &config.Onelogin{Subdomain: "acme", OneloginClientId: o.ClientID, OneloginClientSecret: o.ClientSecret, BaseUrl: sim.URL(), PrivilegesEnabled: true}
}

// connectTo makes the connector of a simulated account, of some resource types or of all.
func connectTo(t testing.TB, sim *oneloginsim.Server, types ...string) *Connector {
	t.Helper()
	return connectAs(t, sim, settingsOf(sim), &quickClock{}, types...)
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
			compare(t, got, expect(sim.Census()))
		})
	}
}

// compare holds a file against what the account holds: every resource, entitlement and grant, direct and derived.
func compare(t *testing.T, got *testkit.Contents, want *expected) {
	t.Helper()
	same(t, "resources", got.Resources, want.resources)
	same(t, "entitlements", got.Entitlements, want.entitlements)
	direct, all := map[string]bool{}, map[string]bool{}
	for id, g := range got.Grants {
		all[id] = true
		if testkit.Direct(g) {
			direct[id] = true
		}
	}
	same(t, "direct grants", direct, want.direct)
	everything := maps.Clone(want.direct)
	maps.Copy(everything, want.derived)
	same(t, "grants", all, everything)
}

func same[A, B any](t *testing.T, what string, got map[string]A, want map[string]B) {
	t.Helper()
	var diff []string
	for id := range got {
		if _, ok := want[id]; !ok {
			diff = append(diff, "unexpected "+id)
		}
	}
	for id := range want {
		if _, ok := got[id]; !ok {
			diff = append(diff, "missing "+id)
		}
	}
	if len(diff) == 0 {
		return
	}
	slices.Sort(diff)
	t.Errorf("%s: %d in the file, %d in the account, %d differences:\n%s", what, len(got), len(want), len(diff), strings.Join(diff[:min(len(diff), 10)], "\n"))
}
