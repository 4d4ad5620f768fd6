package entra

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	gosync "sync"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// E01: accounts and entitlements of groups, roles and applications are synced.
func TestE01_SyncsAccountsAndEntitlements(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 51})
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path, sync.WithWorkerCount(4)); err != nil {
		t.Fatal(err)
	}
	got := testkit.Read(context.Background(), t, path)
	testkit.Compare(t, got, expect(readCensus(t, sim)).Rows)
	accounts, rights := 0, map[string]int{}
	for _, r := range got.Resources {
		annos := annotations.Annotations(r.GetAnnotations())
		if annos.Contains(&v2.UserTrait{}) {
			accounts++
		}
	}
	for _, e := range got.Entitlements {
		rights[e.GetResource().GetId().GetResourceType()]++
	}
	if accounts < sim.Options().Users {
		t.Errorf("%d accounts, the tenant has %d users", accounts, sim.Options().Users)
	}
	for _, kind := range []string{typeGroup, typeRole, typeApplication} {
		if rights[kind] == 0 {
			t.Errorf("no entitlement of a %s", kind)
		}
	}
}

// E18: applications are there for the software that Entra is the identity provider of, with how people sign in to it.
func TestE18_ApplicationsAreThereForWhatSignsInThroughEntra(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 52})
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path); err != nil {
		t.Fatal(err)
	}
	got := testkit.Read(context.Background(), t, path)
	modes := map[string]v2.AppTrait_AppFlag{"saml": v2.AppTrait_APP_FLAG_SAML, "oidc": v2.AppTrait_APP_FLAG_OIDC}
	federated := 0
	for _, s := range sim.Census().ServicePrincipals {
		flag, ok := modes[s.Text("preferredSingleSignOnMode")]
		if !ok {
			continue
		}
		federated++
		r := got.Resources[typeApplication+":"+s.ID()]
		var trait v2.AppTrait
		annos := annotations.Annotations(r.GetAnnotations())
		if found, err := annos.Pick(&trait); err != nil || !found || !slices.Contains(trait.GetFlags(), flag) {
			t.Errorf("%s is no application that people sign in to: %v, %v", s.ID(), r, err)
		}
		if r.GetProfile().AsMap()["appId"] != s.Text("appId") {
			t.Errorf("%s: appId %v", s.ID(), r.GetProfile().AsMap()["appId"])
		}
	}
	if federated == 0 {
		t.Fatal("seed 52: nothing signs in through the tenant: the test shows nothing")
	}
}

// gate holds back the requests for one path until another list has been answered.
type gate struct {
	next  http.RoundTripper
	hold  string
	until func(*http.Request) bool
	open  chan struct{}
	once  *gosync.Once
}

func (g gate) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == g.hold {
		select {
		case <-g.open:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	resp, err := g.next.RoundTrip(req)
	if g.until(req) {
		g.once.Do(func() { close(g.open) })
	}
	return resp, err
}

func TestSync_IsTheSameWhetherUsersOrGroupsComeFirst(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(53))
	want := dumpOf(t, sim)
	lists := func(path, expands string) func(*http.Request) bool {
		return func(req *http.Request) bool {
			return req.URL.Path == path && strings.HasPrefix(req.URL.Query().Get("$expand"), expands)
		}
	}
	for _, g := range []gate{
		{hold: "/v1.0/users/$count", until: lists("/v1.0/groups", "memberOf")},
		{hold: "/v1.0/groups/$count", until: lists("/v1.0/users", "manager")},
		{hold: "/v1.0/subscribedSkus", until: lists("/v1.0/groups", "memberOf")},
		{hold: "/v1.0/users/$count", until: func(req *http.Request) bool { return req.URL.Path == "/v1.0/applications" }},
	} {
		g.next, g.open, g.once = sim.Client().Transport, make(chan struct{}), &gosync.Once{}
		c, err := newConnector(settingsOf(sim), everyType, surroundings{base: g, clock: &testkit.QuickClock{}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.validity.Check(t.Context(), nil, nil); err != nil { // the lists alone are held back, not the probes
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "sync.c1z")
		if err := testkit.Sync(context.Background(), t, c, path, sync.WithWorkerCount(8)); err != nil {
			t.Fatal(err)
		}
		if got := testkit.Read(context.Background(), t, path).Dump(); got != want {
			t.Errorf("seed 53, %s held back: another file:\n%s", g.hold, testkit.FirstDifference(got, want))
		}
	}
}
