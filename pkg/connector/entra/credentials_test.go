package entra

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// credentialTest syncs credentials, and what they sign in as, from one tenant, with one clock for both.
type credentialTest struct {
	sim    *graphsim.Server
	clock  *testkit.QuickClock
	census credentialCensus
	// types are those of the sync. The lists of alone, where it is set, are read without the others.
	types, alone []string
	turn         func(*config.Entra)
}

// newCredentialTest lifts the limit on keys, which is the tenant's: connectors that follow each other faster
// than in life cannot keep to it.
func newCredentialTest(t *testing.T, o graphsim.Options) *credentialTest {
	t.Helper()
	o.WithoutLimits = true
	return newLimitedTest(t, o)
}

func newLimitedTest(t *testing.T, o graphsim.Options) *credentialTest {
	t.Helper()
	c := &credentialTest{clock: &testkit.QuickClock{}, types: []string{typeApplication, typeManagedIdentity, typeCredential}, turn: func(*config.Entra) {}}
	o.Now = c.clock.Now
	c.sim = startTenant(t, o)
	c.census = readCredentialCensus(t, c.sim)
	return c
}

func (c *credentialTest) sync(t *testing.T, workers int) (*testkit.Contents, map[string]int) {
	t.Helper()
	contents, counts, err := c.try(t, workers)
	if err != nil {
		t.Fatalf("seed %d, %d workers: %v", c.sim.Options().Seed, workers, err)
	}
	return contents, counts
}

func (c *credentialTest) try(t *testing.T, workers int) (*testkit.Contents, map[string]int, error) {
	t.Helper()
	cfg := settingsOf(c.sim)
	c.turn(cfg)
	entra := connectAs(t, c.sim, cfg, c.clock, c.types...)
	var counts map[string]int
	observed := &observer{Connector: entra, done: func(s connector.Summary) { counts = s.LeftOut }}
	lists := c.types
	if c.alone != nil {
		lists = c.alone
	}
	path := filepath.Join(t.TempDir(), "sync.c1z")
	err := testkit.Sync(context.Background(), t, observed, path, sync.WithWorkerCount(workers), sync.WithSyncResourceTypes(lists))
	if err != nil {
		return nil, nil, err
	}
	return testkit.Read(context.Background(), t, path), counts, nil
}

func TestCredentials_EqualTheCensus(t *testing.T) {
	t.Parallel()
	dumps := map[string]string{}
	for _, pages := range []graphsim.Options{{}, {PageSize: 1}, {PageSize: 2, EmptyPages: true}} {
		o := graphsim.Options{Seed: 41, PageSize: pages.PageSize, EmptyPages: pages.EmptyPages}
		c := newCredentialTest(t, o)
		for _, workers := range []int{1, 8} {
			got, counts := c.sync(t, workers)
			want, elsewhere := expectedCredentials(c.census, switches{})
			sameCredentials(t, credentialRows(t, got), want)
			if counts[reasonKeyElsewhere] != elsewhere || elsewhere == 0 {
				t.Errorf("%d key ids on a second object were counted, the tenant has %d", counts[reasonKeyElsewhere], elsewhere)
			}
			dumps[got.Dump()] = fmt.Sprintf("page size %d, %d workers", o.PageSize, workers)
		}
	}
	if len(dumps) != 1 {
		t.Errorf("seed 41: %d files differ: %q", len(dumps), dumps)
	}
}

// The tenant of the tests above has every shape that matters.
func TestCredentials_AreOfEveryShapeInTheTests(t *testing.T) {
	t.Parallel()
	c := newCredentialTest(t, graphsim.Options{Seed: 41})
	rows, _ := expectedCredentials(c.census, switches{})
	shapes := map[string]bool{}
	now := time.Now().UTC().Format(time.RFC3339)
	for key, row := range rows {
		shapes["expired"] = shapes["expired"] || row.expires < now
		shapes["to come"] = shapes["to come"] || row.created > now
		shapes["without identity"] = shapes["without identity"] || row.identity == ""
		shapes["nameless"] = shapes["nameless"] || strings.HasSuffix(row.name, key[len(typeCredential)+1:])
		shapes["of a service principal"] = shapes["of a service principal"] || row.holderType == "servicePrincipal"
		shapes["of a registration"] = shapes["of a registration"] || row.holderType == "application"
	}
	for _, h := range c.census.ServicePrincipals {
		shapes["SAML"] = shapes["SAML"] || len(h.Keys) == 2 && len(h.Passwords) == 1 && h.Keys[0].KeyID == h.Passwords[0].KeyID
	}
	for _, shape := range []string{"expired", "to come", "without identity", "nameless", "of a service principal", "of a registration", "SAML"} {
		if !shapes[shape] {
			t.Errorf("seed 41: no credential is %s", shape)
		}
	}
}

