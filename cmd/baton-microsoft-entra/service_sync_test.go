//go:build unix

package main_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// A sync uploads what a one-shot sync writes to its file, row by row, and no more of it than is asked for.
func TestService_SyncsWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	s := serve(t, smallTenant())
	byHand := stageOf(t, s.sim)
	byHand.run().wantExit(0)
	whole := byHand.contents("sync.c1z")
	wantResources(t, whole, resourcesOf(s.sim.Census()))

	t.Run("everything", func(t *testing.T) {
		wantSame(t, s.in(t).synced(conductoronesim.SyncOptions{}), whole)
	})
	t.Run("without what comes through groups", func(t *testing.T) {
		got := s.in(t).synced(conductoronesim.SyncOptions{SkipExpandGrants: true})
		wantResources(t, got, whole.resources.ids())
		wantDirect(t, got.grants, whole.grants)
	})
	t.Run("without grants", func(t *testing.T) {
		got := s.in(t).synced(conductoronesim.SyncOptions{SkipGrants: true})
		wantResources(t, got, whole.resources.ids())
		if !slices.Equal(got.entitlements.ids(), whole.entitlements.ids()) || len(got.grants) > 0 {
			t.Errorf("%d entitlements, want %d; %d grants", len(got.entitlements), len(whole.entitlements), len(got.grants))
		}
	})
	t.Run("without entitlements and grants", func(t *testing.T) {
		got := s.in(t).synced(conductoronesim.SyncOptions{SkipEntitlementsAndGrants: true})
		wantResources(t, got, whole.resources.ids())
		if len(got.entitlements)+len(got.grants) > 0 {
			t.Errorf("%d entitlements, %d grants", len(got.entitlements), len(got.grants))
		}
	})
	t.Run("some types", func(t *testing.T) {
		got := s.in(t).synced(conductoronesim.SyncOptions{ResourceTypes: []string{"user", "role"}})
		wantResources(t, got, only(whole.resources.ids(), "user", "role"))
	})
	t.Run("in the older format", func(t *testing.T) {
		s := s.in(t)
		result := s.do(conductoronesim.FullSync(conductoronesim.SyncOptions{StorageEngine: "sqlite"}))
		got := s.uploaded(result)
		if file, err := os.ReadFile(result.Uploads[0].Path); err != nil || !strings.HasPrefix(string(file), "C1ZF\x00") {
			t.Errorf("it is not in that format: %v", err)
		}
		wantResources(t, got, whole.resources.ids())
		if !slices.Equal(got.grants.ids(), whole.grants.ids()) {
			t.Errorf("%d grants, want %d", len(got.grants), len(whole.grants))
		}
	})
}

// wantDirect checks that all that is missing of the whole are grants that have others as their source.
func wantDirect(t *testing.T, direct, whole rows) {
	t.Helper()
	missing := 0
	for id, row := range whole {
		if direct[id] != "" {
			continue
		}
		if missing++; !strings.Contains(row, `"sources"`) {
			t.Errorf("%s is missing", id)
		}
	}
	if missing == 0 || len(direct)+missing != len(whole) {
		t.Errorf("%d grants, of %d", len(direct), len(whole))
	}
}

// A targeted sync brings the resources that it names, as a full one does, and nothing else. One that is gone is
// missing in the file, and no failure.
func TestService_SyncsSingleResources(t *testing.T) {
	t.Parallel()
	s := serve(t, smallTenant())
	full := s.synced(conductoronesim.SyncOptions{})
	var all []*v2.Resource
	for _, resourceType := range []string{"user", "group", "enterprise_application", "managed_identity", "role", "license",
		"service_principal_credential"} {
		id := only(full.resources.ids(), resourceType)[0]
		resource := row(t, full.resources, id, &v2.Resource{})
		all = append(all, resource)
		t.Run(resourceType, func(t *testing.T) {
			s := s.in(t)
			got := s.uploaded(s.do(conductoronesim.TargetedSync(resource)))
			wantResources(t, got, []string{id})
			if got.resources[id] != full.resources[id] {
				t.Errorf("it is\n%s, in the full sync\n%s", got.resources[id], full.resources[id])
			}
		})
	}
	t.Run("all at once, one of which is gone", func(t *testing.T) {
		s := s.in(t)
		gone := all[0].GetId().GetResource()
		if err := s.sim.Tenant().DeleteObject(gone); err != nil {
			t.Fatal(err)
		}
		if got := s.uploaded(s.do(conductoronesim.TargetedSync(all...))); len(got.resources) != len(all)-1 || got.resources["user:"+gone] != "" {
			t.Errorf("the file holds %q", got.resources.ids())
		}
	})
	t.Run("what has changed", func(t *testing.T) {
		s := s.in(t)
		group := all[1].GetId().GetResource()
		if err := s.sim.Tenant().Update(group, map[string]any{"displayName": "Renamed since"}); err != nil {
			t.Fatal(err)
		}
		got := s.uploaded(s.do(conductoronesim.TargetedSync(all[1])))
		if name := row(t, got.resources, "group:"+group, &v2.Resource{}).GetDisplayName(); name != "Renamed since" {
			t.Errorf("its name is %q", name)
		}
	})
}
