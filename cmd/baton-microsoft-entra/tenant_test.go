package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// startTenant starts a simulated tenant for the length of the test.
func startTenant(t *testing.T, o graphsim.Options) *graphsim.Server {
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

// smallTenant has every kind of object and takes a moment to sync.
func smallTenant() graphsim.Options {
	return graphsim.Options{Seed: 7, Users: 60, Groups: 25, Memberships: 300, Apps: 20, Assignments: 150}
}

// stageOf is a stage whose environment leads to the tenant.
func stageOf(t *testing.T, sim *graphsim.Server) *stage {
	t.Helper()
	s := newStage(t)
	return s.with(sim.Env(writeCA(t, sim)))
}

// writeCA writes the certificates of tenants into one file.
func writeCA(t *testing.T, tenants ...*graphsim.Server) string {
	t.Helper()
	var pem []byte
	for _, sim := range tenants {
		pem = append(pem, sim.CertificatePEM()...)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// asked are the paths of Graph that were asked for.
func asked(sim *graphsim.Server) []string {
	var paths []string
	for _, r := range sim.History() {
		if strings.HasPrefix(r.Path, "/v1.0/") {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// resourcesOf is what a tenant's resources are: "<type>:<id>".
func resourcesOf(c *graphsim.Census) []string {
	var keys []string
	add := func(resourceType string, records []graphsim.Record) {
		for _, r := range records {
			keys = append(keys, resourceType+":"+r.ID())
		}
	}
	add("user", c.Users)
	add("group", c.Groups)
	add("role", c.RoleDefinitions)
	kinds := map[string]string{"Application": "enterprise_application", "Legacy": "enterprise_application", "ManagedIdentity": "managed_identity"}
	for _, r := range c.ServicePrincipals {
		if resourceType := kinds[r.Text("servicePrincipalType")]; resourceType != "" {
			add(resourceType, []graphsim.Record{r})
		}
	}
	for _, sku := range c.SubscribedSkus {
		keys = append(keys, "license:"+sku.Text("skuId"))
	}
	for _, holder := range slices.Concat(c.ServicePrincipals, c.Applications) {
		keys = append(keys, credentialsOf(holder)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys) // a credential that two objects have is one
}

// credentialsOf are the keys and secrets of an application or its registration.
func credentialsOf(holder graphsim.Record) []string {
	var keys []string
	for _, property := range []string{"keyCredentials", "passwordCredentials"} {
		var list []struct{ KeyID string }
		if raw, ok := holder.Get(property).(json.RawMessage); ok && json.Unmarshal(raw, &list) == nil {
			for _, c := range list {
				keys = append(keys, "service_principal_credential:"+c.KeyID)
			}
		}
	}
	return keys
}

// only keeps the keys of some resource types.
func only(keys []string, resourceTypes ...string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		resourceType, _, _ := strings.Cut(key, ":")
		return !slices.Contains(resourceTypes, resourceType)
	})
}
