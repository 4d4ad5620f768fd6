//go:build unix

package servicekit

import (
	"os"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// A sync uploads what a one-shot sync writes to its file, row by row, and no more of it than is asked for.
func syncsWhatIsAskedFor(t *testing.T, c Connector) {
	d := serve(t, c)
	byHand := StageOf(t, d.account)
	byHand.Run().WantExit(0)
	whole := byHand.Contents("sync.c1z")
	WantResources(t, whole, d.account.Resources())
	wantHolders(t, whole.Grants, d.account.Holders())

	t.Run("everything", func(t *testing.T) {
		WantSame(t, d.in(t).Synced(conductoronesim.SyncOptions{}), whole)
	})
	t.Run("without what comes through others", func(t *testing.T) {
		got := d.in(t).Synced(conductoronesim.SyncOptions{SkipExpandGrants: true})
		WantResources(t, got, whole.Resources.IDs())
		wantDirect(t, got.Grants, whole.Grants)
	})
	t.Run("without grants", func(t *testing.T) {
		got := d.in(t).Synced(conductoronesim.SyncOptions{SkipGrants: true})
		WantResources(t, got, whole.Resources.IDs())
		if !slices.Equal(got.Entitlements.IDs(), whole.Entitlements.IDs()) || len(got.Grants) > 0 {
			t.Errorf("%d entitlements, want %d; %d grants", len(got.Entitlements), len(whole.Entitlements), len(got.Grants))
		}
	})
	t.Run("without entitlements and grants", func(t *testing.T) {
		got := d.in(t).Synced(conductoronesim.SyncOptions{SkipEntitlementsAndGrants: true})
		WantResources(t, got, whole.Resources.IDs())
		if len(got.Entitlements)+len(got.Grants) > 0 {
			t.Errorf("%d entitlements, %d grants", len(got.Entitlements), len(got.Grants))
		}
	})
	t.Run("some types", func(t *testing.T) {
		got := d.in(t).Synced(conductoronesim.SyncOptions{ResourceTypes: c.Some})
		WantResources(t, got, Only(whole.Resources.IDs(), c.Some...))
	})
	t.Run("in the older format", func(t *testing.T) {
		d := d.in(t)
		result := d.Do(conductoronesim.FullSync(conductoronesim.SyncOptions{StorageEngine: "sqlite"}))
		got := d.Uploaded(result)
		if file, err := os.ReadFile(result.Uploads[0].Path); err != nil || !strings.HasPrefix(string(file), "C1ZF\x00") {
			t.Errorf("it is not in that format: %v", err)
		}
		WantResources(t, got, whole.Resources.IDs())
		if !slices.Equal(got.Grants.IDs(), whole.Grants.IDs()) {
			t.Errorf("%d grants, want %d", len(got.Grants), len(whole.Grants))
		}
	})
}

// wantHolders checks that some entitlements have exactly these grants.
func wantHolders(t *testing.T, grants Rows, holders map[string][]string) {
	t.Helper()
	got := map[string][]string{}
	for _, id := range grants.IDs() {
		g := Row(t, grants, id, &v2.Grant{})
		principal := g.GetPrincipal().GetId()
		entitlement := g.GetEntitlement().GetId()
		got[entitlement] = append(got[entitlement], principal.GetResourceType()+":"+principal.GetResource())
	}
	held := 0
	for entitlement, want := range holders {
		slices.Sort(got[entitlement])
		if !slices.Equal(got[entitlement], want) {
			t.Errorf("%s is held by %q, want %q", entitlement, got[entitlement], want)
		}
		held += len(want)
	}
	if held == 0 {
		t.Error("nobody holds anything: the test shows nothing")
	}
}

// wantDirect checks that all that is missing of the whole are grants that have others as their source.
func wantDirect(t *testing.T, direct, whole Rows) {
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

// A targeted sync brings the resources that it names, as a full one does, and nothing else. One that is gone is missing in
// the file, and no failure; one that was changed is shown as it is.
func syncsSingleResources(t *testing.T, c Connector) {
	d := serve(t, c)
	full := d.Synced(conductoronesim.SyncOptions{})
	var all []*v2.Resource
	for _, resourceType := range c.Single {
		id := Only(full.Resources.IDs(), resourceType)[0]
		resource := Row(t, full.Resources, id, &v2.Resource{})
		all = append(all, resource)
		t.Run(resourceType, func(t *testing.T) {
			got := d.in(t)
			file := got.Uploaded(got.Do(conductoronesim.TargetedSync(resource)))
			WantResources(t, file, []string{id})
			if file.Resources[id] != full.Resources[id] {
				t.Errorf("it is\n%s, in the full sync\n%s", file.Resources[id], full.Resources[id])
			}
		})
	}
	users := Only(full.Resources.IDs(), c.User)
	gone, renamed := all[0].GetId().GetResource(), Row(t, full.Resources, users[1], &v2.Resource{})
	d.account.Delete(t, gone)
	if got := d.Uploaded(d.Do(conductoronesim.TargetedSync(all...))); len(got.Resources) != len(all)-1 || got.Resources[c.User+":"+gone] != "" {
		t.Errorf("without what is gone the file holds %q", got.Resources.IDs())
	}
	d.account.Rename(t, renamed.GetId().GetResource(), "Renamed since")
	got := d.Uploaded(d.Do(conductoronesim.TargetedSync(renamed)))
	if name := Row(t, got.Resources, users[1], &v2.Resource{}).GetDisplayName(); name != "Renamed since" {
		t.Errorf("the name is %q", name)
	}
}

// The settings of a self-hosted connector come by variables or by flags, with the same result.
func takesSettings(t *testing.T, c Connector, byFlags bool) {
	d := open(t, c, nil)
	var flags []string
	for name, value := range d.Env {
		if setting, ok := strings.CutPrefix(name, "BATON_"); ok && byFlags {
			flags = append(flags, "--"+strings.ToLower(strings.ReplaceAll(setting, "_", "-"))+"="+value)
			delete(d.Env, name)
		}
	}
	WantResources(t, d.Begin(flags...).Synced(conductoronesim.SyncOptions{}), d.account.Resources())
	d.WantStatus("Connected")
}

// A sync that is to be looked into brings its log for debugging, which holds no secrets and no people either.
func uploadsALogForDebugging(t *testing.T, c Connector) {
	d := serve(t, c)
	result := d.Do(conductoronesim.FullSync(conductoronesim.SyncOptions{}).WithDebug())
	if result.Status != codes.OK || len(result.Uploads) != 2 || result.Uploads[0].Debug || !result.Uploads[1].Debug {
		t.Fatalf("%v, %s, with the uploads %v", result.Status, result.Message, result.Uploads)
	}
	WantResources(t, ReadContents(t, result.Uploads[0].Path), d.account.Resources())
	log, err := os.ReadFile(result.Uploads[1].Path)
	if err != nil || !strings.Contains(string(log), `"level":"debug"`) {
		t.Errorf("a log of %d bytes without a line for debugging: %v", len(log), err)
	}
	WantNoSecrets(t, string(log), d.account)
}
