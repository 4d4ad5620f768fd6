package entra

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// getTest reads single resources of a simulated tenant over gRPC, as the SDK does.
type getTest struct {
	sim *graphsim.Server
	cfg *config.Entra
}

// newGetTest starts a tenant of which everything may be read, as often as one likes.
func newGetTest(t *testing.T, o graphsim.Options, turn func(*config.Entra)) *getTest {
	t.Helper()
	o.Permissions, o.WithoutLimits = graphsim.EveryReadPermission(), true
	g := &getTest{sim: startTenant(t, o)}
	g.cfg = settingsOf(g.sim)
	turn(g.cfg)
	return g
}

func noSwitch(*config.Entra) {}

// everyAddition turns on what adds to rows, and nothing that leaves rows out.
func everyAddition(cfg *config.Entra) {
	cfg.SignInActivity, cfg.MailboxSettings, cfg.OnPremisesExtensionAttributes = true, true, true
}

// client is one of a connector of its own.
func (g *getTest) client(t *testing.T) types.ConnectorClient {
	t.Helper()
	return testkit.Serve(context.Background(), t, connectAs(t, g.sim, g.cfg, &testkit.QuickClock{}))
}

// file is that of a whole sync.
func (g *getTest) file(t *testing.T) *testkit.Contents {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectAs(t, g.sim, g.cfg, &testkit.QuickClock{}), path); err != nil {
		t.Fatalf("seed %d: %v", g.sim.Options().Seed, err)
	}
	return testkit.Read(context.Background(), t, path)
}

// get reads one resource, and returns the paths of the requests that it took.
func (g *getTest) get(t *testing.T, client types.ConnectorClient, resourceType, id string) (*v2.Resource, []string, error) {
	t.Helper()
	g.sim.ResetHistory()
	answer, err := client.GetResource(t.Context(), v2.ResourceGetterServiceGetResourceRequest_builder{
		ResourceId: connector.ResourceID(resourceType, id)}.Build())
	return answer.GetResource(), graphPaths(g.sim), err
}

// resourceText is a row as text: the bytes of its annotations may differ from one time to the next.
func resourceText(r *v2.Resource) string {
	return (&testkit.Contents{Resources: map[string]*v2.Resource{"": r}}).Dump()
}

// oneOfEach is the id of one row of each type.
func oneOfEach(t *testing.T, file *testkit.Contents) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(file.Resources)) {
		resourceType, id, _ := strings.Cut(key, ":")
		ids[resourceType] = id
	}
	if len(ids) != len(everyResourceType()) {
		t.Fatalf("the tenant lacks a type: %v", ids)
	}
	return ids
}
