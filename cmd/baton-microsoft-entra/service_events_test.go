//go:build unix

package main_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	auditFeed  = "entra_audit"
	signInFeed = "entra_sign_ins"
)

// auditedTenant is one whose application may also read the logs.
func auditedTenant() graphsim.Options {
	o := accountsTenant()
	o.Permissions = append(graphsim.EveryReadPermission(), graphsim.WritePermissions()...)
	return o
}

// E14: the audit log is a feed without further ado. What is granted, revoked and changed shows in it, once, with the
// entitlement and the principal that a sync shows.
func TestE14_ChangesShowInTheFeedOfTheAuditLog(t *testing.T) {
	t.Parallel()
	s := serve(t, auditedTenant())
	s.wantFeeds(auditFeed)
	user, rights := grantable(t, s.sim)
	full := s.synced(conductoronesim.SyncOptions{})
	entitlement := row(t, full.entitlements, rights[0].id, &v2.Entitlement{})
	principal := row(t, full.resources, "user:"+user, &v2.Resource{})
	_, cursor := s.events(auditFeed, "")

	granted := done[*v2.GrantManagerServiceGrantResponse](s, conductoronesim.Grant(entitlement, principal)).GetGrants()[0]
	s.invoke(conductoronesim.InvokeAction("disable_user", "", map[string]any{"user_id": user}))
	done[*v2.GrantManagerServiceRevokeResponse](s, conductoronesim.Revoke(granted))
	events, cursor := s.events(auditFeed, cursor)
	grants := kept(events, (*v2.Event).GetCreateGrantEvent)
	revokes := kept(events, (*v2.Event).GetCreateRevokeEvent)
	changes := kept(events, (*v2.Event).GetResourceChangeEvent)
	if len(grants) != 1 || len(revokes) != 1 || len(changes) == 0 {
		t.Fatalf("%d grants, %d revokes and %d changes", len(grants), len(revokes), len(changes))
	}
	for what, got := range map[string][2]proto.Message{
		"entitlement of the grant":  {grants[0].GetEntitlement().GetResource().GetId(), entitlement.GetResource().GetId()},
		"principal of the grant":    {grants[0].GetPrincipal().GetId(), principal.GetId()},
		"entitlement of the revoke": {revokes[0].GetEntitlement().GetResource().GetId(), entitlement.GetResource().GetId()},
		"principal of the revoke":   {revokes[0].GetPrincipal().GetId(), principal.GetId()},
		"resource of the change":    {changes[0].GetResourceId(), principal.GetId()},
	} {
		if !proto.Equal(got[0], got[1]) {
			t.Errorf("the %s is %v, want %v", what, got[0], got[1])
		}
	}
	if grants[0].GetEntitlement().GetId() != entitlement.GetId() || revokes[0].GetEntitlement().GetId() != entitlement.GetId() {
		t.Errorf("the entitlements are %s and %s, want %s", grants[0].GetEntitlement().GetId(), revokes[0].GetEntitlement().GetId(), entitlement.GetId())
	}
	again, _ := s.events(auditFeed, cursor)
	for _, e := range again {
		if !slices.ContainsFunc(events, func(other *v2.Event) bool { return other.GetId() == e.GetId() }) {
			t.Errorf("without a change there is a new event %s", e.GetId())
		}
	}
}

// E14: where it is disabled, by flag or by variable, there is no such feed, and the log is never asked for.
func TestE14_TheFeedOfTheAuditLogCanBeDisabled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
	}{
		"by flag":     {args: []string{"--disable-audit-log-feed"}},
		"by variable": {env: map[string]string{"BATON_DISABLE_AUDIT_LOG_FEED": "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, startTenant(t, auditedTenant()), conductoronesim.Options{})
			s.stage = s.with(c.env)
			s.begin(c.args...)
			s.wantFeeds()
			s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"user"}})
			for _, path := range asked(s.sim) {
				if strings.HasPrefix(path, "/v1.0/auditLogs") {
					t.Errorf("%s was asked for", path)
				}
			}
		})
	}
}

// E14: where the log may not be read, the feed has no events and stays where it is, and the log names the permission once.
func TestE14_WithoutThePermissionTheFeedIsEmpty(t *testing.T) {
	t.Parallel()
	s := serve(t, smallTenant())
	events, cursor := s.events(auditFeed, "")
	more, later := s.events(auditFeed, cursor)
	if len(events)+len(more) > 0 || later != cursor {
		t.Errorf("%d events, and the cursor went from %s to %s", len(events)+len(more), cursor, later)
	}
	s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
	said := s.end().stderr
	if n := strings.Count(said, `"level":"warn"`); n != 1 || !strings.Contains(said, "AuditLog.Read.All") {
		t.Errorf("there are %d warnings: %s", n, said)
	}
}

// The log of sign-ins is a feed where last sign-ins are wanted.
func TestService_OffersSignInsWhereTheyAreWanted(t *testing.T) {
	t.Parallel()
	s := serve(t, auditedTenant(), "--sign-in-activity")
	s.wantFeeds(auditFeed, signInFeed)
	events, _ := s.events(signInFeed, "")
	var got, want []string
	for _, e := range events {
		got = append(got, e.GetId())
	}
	for _, in := range s.sim.Tenant().SignIns() {
		if in.ErrorCode == 0 && in.UserID != "" && time.Since(in.Shows) > time.Minute && time.Since(in.At) < 30*24*time.Hour {
			want = append(want, in.ID)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("%d events, of %d sign-ins that succeeded", len(got), len(want))
	}
	for _, u := range kept(events, (*v2.Event).GetUsageEvent) {
		if u.GetActorResource().GetId().GetResourceType() != "user" || u.GetTargetResource().GetId().GetResource() == "" ||
			u.GetActorResource().GetDisplayName() == "" || u.GetTargetResource().GetDisplayName() == "" {
			t.Errorf("incomplete: %v", u)
		}
	}
}

// wantFeeds checks which feeds there are.
func (s *service) wantFeeds(ids ...string) {
	s.t.Helper()
	var got []string
	for _, feed := range done[*v2.ListEventFeedsResponse](s, conductoronesim.EventFeeds()).GetList() {
		got = append(got, feed.GetId())
	}
	slices.Sort(got)
	if !slices.Equal(got, ids) {
		s.t.Fatalf("the feeds are %q, want %q", got, ids)
	}
}

// events reads a feed to its end: from a cursor, or from where it begins.
func (s *service) events(feed, cursor string) (all []*v2.Event, next string) {
	s.t.Helper()
	for range 100 {
		page := done[*v2.ListEventsResponse](s, conductoronesim.Events(feed, cursor, time.Time{}, 0))
		all, cursor = append(all, page.GetEvents()...), page.GetCursor()
		if len(cursor) > 4096 {
			s.t.Errorf("a cursor of %d bytes", len(cursor))
		}
		if !page.GetHasMore() {
			return all, cursor
		}
	}
	s.t.Fatalf("the feed %s has no end", feed)
	return nil, ""
}

// kept are the events of one kind.
func kept[M comparable](events []*v2.Event, kind func(*v2.Event) M) []M {
	var none M
	var of []M
	for _, e := range events {
		if m := kind(e); m != none {
			of = append(of, m)
		}
	}
	return of
}
