package entra

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// The shapes that break careless readers come through whole: the longest names, names that two share, people
// without an address, roles without a value, managers that are gone.
func TestSync_SurvivesAwkwardData(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 61})
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path, sync.WithWorkerCount(4)); err != nil {
		t.Fatal(err)
	}
	got := testkit.Read(context.Background(), t, path)
	seen := map[string]int{}
	names := map[string]string{}
	for _, u := range sim.Census().Users {
		row := got.Resources[typeUser+":"+u.ID()]
		name := u.Text("displayName")
		if row.GetDisplayName() != name {
			t.Errorf("%s is called %q, not %q", u.ID(), row.GetDisplayName(), name)
		}
		if other := names[name]; other != "" && other != u.ID() {
			seen["two of one name"]++
		}
		names[name] = u.ID()
		if len([]rune(name)) == 256 {
			seen["256 characters"]++
		}
		if manager, _ := row.GetProfile().AsMap()["managerId"].(string); manager != u.Manager {
			t.Errorf("%s has the manager %q, not %q", u.ID(), manager, u.Manager)
		}
		if u.Manager == "" {
			seen["no manager"]++
		}
		if u.Text("mail") == "" {
			seen["no mail"]++
		}
	}
	for _, s := range sim.Census().ServicePrincipals {
		raw, _ := s.Get("appRoles").(json.RawMessage)
		var roles []struct {
			ID    string
			Value *string
		}
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &roles); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range roles {
			if e := got.Entitlements[typeApplication+":"+s.ID()+":assignment:"+r.ID]; e != nil && (r.Value == nil || *r.Value == "") {
				seen["role without a value"]++
				if e.GetDisplayName() == "" {
					t.Errorf("the role %s has no name", r.ID)
				}
			}
		}
	}
	for _, shape := range []string{"256 characters", "two of one name", "no manager", "no mail", "role without a value"} {
		if seen[shape] == 0 {
			t.Errorf("seed 61: the tenant has nothing with %s: the test shows nothing", shape)
		}
	}
}

// Ids that are null where one is due, in rows that are whole otherwise, lead to no grant and are counted.
func TestSync_CountsLinksWithoutAnID(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(62))
	census := readCensus(t, sim)
	app := census.ServicePrincipals[0]
	for i := 0; app.Kind != "Application"; i++ {
		app = census.ServicePrincipals[i]
	}
	err := syncForged(t, sim, map[string]string{
		"/roleManagement/directory/roleAssignments": `{"value":[{"id":"a","principalId":null,"roleDefinitionId":null,"directoryScopeId":null,"principal":null}]}`,
		"/subscribedSkus": `{"value":[{"id":"x_y","skuId":"9e6d2a3c-95b1-4c5f-9d43-2c0c1c1f2f11","skuPartNumber":null,"appliesTo":null,"capabilityStatus":null,
			"consumedUnits":0,"prepaidUnits":null,"servicePlans":null}]}`,
		"/applications": `{"value":[{"id":"` + app.ID + `","appId":null,"displayName":null,"passwordCredentials":[{"keyId":null}],"keyCredentials":null}]}`,
	})
	if err != nil {
		t.Fatal(err)
	}
}
