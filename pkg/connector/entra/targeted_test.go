package entra

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/sync"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// A single read gives the row that a sync gives, whatever is switched on, for one request; a mailbox and the way
// to a credential take another.
func TestGet_EqualsTheRowOfASync(t *testing.T) {
	t.Parallel()
	one := func(path string) string { return "/v1.0/" + path + "/" }
	plain := map[string][]string{typeUser: {one("users")}, typeGroup: {one("groups")}, typeApplication: {one("servicePrincipals")},
		typeManagedIdentity: {one("servicePrincipals")}, typeRole: {one("roleManagement/directory/roleDefinitions")},
		typeLicense: {"/v1.0/subscribedSkus"}, typeCredential: {"/v1.0/servicePrincipals", "/v1.0/applications"}}
	withMailbox := maps.Clone(plain)
	withMailbox[typeUser] = []string{one("users"), "/v1.0/$batch"}
	for _, test := range []struct {
		name   string
		tenant graphsim.Options
		turn   func(*config.Entra)
		paths  map[string][]string
	}{
		{"no switch", smallTenant(61), noSwitch, plain},
		{"every addition", smallTenant(62), everyAddition, withMailbox},
		{"every switch", smallTenant(63), everySwitch, withMailbox},
		{"every shape", graphsim.Options{Seed: 61, Users: 60, Groups: 24, Memberships: 200, Apps: 24, Assignments: 120}, everyAddition, withMailbox},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := newGetTest(t, test.tenant, test.turn)
			file, client := g.file(t), g.client(t)
			oneOfEach(t, file)
			for key, want := range file.Resources {
				resourceType, id, _ := strings.Cut(key, ":")
				got, paths, err := g.get(t, client, resourceType, id)
				if err != nil || resourceText(got) != resourceText(want) {
					t.Fatalf("seed %d: %s is\n%s%v, want\n%s", test.tenant.Seed, key, resourceText(got), err, resourceText(want))
				}
				if !follows(paths, test.paths[resourceType], id) {
					t.Errorf("seed %d: %s took %v, want %v", test.tenant.Seed, key, paths, test.paths[resourceType])
				}
			}
		})
	}
}

// follows says whether paths are those planned, of which one that ends in / is followed by the id. The second of a
// credential is needed only where no service principal has it.
func follows(paths, planned []string, id string) bool {
	if len(paths) == 0 || len(paths) > len(planned) || len(paths) < len(planned) && planned[len(planned)-1] == "/v1.0/$batch" {
		return false
	}
	for i, path := range paths {
		want := planned[i]
		if strings.HasSuffix(want, "/") {
			want += id
		}
		if path != want {
			return false
		}
	}
	return true
}

// A tenant that has no sign-in activity to give refuses the first request.
func TestGet_WithoutPremiumTakesOneRequestMore(t *testing.T) {
	t.Parallel()
	o := smallTenant(64)
	o.WithoutPremium = true
	g := newGetTest(t, o, everyAddition)
	file, client := g.file(t), g.client(t)
	id := oneOfEach(t, file)[typeUser]
	got, paths, err := g.get(t, client, typeUser, id)
	if err != nil || resourceText(got) != resourceText(file.Resources[typeUser+":"+id]) || len(paths) != 3 {
		t.Errorf("seed 64: %s%v, after %v", resourceText(got), err, paths)
	}
}

