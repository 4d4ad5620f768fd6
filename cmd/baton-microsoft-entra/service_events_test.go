//go:build unix

package main_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
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

// E14: where the log may not be read, the feed has no events and stays where it is, and the log names the permission once.
func TestE14_WithoutThePermissionTheFeedIsEmpty(t *testing.T) {
	t.Parallel()
	s := serve(t, smallTenant())
	events, cursor := s.Events(auditFeed, "")
	more, later := s.Events(auditFeed, cursor)
	if len(events)+len(more) > 0 || later != cursor {
		t.Errorf("%d events, and the cursor went from %s to %s", len(events)+len(more), cursor, later)
	}
	s.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
	said := s.End().Stderr
	if n := strings.Count(said, `"level":"warn"`); n != 1 || !strings.Contains(said, "AuditLog.Read.All") {
		t.Errorf("there are %d warnings: %s", n, said)
	}
}

// The log of sign-ins is a feed where last sign-ins are wanted.
func TestService_OffersSignInsWhereTheyAreWanted(t *testing.T) {
	t.Parallel()
	s := serve(t, auditedTenant(), "--sign-in-activity")
	s.WantFeeds(auditFeed, signInFeed)
	events, _ := s.Events(signInFeed, "")
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
	for _, u := range servicekit.Kept(events, (*v2.Event).GetUsageEvent) {
		if u.GetActorResource().GetId().GetResourceType() != "user" || u.GetTargetResource().GetId().GetResource() == "" ||
			u.GetActorResource().GetDisplayName() == "" || u.GetTargetResource().GetDisplayName() == "" {
			t.Errorf("incomplete: %v", u)
		}
	}
}
