package connector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types"
)

// pageServer is a server that gives the same rows each time, and fails while it has an error.
type pageServer struct {
	types.ConnectorServer
	err       error
	within    func() // called in a validation, unless nil
	summaries *Summaries
}

func (p *pageServer) Validate(ctx context.Context, _ *v2.ConnectorServiceValidateRequest) (*v2.ConnectorServiceValidateResponse, error) {
	if within := p.within; within != nil {
		p.within = nil
		within()
	}
	p.summaries.Request(ctx, 1)
	return nil, p.err
}

func (p *pageServer) ListResources(ctx context.Context, req *v2.ResourcesServiceListResourcesRequest) (*v2.ResourcesServiceListResourcesResponse, error) {
	p.summaries.Request(ctx, 2)
	var list []*v2.Resource
	for i := range 3 * len(req.GetPageToken()) {
		list = append(list, v2.Resource_builder{Id: ResourceID(req.GetResourceTypeId(), fmt.Sprint(i))}.Build())
	}
	return v2.ResourcesServiceListResourcesResponse_builder{List: list}.Build(), p.err
}

func (p *pageServer) ListStaticEntitlements(context.Context, *v2.EntitlementsServiceListStaticEntitlementsRequest) (
	*v2.EntitlementsServiceListStaticEntitlementsResponse, error,
) {
	return v2.EntitlementsServiceListStaticEntitlementsResponse_builder{List: []*v2.Entitlement{
		v2.Entitlement_builder{Slug: "members"}.Build(), v2.Entitlement_builder{Slug: "owners"}.Build(),
	}}.Build(), p.err
}

func (p *pageServer) ListEntitlements(_ context.Context, req *v2.EntitlementsServiceListEntitlementsRequest) (*v2.EntitlementsServiceListEntitlementsResponse, error) {
	return v2.EntitlementsServiceListEntitlementsResponse_builder{List: []*v2.Entitlement{
		v2.Entitlement_builder{Id: "app:1:a", Resource: req.GetResource()}.Build(), v2.Entitlement_builder{Id: "app:1:b", Resource: req.GetResource()}.Build(),
	}}.Build(), p.err
}

func (p *pageServer) ListGrants(_ context.Context, req *v2.GrantsServiceListGrantsRequest) (*v2.GrantsServiceListGrantsResponse, error) {
	right := v2.Entitlement_builder{Id: "app:1:a", Resource: req.GetResource()}.Build()
	return v2.GrantsServiceListGrantsResponse_builder{List: []*v2.Grant{
		v2.Grant_builder{Id: "x", Entitlement: right}.Build(), v2.Grant_builder{Id: "y", Entitlement: right}.Build(),
		v2.Grant_builder{Id: "x", Entitlement: right}.Build(),
		v2.Grant_builder{Id: "derived", Entitlement: right, Sources: from("app:2:a")}.Build(),
		v2.Grant_builder{Id: "both", Entitlement: right, Sources: from("app:2:a", "app:1:a")}.Build(),
	}}.Build(), p.err
}

func from(entitlements ...string) *v2.GrantSources {
	sources := map[string]*v2.GrantSources_GrantSource{}
	for _, id := range entitlements {
		sources[id] = &v2.GrantSources_GrantSource{}
	}
	return v2.GrantSources_builder{Sources: sources}.Build()
}

// observed puts the observed server around the pages.
func observed() (*observedServer, *pageServer) {
	o := &observingConnector{}
	pages := &pageServer{summaries: &o.summaries}
	seldom := Telling{Every: time.Hour, Now: time.Now}
	return &observedServer{ConnectorServer: pages, observer: o, summaries: &o.summaries, telling: seldom}, pages
}

// listAll asks for a page of everything, and returns the errors.
func listAll(ctx context.Context, s *observedServer, syncID string) []error {
	app := v2.Resource_builder{Id: ResourceID("app", "1")}.Build()
	_, users := s.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{ResourceTypeId: "user", PageToken: "x", ActiveSyncId: syncID}.Build())
	_, groups := s.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{ResourceTypeId: "group", PageToken: "xx", ActiveSyncId: syncID}.Build())
	_, licences := s.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{ResourceTypeId: "license", ActiveSyncId: syncID}.Build())
	_, everywhere := s.ListStaticEntitlements(ctx, v2.EntitlementsServiceListStaticEntitlementsRequest_builder{ResourceTypeId: "group", ActiveSyncId: syncID}.Build())
	_, entitlements := s.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{Resource: app, ActiveSyncId: syncID}.Build())
	_, grants := s.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{Resource: app, ActiveSyncId: syncID}.Build())
	return []error{users, groups, licences, everywhere, entitlements, grants}
}

func wantCounts(t *testing.T, what string, got, want map[string]int) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestServer_CountsEachRowOnceAndNoneOfAFailedPage(t *testing.T) {
	s, pages := observed()
	if _, err := s.Validate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, pages.err = range []error{status.Error(codes.Unavailable, "busy"), nil, status.Error(codes.Unavailable, "busy"), nil} {
		listAll(t.Context(), s, "one")
	}
	got := s.summaries.Take("one")
	wantCounts(t, "resources", got.Resources, map[string]int{"user": 3, "group": 6, "license": 0})
	wantCounts(t, "entitlements", got.Entitlements, map[string]int{"group": 12, "app": 2})
	wantCounts(t, "grants", got.Grants, map[string]int{"app": 3})
	if got.Requests != 13 || got.ResourceUnits != 25 {
		t.Errorf("%+v: want the requests of four rounds and of the validation", got)
	}
}

