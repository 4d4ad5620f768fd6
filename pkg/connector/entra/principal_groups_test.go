package entra

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	batonsync "github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// Service principals among the members of large groups come from their own side with the same rows as from the lists of
// the groups, whatever is left out of the sync. The delta shows none of them.
func TestPrincipalGroups_GiveTheRowsOfTheLists(t *testing.T) {
	t.Parallel()
	sim := startLarge(t, graphsim.Options{DeltaWithoutServicePrincipals: true})
	for name, test := range map[string]struct {
		change func(*config.Entra)
		types  []string
		holder string
		fixed  bool
	}{
		"no groups from on-premises": {func(c *config.Entra) { c.SkipAdGroups, c.SkipUnassignedApps = true, true }, []string{typeUser, typeGroup, typeApplication}, typeApplication, false},
		"no applications":            {func(*config.Entra) {}, []string{typeGroup, typeManagedIdentity}, typeManagedIdentity, false},
		"all groups":                 {func(*config.Entra) {}, []string{typeGroup, typeApplication}, typeApplication, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := settingsOf(sim)
			test.change(cfg)
			var files []*testkit.Contents
			for _, network := range []http.RoundTripper{sim.Client().Transport, withoutMemberOf{sim.Client().Transport}} {
				c, err := newConnector(cfg, func(id string) bool { return slices.Contains(test.types, id) }, surroundings{base: network, clock: &testkit.QuickClock{}})
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), "sync.c1z")
				if err := testkit.Sync(context.Background(), t, c, path, batonsync.WithSyncResourceTypes(test.types)); err != nil {
					t.Fatalf("seed %d: %v", shardSeed, err)
				}
				files = append(files, testkit.Read(context.Background(), t, path))
			}
			if got, want := files[0].Dump(), files[1].Dump(); got != want {
				t.Errorf("seed %d: another file than from the lists:\n%s", shardSeed, testkit.FirstDifference(got, want))
			}
			held, fixed := 0, 0
			for _, g := range files[0].Grants {
				if isMembers(g) && strings.HasPrefix(testkit.ResourceKey(g.GetPrincipal().GetId()), test.holder+":") {
					held++
					if annos := annotations.Annotations(g.GetAnnotations()); annos.Contains(&v2.GrantImmutable{}) {
						fixed++
					}
				}
			}
			if held == 0 || test.fixed && fixed == 0 {
				t.Fatalf("seed %d: %d grants, %d of them fixed: the test shows nothing", shardSeed, held, fixed)
			}
		})
	}
}

// Where Graph does not say of what kind an object is, it may be a group.
func TestBelongings_AreThoseOfGroups(t *testing.T) {
	t.Parallel()
	in := []graph.Object{{ID: "g", ODataType: "#microsoft.graph.group"}, {ID: "r", ODataType: "#microsoft.graph.directoryRole"}, {ID: "x"}}
	if got, want := belongings("sp", in), []belonging{{"sp", "g"}, {"sp", "x"}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