// What a sync leaves out, what is of another type and what is gone is not there.
func TestGet_OfWhatASyncDoesNotHaveIsNotFound(t *testing.T) {
	t.Parallel()
	g := newGetTest(t, graphsim.Options{Seed: 65, Users: 60, Groups: 30, Apps: 40, Assignments: 60}, everySwitch)
	file, client := g.file(t), g.client(t)
	ids := oneOfEach(t, file)
	missing := func(resourceType, id, what string) {
		t.Helper()
		got, paths, err := g.get(t, client, resourceType, id)
		if status.Code(err) != codes.NotFound || got != nil || !strings.Contains(err.Error(), id) || len(paths) == 0 || len(paths) > 2 {
			t.Errorf("seed 65: the %s %s, %s: %v, %v, after %v", resourceType, id, what, got, err, paths)
		}
	}
	for of, id := range ids {
		for _, resourceType := range everyResourceType() {
			if resourceType != of {
				missing(resourceType, id, "which is a "+of)
			}
		}
	}
	left := map[string]int{}
	for _, group := range g.sim.Census().Groups {
		if file.Resources[typeGroup+":"+group.ID()] == nil {
			left[typeGroup]++
			missing(typeGroup, group.ID(), "which is left out")
		}
	}
	for _, sp := range g.sim.Census().ServicePrincipals {
		if file.Resources[typeApplication+":"+sp.ID()] == nil {
			left[sp.Text("servicePrincipalType")]++
			missing(typeApplication, sp.ID(), "which is left out, or of another kind")
		}
	}
	if left[typeGroup] == 0 || left["Application"] == 0 || left["ManagedIdentity"] == 0 {
		t.Errorf("seed 65: the tenant shows too little: %v", left)
	}
	for _, resourceType := range []string{typeUser, typeGroup, typeApplication, typeManagedIdentity, typeRole} {
		if err := g.sim.Tenant().DeleteObject(ids[resourceType]); err != nil {
			t.Fatal(err)
		}
		missing(resourceType, ids[resourceType], "which was deleted")
	}
}

func TestGet_RefusesAnIDThatCannotBeOneAndAsksNothing(t *testing.T) {
	t.Parallel()
	g := newGetTest(t, smallTenant(66), noSwitch)
	client := g.client(t)
	id := g.sim.Census().Users[0].ID()
	for _, resourceType := range everyResourceType() {
		for _, malformed := range []string{"", "me", "jane@example.com", "../organization", id + "/manager", "{" + id + "}", id + " ", strings.ReplaceAll(id, "-", "")} {
			got, paths, err := g.get(t, client, resourceType, malformed)
			if status.Code(err) != codes.InvalidArgument || got != nil || len(paths) > 0 {
				t.Errorf("the %s %q: %v, %v, after %v", resourceType, malformed, got, err, paths)
			}
			if strings.Contains(malformed, "@") && strings.Contains(err.Error(), malformed) {
				t.Errorf("the error holds a name: %v", err)
			}
		}
	}
}

// targets are resources as a targeted sync is asked for them.
func targets(keys ...string) []*v2.Resource {
	var list []*v2.Resource
	for _, key := range keys {
		resourceType, id, _ := strings.Cut(key, ":")
		list = append(list, v2.Resource_builder{Id: connector.ResourceID(resourceType, id)}.Build())
	}
	return list
}

// A targeted sync refreshes rows of resources and nothing else, whatever their type, and passes over what is gone.
// Each sync begins with the test of the connection.
func TestTargetedSync_WritesTheRowsAndNothingElse(t *testing.T) {
	t.Parallel()
	g := newGetTest(t, smallTenant(68), noSwitch)
	file := g.file(t)
	keys := slices.Sorted(maps.Keys(file.Resources))
	gone := typeGroup + ":00000000-1111-2222-3333-444444444444"
	c := connectAs(t, g.sim, g.cfg, &testkit.QuickClock{})
	var summed connector.Summary
	observed := &observer{Connector: c, done: func(s connector.Summary) { summed = s }}
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, observed, path, sync.WithTargetedSyncResources(targets(append(keys, gone)...)), sync.WithWorkerCount(4)); err != nil {
		t.Fatalf("seed 68: %v", err)
	}
	got := testkit.Read(context.Background(), t, path)
	if want := (&testkit.Contents{Resources: file.Resources}).Dump(); got.Dump() != want {
		t.Errorf("seed 68: another file:\n%s", testkit.FirstDifference(got.Dump(), want))
	}
	total := 0
	for _, n := range summed.Resources {
		total += n
	}
	if total != len(keys) || summed.Requests == 0 {
		t.Errorf("seed 68: the summary has %+v, want %d resources", summed, len(keys))
	}
}