// A credential signs in as a resource of this very sync, or as none.
func TestCredentials_SignInAsWhatIsSynced(t *testing.T) {
	t.Parallel()
	skip := func(cfg *config.Entra) { cfg.SkipUnassignedApps = true }
	keep := func(*config.Entra) {}
	for _, test := range []struct {
		name  string
		turn  func(*config.Entra)
		on    switches
		types []string
	}{
		{"everything", keep, switches{}, []string{typeApplication, typeManagedIdentity, typeCredential}},
		{"without unassigned applications", skip, switches{skipUnassignedApps: true}, []string{typeApplication, typeManagedIdentity, typeCredential}},
		{"without applications", skip, switches{skipUnassignedApps: true}, []string{typeManagedIdentity, typeCredential}},
		{"without managed identities", keep, switches{}, []string{typeApplication, typeCredential}},
		{"credentials alone", keep, switches{}, []string{typeCredential}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCredentialTest(t, graphsim.Options{Seed: 46, Assignments: 60, PageSize: 7})
			giveIdentityKey(t, c)
			c.types, c.turn = test.types, test.turn
			for _, workers := range []int{1, 8} {
				got, _ := c.sync(t, workers)
				rows := credentialRows(t, got)
				want, _ := expectedCredentials(c.census, test.on, test.types...)
				sameCredentials(t, rows, want)
				for key, row := range rows {
					if row.identity != "" && got.Resources[row.identity] == nil {
						t.Errorf("%s signs in as %s, which is no resource", key, row.identity)
					}
				}
			}
		})
	}
}

// giveIdentityKey gives a managed identity the key that Azure keeps for it, which replaces it every few weeks.
func giveIdentityKey(t *testing.T, c *credentialTest) {
	t.Helper()
	for _, h := range c.census.ServicePrincipals {
		if h.Kind != "ManagedIdentity" {
			continue
		}
		err := c.sim.Tenant().Update(h.ID, map[string]any{"keyCredentials": []map[string]any{{"keyId": "5d4b9a3e-0000-4000-8000-00000000000a",
			"displayName": "CN=identity", "type": "AsymmetricX509Cert", "usage": "Verify", "customKeyIdentifier": "AAAA",
			"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z"}}})
		if err != nil {
			t.Fatal(err)
		}
		c.census = readCredentialCensus(t, c.sim)
		return
	}
	t.Fatal("the tenant has no managed identity")
}

// The service promises that it never lists what signs in. Should it once, it still does not get into the file.
func TestCredentials_KeepNoSecret(t *testing.T) {
	t.Parallel()
	c := newCredentialTest(t, graphsim.Options{Seed: 47})
	const canary = "Q~canary-of-the-credentials"
	err := c.sim.Tenant().Update(c.census.Applications[0].ID, map[string]any{"passwordCredentials": []map[string]any{
		{"keyId": "5d4b9a3e-0000-4000-8000-00000000000b", "secretText": canary, "hint": "Q~c", "displayName": "leaked", "endDateTime": "2030-01-01T00:00:00Z"},
		{"keyId": nil, "secretText": canary, "displayName": "without id"}}})
	if err != nil {
		t.Fatal(err)
	}
	got, counts := c.sync(t, 4)
	if dump := got.Dump(); strings.Contains(dump, canary) || !strings.Contains(dump, `"leaked"`) {
		t.Errorf("seed 47: the secret is in the file, or its row is not")
	}
	if counts[reasonNoKeyID] != 1 {
		t.Errorf("seed 47: %d credentials without an id were counted", counts[reasonNoKeyID])
	}
}
