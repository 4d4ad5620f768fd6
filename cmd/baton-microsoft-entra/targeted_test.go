package main_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/dotc1z"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
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
func syncID(s *servicekit.Stage, name string) string {
	s.T.Helper()
	ctx := context.Background()
	store, err := dotc1z.NewStore(ctx, s.Path(name), dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(s.T.TempDir()))
	if err != nil {
		s.T.Fatal(err)
	}
	defer func() { _ = store.Close(ctx) }()
	run, err := store.SyncMeta().LatestFinishedSyncOfAnyType(ctx)
	if err != nil || run == nil {
		s.T.Fatalf("%s holds no finished sync: %v", name, err)
	}
	return run.ID
}

// TestTargetedSync_OfEachTypeCompactsToAWholeSync changes an object of each type, syncs each into a file of its own,
// and lays these over the sync from before: that equals a whole sync of now.
func TestTargetedSync_OfEachTypeCompactsToAWholeSync(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	s.Run("--file", "base.c1z").WantExit(0)
	changed := change(t, sim)
	files, ids := []string{s.Path("base.c1z")}, []string{syncID(s, "base.c1z")}
	byType := map[string][]string{}
	for _, key := range changed {
		resourceType, id, _ := strings.Cut(key, ":")
		byType[resourceType] = append(byType[resourceType], "bid:r:"+resourceType+"/"+id)
	}
	for resourceType, resources := range byType {
		name := resourceType + ".c1z"
		s.Run("--file", name, "--sync-resources", strings.Join(resources, ",")).WantExit(0)
		part := s.Contents(name)
		if got := part.Resources.IDs(); len(got) != len(resources) || len(part.Entitlements)+len(part.Grants) > 0 {
			t.Errorf("the file of %s has %v, %d entitlements and %d grants", resourceType, got, len(part.Entitlements), len(part.Grants))
		}
		files, ids = append(files, s.Path(name)), append(ids, syncID(s, name))
	}
	s.Run("--compact-syncs", "--compact-output-path", s.Tmp, "--compact-file-paths", strings.Join(files, ","),
		"--compact-sync-ids", strings.Join(ids, ",")).WantExit(0)
	compacted, err := filepath.Glob(filepath.Join(s.Tmp, "compacted-*.c1z"))
	if err != nil || len(compacted) != 1 {
		t.Fatalf("compacted into %q, %v", compacted, err)
	}
	before := s.Contents("base.c1z")
	s.Run("--file", "now.c1z").WantExit(0)
	now := s.Contents("now.c1z")
	servicekit.WantSame(t, servicekit.ReadContents(t, compacted[0]), now)
	if got := servicekit.Difference(before.Resources, now.Resources); !slices.Equal(got, changed) || len(byType) != 7 {
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
	s.Run("--sync-resources", "bid:r:group/"+group+",bid:r:user/"+user).WantExit(0)
	if got := s.Contents("sync.c1z").Resources.IDs(); !slices.Equal(got, []string{"user:" + user}) {
		t.Errorf("the file has %v", got)
	}
	s.Run("--file", "other.c1z", "--sync-resources", "bid:r:user/nobody").WantExit(3).WantSentence("user", "GUID")
	s.WantOnly("sync.c1z")
}
