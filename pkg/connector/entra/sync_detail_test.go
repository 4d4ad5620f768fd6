package entra

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// synced syncs a tenant in which role assignments of one pair lie pages apart.
func synced(t *testing.T, o graphsim.Options) (*testkit.Contents, *expected, *Connector, *graphsim.Server) {
	t.Helper()
	sim := startTenant(t, o)
	c := connectTo(t, sim, &testkit.QuickClock{})
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, c, path, sync.WithWorkerCount(4)); err != nil {
		t.Fatalf("seed %d: %v", o.Seed, err)
	}
	return testkit.Read(context.Background(), t, path), expect(readCensus(t, sim)), c, sim
}

func TestRoleGrant_NamesAllAssignmentsOfThePair(t *testing.T) {
	t.Parallel()
	o := smallTenant(11)
	o.PageSize = 1
	got, want, _, _ := synced(t, o)
	several := 0
	for id, assignments := range want.scopes {
		var metadata v2.GrantMetadata
		annos := annotations.Annotations(got.Grants[id].GetAnnotations())
		if ok, err := annos.Pick(&metadata); err != nil || !ok {
			t.Fatalf("%s has no metadata: %v", id, err)
		}
		fields := metadata.GetMetadata().AsMap()
		list, _ := fields["assignments"].([]any)
		ids := map[string]bool{}
		tenantWide := false
		for _, entry := range list {
			e, _ := entry.(map[string]any)
			assignment, _ := e["id"].(string)
			ids[assignment] = true
			tenantWide = tenantWide || e["directoryScopeId"] == "/"
		}
		if !maps.Equal(ids, assignments) || len(list) != len(assignments) {
			t.Errorf("%s names %v, the tenant has %v", id, ids, assignments)
		}
		if fields["tenant_wide"] != tenantWide {
			t.Errorf("%s: tenant_wide is %v", id, fields["tenant_wide"])
		}
		if len(assignments) > 1 {
			several++
		}
	}
	if several == 0 {
		t.Fatalf("seed %d: no pair has two assignments: the test shows nothing", o.Seed)
	}
}

func TestApplicationGrant_ReachesDirectMembersAndNoGroup(t *testing.T) {
	t.Parallel()
	o := graphsim.Options{Seed: 12}
	got, want, _, sim := synced(t, o)
	nested := 0
	for _, a := range readCensus(t, sim).ServicePrincipals {
		for _, x := range a.AssignedTo {
			for _, key := range want.members[x.PrincipalID] {
				id := "enterprise_application:" + a.ID + ":assignment:" + x.RoleID + ":" + key
				if key[:6] == "group:" && !want.Direct[id] {
					nested++
					if got.Grants[id] != nil {
						t.Errorf("%s: a group within a group has the role", id)
					}
				}
			}
		}
	}
	if nested == 0 {
		t.Fatalf("seed %d: no group under an application holds a group: the test shows nothing", o.Seed)
	}
}

func TestMemberGrant_IsImmutableWhereNobodyCanRevoke(t *testing.T) {
	t.Parallel()
	o := graphsim.Options{Seed: 13}
	got, _, _, _ := synced(t, o)
	checked := map[bool]int{}
	for _, g := range got.Grants {
		group := got.Resources[testkit.ResourceKey(g.GetEntitlement().GetResource().GetId())]
		if group.GetId().GetResourceType() != typeGroup || !testkit.Direct(g) {
			continue
		}
		profile := group.GetProfile().AsMap()
		kinds, _ := profile["groupTypes"].([]any)
		dynamic := slices.Contains(kinds, any("DynamicMembership"))
		fixed := profile["onPremisesSyncEnabled"] == true || dynamic && g.GetEntitlement().GetSlug() != slugOwners && isMembers(g)
		annos := annotations.Annotations(g.GetAnnotations())
		if annos.Contains(&v2.GrantImmutable{}) != fixed {
			t.Errorf("%s: immutable is %t, want %t", g.GetId(), !fixed, fixed)
		}
		checked[fixed]++
	}
	if checked[true] == 0 || checked[false] == 0 {
		t.Fatalf("seed %d: %v grants were checked: the test shows nothing", o.Seed, checked)
	}
}

