package connector

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types"
)

// pagesServer answers each call with the page that is next.
type pagesServer struct {
	types.ConnectorServer
	resources []*v2.ResourcesServiceListResourcesResponse
	grants    []*v2.GrantsServiceListGrantsResponse
}

func (s *pagesServer) ListResources(context.Context, *v2.ResourcesServiceListResourcesRequest) (*v2.ResourcesServiceListResourcesResponse, error) {
	page := s.resources[0]
	s.resources = s.resources[1:]
	return page, nil
}

func (s *pagesServer) ListGrants(context.Context, *v2.GrantsServiceListGrantsRequest) (*v2.GrantsServiceListGrantsResponse, error) {
	page := s.grants[0]
	s.grants = s.grants[1:]
	return page, nil
}

// syncOfPages is a sync of pages that take ten seconds each, told of every minute.
type syncOfPages struct {
	*observedServer
	pages *pagesServer
	now   time.Time
	told  []Progress
}

func newSyncOfPages() *syncOfPages {
	s := &syncOfPages{pages: &pagesServer{}, now: time.Unix(0, 0)}
	s.observedServer = &observedServer{ConnectorServer: s.pages, summaries: &Summaries{}, telling: Telling{
		Every: time.Minute, Now: func() time.Time { return s.now },
		Tell: func(_ context.Context, p Progress) { s.told = append(s.told, p) },
	}}
	return s
}

func (s *syncOfPages) listed(t *testing.T, users int64, of int64) {
	t.Helper()
	s.now = s.now.Add(10 * time.Second)
	s.summaries.Listed("x", "users", users, of)
	s.pages.resources = append(s.pages.resources, &v2.ResourcesServiceListResourcesResponse{})
	if _, err := s.ListResources(t.Context(), v2.ResourcesServiceListResourcesRequest_builder{ActiveSyncId: "x", ResourceTypeId: "user"}.Build()); err != nil {
		t.Fatal(err)
	}
}

func (s *syncOfPages) granted(t *testing.T, first, last bool, more ...string) {
	t.Helper()
	s.now = s.now.Add(10 * time.Second)
	page, req := v2.GrantsServiceListGrantsResponse_builder{}, v2.GrantsServiceListGrantsRequest_builder{ActiveSyncId: "x"}
	if !first {
		req.PageToken = "a later page"
	}
	if !last {
		page.NextPageToken = "the next page"
	}
	if len(more) > 0 {
		page.Annotations = annotations.New(v2.EnqueuePageTokens_builder{PageTokens: more}.Build())
	}
	s.pages.grants = append(s.pages.grants, page.Build())
	if _, err := s.ListGrants(t.Context(), req.Build()); err != nil {
		t.Fatal(err)
	}
}

func TestProgress_OfListsGoesByTheServicesCount(t *testing.T) {
	s := newSyncOfPages()
	for page := range int64(8) {
		s.listed(t, 1000*(page+1), 20_000)
	}
	if len(s.told) != 1 {
		t.Fatalf("told %d times in 80 seconds: %v", len(s.told), s.told)
	}
	// The seventh page came a minute after the first; 13,000 users were missing.
	got := s.told[0].String()
	if !strings.HasPrefix(got, "Reading resources (7,000 of 20,000 users): ") || !strings.HasSuffix(got, "; about 2 min to go") {
		t.Errorf("told %q", got)
	}
}

func TestProgress_OfGrantsGoesByTheCursors(t *testing.T) {
	s := newSyncOfPages()
	s.granted(t, true, true, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j") // the first page hands out ten cursors
	for range 3 {                                                              // of two pages each
		s.granted(t, false, false)
		s.granted(t, false, true)
	}
	if len(s.told) != 1 {
		t.Fatalf("told %d times in 70 seconds: %v", len(s.told), s.told)
	}
	// Seven pages of which four ended took the minute; seven cursors remain, of 7/4 pages each.
	if p := s.told[0]; p.Phase != "grants" || p.SecondsLeft != 105 || !strings.HasSuffix(p.String(), "; about 2 min to go") {
		t.Errorf("told %q, with %d seconds left", p, p.SecondsLeft)
	}
}

func TestProgress_SaysNothingOfTheEndWhereNothingIsKnown(t *testing.T) {
	s := newSyncOfPages()
	for range 7 {
		s.listed(t, 0, 0) // the service does not count
	}
	if len(s.told) != 1 || s.told[0].String() != "Reading resources: 0 so far; 0 requests" {
		t.Errorf("told %v", s.told)
	}
}

// A process that takes over in the middle sees the ends of cursors that it has not seen begin.
func TestProgress_OfGrantsIsNeverBelowNothing(t *testing.T) {
	s := newSyncOfPages()
	s.granted(t, false, true)
	for range 6 {
		s.granted(t, false, true)
	}
	if len(s.told) != 1 || s.told[0].SecondsLeft != 0 || strings.Contains(s.told[0].String(), "to go") {
		t.Errorf("told %v", s.told)
	}
	s.granted(t, true, false)
	if left := s.summaries.ledger("x").pace.left(s.now); left <= 0 {
		t.Errorf("a cursor that has begun since takes %v still", left)
	}
}

// A service that counts absurdly many rows makes no guess.
func TestProgress_OfAnAbsurdCountSaysNothingOfTheEnd(t *testing.T) {
	s := newSyncOfPages()
	for range 7 {
		s.listed(t, 1, math.MaxInt64)
	}
	if len(s.told) != 1 || s.told[0].SecondsLeft != 0 {
		t.Errorf("told %v", s.told)
	}
}
