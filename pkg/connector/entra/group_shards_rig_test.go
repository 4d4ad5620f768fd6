package entra

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/sync"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

const shardSeed = 21

// startLarge starts a tenant with more large groups than a shard holds. One application is in more of them than
// $expand shows, and another and a managed identity are in some; all of them come after the members that $expand shows.
func startLarge(t *testing.T, o graphsim.Options) *graphsim.Server {
	t.Helper()
	o.Seed, o.Users, o.Groups, o.Memberships, o.Apps, o.Assignments, o.WithoutLimits = shardSeed, 40, 70, 1700, 6, 20, true
	sim := startTenant(t, o)
	c := readCensus(t, sim)
	principals := map[string][]string{}
	for _, a := range c.ServicePrincipals {
		principals[a.Kind] = append(principals[a.Kind], a.ID)
	}
	large := 0
	for _, g := range c.Groups {
		if len(g.Members) < 20 {
			continue
		}
		members := principals["Application"][:1]
		if large++; large%10 == 0 {
			members = append(slices.Clone(principals["Application"][:2]), principals["ManagedIdentity"][0])
		}
		for _, id := range members {
			if !slices.ContainsFunc(g.Members, func(m censusObject) bool { return m.ID == id }) {
				if err := sim.Tenant().AddMember(g.ID, id); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if large <= 50 {
		t.Fatalf("seed %d: %d large groups: the test shows nothing", shardSeed, large)
	}
	return sim
}

// asked counts the requests of a sync by their kind.
type asked struct{ deltas, deltaPages, members int }

func askedOf(sim *graphsim.Server) asked {
	var n asked
	for _, path := range graphPaths(sim) {
		switch {
		case strings.HasSuffix(path, "/groups/delta()"):
			n.deltas++
		case strings.HasSuffix(path, "/groups/delta"):
			n.deltaPages++
		case strings.HasPrefix(path, "/v1.0/groups/") && strings.HasSuffix(path, "/members"):
			n.members++
		}
	}
	return n
}

func syncedFile(t *testing.T, sim *graphsim.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path); err != nil {
		t.Fatalf("seed %d: %v", sim.Options().Seed, err)
	}
	return path
}

// countLarge counts the groups in cycles, and the large ones that are in none.
func countLarge(c census) (cyclic, large int) {
	e := expect(c)
	for _, g := range c.Groups {
		switch {
		case e.reach(g.ID)["group:"+g.ID]:
			cyclic++
		case len(g.Members) >= 20:
			large++
		}
	}
	return cyclic, large
}

// withoutMemberOf refuses the list of service principals with their groups.
type withoutMemberOf struct{ next http.RoundTripper }

func (w withoutMemberOf) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/servicePrincipals") && strings.Contains(req.URL.Query().Get("$expand"), "memberOf") {
		return &http.Response{StatusCode: http.StatusNotImplemented, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
	}
	return w.next.RoundTrip(req)
}

// forgottenList forgets the place of the second and of the third page of groups with their members, once each.
type forgottenList struct {
	next  http.RoundTripper
	pages atomic.Int32
}

func (f *forgottenList) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/groups") && strings.Contains(req.URL.Query().Get("$expand"), "members") && req.URL.Query().Has("$skiptoken") {
		if n := f.pages.Add(1); n == 1 || n == 3 {
			body := io.NopCloser(strings.NewReader(`{"error":{"code":"Directory_ExpiredPageToken"}}`))
			return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: body, Request: req}, nil
		}
	}
	return f.next.RoundTrip(req)
}

// lossyDelta leaves groups out of deltas, and of others a member.
type lossyDelta struct {
	next    http.RoundTripper
	groups  []string
	members map[string]string
}

func (l lossyDelta) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.next.RoundTrip(req)
	if err != nil || !strings.Contains(req.URL.Path, "/groups/delta") || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	var page map[string]any
	err = json.NewDecoder(resp.Body).Decode(&page)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	rows, _ := page["value"].([]any)
	page["value"] = slices.DeleteFunc(rows, l.loses)
	body, err := json.Marshal(page)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, err
}

func (l lossyDelta) loses(row any) bool {
	group, _ := row.(map[string]any)
	id, _ := group["id"].(string)
	members, _ := group["members@delta"].([]any)
	group["members@delta"] = slices.DeleteFunc(members, func(m any) bool {
		link, _ := m.(map[string]any)
		return l.members[id] != "" && link["id"] == l.members[id]
	})
	return slices.Contains(l.groups, id)
}

// lost is how many groups lossyDeltaOf makes incomplete.
const lost = 5

// lossyDeltaOf leaves out two groups, and of three others a member that the list of groups shows.
func lossyDeltaOf(next http.RoundTripper, c census) lossyDelta {
	l, e := lossyDelta{next: next, members: map[string]string{}}, expect(c)
	for _, g := range c.Groups {
		switch large := len(g.Members) >= 20 && !e.reach(g.ID)["group:"+g.ID]; {
		case large && len(l.groups) < 2:
			l.groups = append(l.groups, g.ID)
		case large && len(l.members) < lost-2 && g.Members[7].Type == "user":
			l.members[g.ID] = g.Members[7].ID
		}
	}
	return l
}

// dumpThrough is dumpOf over a network of the test's own.
func dumpThrough(t *testing.T, sim *graphsim.Server, network http.RoundTripper) string {
	t.Helper()
	c, err := newConnector(settingsOf(sim), everyType, surroundings{base: network, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, c, path, sync.WithWorkerCount(4)); err != nil {
		t.Fatalf("seed %d: %v", shardSeed, err)
	}
	return testkit.Read(context.Background(), t, path).Dump()
}

// forgetful reads the grants of groups with a new connector each time, as after a kill, and each page twice, as where its
// rows were not written yet.
type forgetful struct {
	*Connector
	anew func() *Connector
}

// ResourceSyncers puts a forgetful syncer in the place of that of groups.
func (f *forgetful) ResourceSyncers(ctx context.Context) []connectorbuilder.ResourceSyncerV2 {
	syncers := f.Connector.ResourceSyncers(ctx)
	for i, s := range syncers {
		if groups, ok := s.(*groupSyncer); ok {
			syncers[i] = &forgetfulGroups{groups, f.anew}
		}
	}
	return syncers
}

type forgetfulGroups struct {
	*groupSyncer
	anew func() *Connector
}

// GrantsForResourceType reads a page twice.
func (f *forgetfulGroups) GrantsForResourceType(ctx context.Context, id string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	if _, _, err := (&groupSyncer{f.anew()}).GrantsForResourceType(ctx, id, o); err != nil {
		return nil, nil, err
	}
	return (&groupSyncer{f.anew()}).GrantsForResourceType(ctx, id, o)
}