func isMembers(g *v2.Grant) bool {
	id := g.GetEntitlement().GetId()
	return len(id) > len(slugMembers) && id[len(id)-len(slugMembers):] == slugMembers
}

func TestSummary_CountsWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 8} {
		o := smallTenant(14)
		sim := startTenant(t, o)
		c := connectTo(t, sim, &testkit.QuickClock{})
		var counts map[string]int
		observed := &observer{Connector: c, done: func(s connector.Summary) { counts = s.LeftOut }}
		if err := testkit.Sync(context.Background(), t, observed, filepath.Join(t.TempDir(), "sync.c1z"), sync.WithWorkerCount(workers)); err != nil {
			t.Fatal(err)
		}
		want := expect(readCensus(t, sim)).left
		if counts[reasonRoleGone] != want["role"] || counts[reasonDefinition] != want["definition"] || counts[reasonGone] != want["principal"] {
			t.Errorf("seed %d: %v were counted, the tenant has %v", o.Seed, counts, want)
		}
		if want["role"] == 0 || want["definition"] == 0 || want["principal"] == 0 {
			t.Fatalf("seed %d: the tenant has %v: the test shows nothing", o.Seed, want)
		}
	}
}

// observer sees the end of a sync in the place of the connector.
type observer struct {
	*Connector
	done func(connector.Summary)
}

func (o *observer) SyncDone(_ context.Context, s connector.Summary) { o.done(s) }

func TestSync_FilteredByTypeReadsNoMoreThanItNeeds(t *testing.T) {
	t.Parallel()
	o := smallTenant(15)
	o.Permissions = []string{permissionUsers, permissionGroups}
	sim := startTenant(t, o)
	c := connectTo(t, sim, &testkit.QuickClock{}, typeUser, typeGroup)
	path := filepath.Join(t.TempDir(), "sync.c1z")
	err := testkit.Sync(context.Background(), t, c, path, sync.WithSyncResourceTypes([]string{typeUser, typeGroup}))
	if err != nil {
		t.Fatalf("seed %d: %v", o.Seed, err)
	}
	for key := range testkit.Read(context.Background(), t, path).Resources {
		if kind, _, _ := cut(key); kind != typeUser && kind != typeGroup {
			t.Errorf("%s was not asked for", key)
		}
	}
}

func cut(key string) (kind, id string, ok bool) {
	for i := range key {
		if key[i] == ':' {
			return key[:i], key[i+1:], true
		}
	}
	return key, "", false
}

func TestSync_ShowsHiddenMembersOnlyToWhoMayReadThem(t *testing.T) {
	t.Parallel()
	members := func(permissions ...string) (map[string]int, *graphsim.Server) {
		sim := startTenant(t, graphsim.Options{Seed: 16, HiddenMembership: 2, Permissions: append(graphsim.ReadPermissions(), permissions...)})
		path := filepath.Join(t.TempDir(), "sync.c1z")
		if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path); err != nil {
			t.Fatalf("seed 16: %v", err)
		}
		counts := map[string]int{}
		for _, g := range testkit.Read(context.Background(), t, path).Grants {
			if id := g.GetEntitlement().GetResource().GetId(); id.GetResourceType() == typeGroup && isMembers(g) && testkit.Direct(g) {
				counts[id.GetResource()]++
			}
		}
		return counts, sim
	}
	without, _ := members()
	with, sim := members("Member.Read.Hidden")
	hidden := 0
	for _, g := range readCensus(t, sim).Groups {
		if with[g.ID] != len(g.Members) {
			t.Errorf("%s: %d members with the permission, the tenant has %d", g.ID, with[g.ID], len(g.Members))
		}
		if without[g.ID] != with[g.ID] {
			hidden++
			if without[g.ID] != 0 {
				t.Errorf("%s: %d of %d members without the permission", g.ID, without[g.ID], with[g.ID])
			}
		}
	}
	if hidden == 0 {
		t.Fatal("seed 16: no group hides a member: the test shows nothing")
	}
}