// A health probe validates as a sync does, and whoever asks for it does so at any time.
func TestServer_AProbeDoesNotDisturbTheFiguresOfASync(t *testing.T) {
	t.Parallel()
	s, pages := observed()
	probe := func(err error) {
		t.Helper()
		pages.err = err
		if _, got := s.Validate(t.Context(), nil); !errors.Is(got, err) {
			t.Fatalf("the probe ends with %v", got)
		}
		pages.err = nil
	}
	refused := status.Error(codes.Unauthenticated, "no")
	for _, syncID := range []string{"one", "two"} {
		probe(refused)
		pages.within = func() { probe(nil) }
		probe(nil) // this one is the sync's own
		listAll(t.Context(), s, syncID)
		probe(nil)
		probe(refused)
		listAll(t.Context(), s, syncID)
		if got := s.summaries.Take(syncID); got.Requests != 7 || got.ResourceUnits != 13 {
			t.Errorf("%+v: want the requests of two rounds and of one validation", got)
		}
	}
}

func TestServer_AProbeDoesNotMakeAFailedSyncTellItsFiguresAgain(t *testing.T) {
	t.Parallel()
	s, pages := observed()
	listAll(t.Context(), s, "one")
	pages.err = status.Error(codes.PermissionDenied, "403")
	first := listAll(t.Context(), s, "one")[0]
	pages.err = nil
	if _, err := s.Validate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	pages.err = status.Error(codes.PermissionDenied, "403")
	if second := listAll(t.Context(), s, "one")[0]; !strings.Contains(first.Error(), "so far") || strings.Contains(second.Error(), "so far") {
		t.Errorf("first %v, then, after a probe, %v", first, second)
	}
}

func TestServer_PutsTheFiguresIntoTheErrorThatEndsASync(t *testing.T) {
	s, pages := observed()
	listAll(t.Context(), s, "one")
	listAll(t.Context(), s, "another")
	pages.err = Status(fmt.Errorf("graph: list users: %w", answer{status: 403}))
	errs := listAll(t.Context(), s, "one")
	if code := status.Code(errs[0]); code != codes.PermissionDenied {
		t.Errorf("the code is %v", code)
	}
	const want = "graph: list users: list users: 403; so far: 6 groups, 3 users, 14 entitlements, 3 grants; 4 requests, 8 resource units"
	if got := status.Convert(errs[0]).Message(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, err := range errs[1:] {
		if strings.Contains(err.Error(), "so far") {
			t.Errorf("the figures are told again: %v", err)
		}
	}
}

func TestServer_KeepsCodeAndDetailsOfAnErrorWithFigures(t *testing.T) {
	detailed, err := status.New(codes.ResourceExhausted, "Ask the owner.").WithDetails(v2.RateLimitDescription_builder{Limit: 7}.Build())
	if err != nil {
		t.Fatal(err)
	}
	for want, of := range map[string]error{
		"Ask the owner; so far: nothing; 0 requests":                             detailed.Err(),
		"row 3 has no id; so far: nothing; 0 requests":                           errors.New("row 3 has no id"),
		"list: rpc error: code = DataLoss desc = x; so far: nothing; 0 requests": fmt.Errorf("list: %w", status.Error(codes.DataLoss, "x")),
	} {
		got := status.Convert((&Summaries{}).withFigures("one", of))
		if got.Message() != want || got.Code() != status.Code(of) || len(got.Details()) != len(status.Convert(of).Details()) {
			t.Errorf("got %v with %v, want %s", got, got.Details(), want)
		}
	}
}

func TestServer_LeavesAnErrorAloneThatDoesNotEndTheSync(t *testing.T) {
	for name, err := range map[string]error{
		"busy":         Status(answer{429, time.Now()}),
		"too late":     context.DeadlineExceeded,
		"skipped":      status.Error(codes.NotFound, "x"),
		"stopped":      context.Canceled,
		"stopped, too": status.Error(codes.Canceled, "x"),
	} {
		s, pages := observed()
		pages.err = err
		for _, got := range listAll(t.Context(), s, "one") {
			if !errors.Is(got, err) || got.Error() != err.Error() {
				t.Errorf("%s: %v became %v", name, err, got)
			}
		}
		if s.summaries.failure("one") == "" {
			t.Errorf("%s: the sync counts as failed", name)
		}
	}
}

func TestRows_AreToldApartUpToABound(t *testing.T) {
	rows := rowSet{'g', newKnownRows(3), map[string]int{}}
	for range 2 {
		for row := range 5 {
			rows.add("group", strconv.Itoa(row))
		}
	}
	if rows.known.size != 3 || rows.byType["group"] != 3+2*2 {
		t.Errorf("%d rows are known, %d counted", rows.known.size, rows.byType["group"])
	}
}

func TestRows_AreTheSameByKindTypeAndIDAlone(t *testing.T) {
	known := newKnownRows(1 << 20)
	grants, resources := rowSet{'g', known, map[string]int{}}, rowSet{'r', known, map[string]int{}}
	const each = 20_000
	for range 2 {
		for row := range each {
			grants.add("group", strconv.Itoa(row))
			grants.add("role", strconv.Itoa(row))
			resources.add("group", strconv.Itoa(row))
		}
	}
	if grants.byType["group"] != each || grants.byType["role"] != each || resources.byType["group"] != each || known.size != 3*each {
		t.Errorf("%d of each are counted as %v and %v, %d in all", each, grants.byType, resources.byType, known.size)
	}
}
