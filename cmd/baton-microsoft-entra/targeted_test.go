package main_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/dotc1z"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// change changes an object of each resource type, and returns the resources that are others by it. A credential
// shows the name of the application that has it.
func change(t *testing.T, sim *graphsim.Server) []string {
	t.Helper()
	census := sim.Census()
	changed := map[string]bool{}
	update := func(resourceType string, r graphsim.Record, properties map[string]any) {
		t.Helper()
		if err := sim.Tenant().Update(r.ID(), properties); err != nil {
			t.Fatal(err)
		}
		changed[resourceType+":"+r.ID()] = true
	}
	update("user", census.Users[5], map[string]any{"displayName": "Changed user", "department": "Changed", "accountEnabled": false})
	update("group", census.Groups[5], map[string]any{"displayName": "Changed group", "description": "Changed"})
	update("role", census.RoleDefinitions[5], map[string]any{"displayName": "Changed role"})
	kind := func(of string, fits func(graphsim.Record) bool) graphsim.Record {
		return census.ServicePrincipals[slices.IndexFunc(census.ServicePrincipals, func(r graphsim.Record) bool {
			return r.Text("servicePrincipalType") == of && fits(r)
		})]
	}
	application := kind("Application", func(r graphsim.Record) bool { return len(credentialsOf(r)) > 0 })
	update("enterprise_application", application, map[string]any{"displayName": "Changed application", "accountEnabled": false})
	update("managed_identity", kind("ManagedIdentity", func(graphsim.Record) bool { return true }), map[string]any{"displayName": "Changed identity"})
	for _, key := range credentialsOf(application) {
		changed[key] = true
	}
	product := census.SubscribedSkus[0]
	if err := sim.Tenant().Update(product.ID(), map[string]any{"capabilityStatus": "Suspended"}); err != nil {
		t.Fatal(err)
	}
	changed["license:"+product.Text("skuId")] = true
	return slices.Sorted(maps.Keys(changed))
}

// syncID is that of the finished sync of a file.
func (s *stage) syncID(name string) string {
	s.t.Helper()
	ctx := context.Background()
	store, err := dotc1z.NewStore(ctx, s.path(name), dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(s.t.TempDir()))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = store.Close(ctx) }()
	run, err := store.SyncMeta().LatestFinishedSyncOfAnyType(ctx)
	if err != nil || run == nil {
		s.t.Fatalf("%s holds no finished sync: %v", name, err)
	}
	return run.ID
}

// TestTargetedSync_OfEachTypeCompactsToAWholeSync changes an object of each type, syncs each into a file of its own,
// and lays these over the sync from before: that equals a whole sync of now.
func TestTargetedSync_OfEachTypeCompactsToAWholeSync(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	s.run("--file", "base.c1z").wantExit(0)
	changed := change(t, sim)
	files, ids := []string{s.path("base.c1z")}, []string{s.syncID("base.c1z")}
	byType := map[string][]string{}
	for _, key := range changed {
		resourceType, id, _ := strings.Cut(key, ":")
		byType[resourceType] = append(byType[resourceType], "bid:r:"+resourceType+"/"+id)
	}
	for resourceType, resources := range byType {
		name := resourceType + ".c1z"
		s.run("--file", name, "--sync-resources", strings.Join(resources, ",")).wantExit(0)
		part := s.contents(name)
		if got := part.resources.ids(); len(got) != len(resources) || len(part.entitlements)+len(part.grants) > 0 {
			t.Errorf("the file of %s has %v, %d entitlements and %d grants", resourceType, got, len(part.entitlements), len(part.grants))
		}
		files, ids = append(files, s.path(name)), append(ids, s.syncID(name))
	}
	s.run("--compact-syncs", "--compact-output-path", s.tmp, "--compact-file-paths", strings.Join(files, ","),
		"--compact-sync-ids", strings.Join(ids, ",")).wantExit(0)
	compacted, err := filepath.Glob(filepath.Join(s.tmp, "compacted-*.c1z"))
	if err != nil || len(compacted) != 1 {
		t.Fatalf("compacted into %q, %v", compacted, err)
	}
	before := s.contents("base.c1z")
	s.run("--file", "now.c1z").wantExit(0)
	now := s.contents("now.c1z")
	wantSame(t, (&stage{t: t, dir: s.tmp}).contents(filepath.Base(compacted[0])), now)
	if got := difference(before.resources, now.resources); !slices.Equal(got, changed) || len(byType) != 7 {
		t.Errorf("%v have changed, want %v, of 7 types", got, changed)
	}
}

// TestTargetedSync_OfWhatIsGone writes a file without it, and one id that is none ends the run in a sentence.
func TestTargetedSync_OfWhatIsGone(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	user, group := sim.Census().Users[0].ID(), sim.Census().Groups[0].ID()
	if err := sim.Tenant().DeleteObject(group); err != nil {
		t.Fatal(err)
	}
	s.run("--sync-resources", "bid:r:group/"+group+",bid:r:user/"+user).wantExit(0)
	if got := s.contents("sync.c1z").resources.ids(); !slices.Equal(got, []string{"user:" + user}) {
		t.Errorf("the file has %v", got)
	}
	s.run("--file", "other.c1z", "--sync-resources", "bid:r:user/nobody").wantExit(3).wantSentence("user", "GUID")
	s.wantOnly("sync.c1z")
}
