package main_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
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
func stageOf(t *testing.T, sim *graphsim.Server) *servicekit.Stage {
	t.Helper()
	return servicekit.StageOf(t, account{sim})
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

// signIns counts how often the tenant was asked for a token.
func signIns(sim *graphsim.Server) (n int) {
	for _, r := range sim.History() {
		if strings.HasSuffix(r.Path, "/oauth2/v2.0/token") {
			n++
		}
	}
	return n
}

// newGroup adds a group that anybody can be made a member of.
func newGroup(t *testing.T, sim *graphsim.Server) string {
	t.Helper()
	id, err := sim.Tenant().AddGroup(map[string]any{"displayName": "Made here", "mailNickname": "made", "mailEnabled": false, "securityEnabled": true})
	must(t, err)
	return id
}

// newcomer adds a user who has no rights yet.
func newcomer(t *testing.T, sim *graphsim.Server) string {
	t.Helper()
	id, err := sim.Tenant().AddUser(map[string]any{"displayName": "Added", "userPrincipalName": "added@example.com", "userType": "Member",
		"accountEnabled": true, "usageLocation": "DE"})
	must(t, err)
	return id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
