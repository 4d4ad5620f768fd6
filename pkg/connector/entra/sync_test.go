package entra

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// startTenant starts a simulated tenant for the length of the test.
func startTenant(t testing.TB, o graphsim.Options) *graphsim.Server {
	t.Helper()
	sim, err := graphsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return sim
}

// settingsOf are the settings that lead to a simulated tenant.
func settingsOf(sim *graphsim.Server) *config.Entra {
	o := sim.Options()
	return &config.Entra{EntraTenantId: o.TenantID, EntraClientId: o.ClientID, EntraClientSecret: o.ClientSecret,
		GraphDomain: config.DefaultGraphDomain, BaseUrl: sim.URL(), AuthorityHost: sim.URL(), ExchangeUrl: sim.ExchangeURL()}
}

// connectTo makes the connector of a simulated tenant.
func connectTo(t testing.TB, sim *graphsim.Server, clock transport.Clock, types ...string) *Connector {
	t.Helper()
	return connectAs(t, sim, settingsOf(sim), clock, types...)
}

// connectAs makes the connector of a simulated tenant with settings of the test's own.
func connectAs(t testing.TB, sim *graphsim.Server, cfg *config.Entra, clock transport.Clock, types ...string) *Connector {
	t.Helper()
	network := sim.Client()
	t.Cleanup(network.CloseIdleConnections)
	return connectOver(t, network.Transport, cfg, clock, types...)
}

// connectOver makes a connector that sends its requests by a network.
func connectOver(t testing.TB, network http.RoundTripper, cfg *config.Entra, clock transport.Clock, types ...string) *Connector {
	t.Helper()
	willSync := func(id string) bool { return len(types) == 0 || slices.Contains(types, id) }
	c, err := newConnector(cfg, willSync, surroundings{base: network, clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSync_EqualsTheCensus(t *testing.T) {
	for _, test := range []struct {
		name    string
		tenant  graphsim.Options
		workers int
	}{
		{"default tenant, one worker", graphsim.Options{Seed: 1}, 1},
		{"default tenant, eight workers", graphsim.Options{Seed: 2}, 8},
		{"page size 2, eight workers", graphsim.Options{Seed: 3, Users: 60, Groups: 25, Memberships: 300, Apps: 12, Assignments: 120, PageSize: 2}, 8},
		{"page size 2, empty pages, one worker", graphsim.Options{Seed: 4, Users: 40, Groups: 15, Memberships: 200, Apps: 10, Assignments: 80, PageSize: 2, EmptyPages: true}, 1},
		{"larger tenant, eight workers", graphsim.Options{Seed: 5, Users: 1200, Groups: 300, Memberships: 18000, Apps: 60, Assignments: 3500}, 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sim := startTenant(t, test.tenant)
			path := filepath.Join(t.TempDir(), "sync.c1z")
			c := connectTo(t, sim, transport.SystemClock{})
			ctx := context.Background()
			if err := testkit.Sync(ctx, t, c, path, sync.WithWorkerCount(test.workers)); err != nil {
				t.Fatalf("seed %d: %v", test.tenant.Seed, err)
			}
			testkit.Compare(t, testkit.Read(ctx, t, path), expect(readCensus(t, sim)).Rows)
		})
	}
}
