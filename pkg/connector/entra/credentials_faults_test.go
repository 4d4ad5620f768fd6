package entra

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

func TestCredentials_AreTheSameUnderFaults(t *testing.T) {
	t.Parallel()
	c := newCredentialTest(t, graphsim.Options{Seed: 42, PageSize: 3})
	c.alone = []string{typeCredential}
	contents, _ := c.sync(t, 1)
	want := contents.Dump()
	for _, path := range []string{"/v1.0/servicePrincipals", "/v1.0/applications"} {
		for _, f := range []graphsim.Fault{
			{Status: 429, Code: "TooManyRequests", RetryAfter: "3"}, {Status: 503}, {Kind: graphsim.Cut}, {Kind: graphsim.Drop},
			{Kind: graphsim.EmptyPage}, {Kind: graphsim.RepeatPage}, {Kind: graphsim.ExpiredPageToken}, {Kind: graphsim.ExpireTokens},
		} {
			for _, skip := range []int{2, 4} { // after the connection test and the count
				c.sim.ClearFaults()
				f.PathContains, f.Skip = path, skip
				c.sim.Fail(f)
				got, counts := c.sync(t, 2*skip)
				if got.Dump() != want {
					t.Errorf("seed 42, %+v: another file:\n%s", f, testkit.FirstDifference(got.Dump(), want))
				}
				if counts[reasonKeyElsewhere] == 0 {
					t.Errorf("seed 42, %+v: the conflict was not counted", f)
				}
			}
		}
	}
}

// One connector keeps to the limit: the simulated tenant would refuse the 151st request within a minute.
func TestCredentials_KeepToTheLimitOnKeys(t *testing.T) {
	t.Parallel()
	c := newLimitedTest(t, graphsim.Options{Seed: 48, Users: 20, Groups: 2, Memberships: 10, Apps: 130, Assignments: 10, PageSize: 1})
	c.types = []string{typeCredential}
	c.sync(t, 8)
	requests := c.sim.History()
	for i, r := range requests {
		if r.Status == http.StatusTooManyRequests {
			t.Fatalf("seed 48: request %d of %d was refused", i+1, len(requests))
		}
	}
	if len(requests) < 180 {
		t.Errorf("seed 48: %d requests show nothing", len(requests))
	}
}

func TestCredentials_FailWhereTheyCannotBeRead(t *testing.T) {
	t.Parallel()
	c := newCredentialTest(t, graphsim.Options{Seed: 43, PageSize: 5})
	c.types = []string{typeCredential}
	for _, path := range []string{"/v1.0/servicePrincipals", "/v1.0/applications", "/v1.0/applications/$count"} {
		for _, f := range []graphsim.Fault{{Status: 403}, {Status: 404}, {Status: 410}, {Kind: graphsim.NullElement}, {Kind: graphsim.BadJSON}} {
			if f.Kind == graphsim.NullElement && strings.HasSuffix(path, "$count") {
				continue
			}
			c.sim.ClearFaults()
			f.PathContains, f.Skip, f.Times = path, 1, -1
			if strings.HasSuffix(path, "$count") {
				f.Skip = 0
			}
			c.sim.Fail(f)
			if _, _, err := c.try(t, 4); err == nil {
				t.Errorf("seed 43, %+v: the sync succeeded", f)
			}
		}
	}
}

// Both halves of the chain are held against their own count, and a tenant without service principals is none.
func TestCredentials_FailWhereHoldersAreMissing(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/applications/$count": "app registrations were read", "/servicePrincipals/$count": "service principals were read"} {
		c := newCredentialTest(t, graphsim.Options{Seed: 44})
		err := syncForged(t, c.sim, map[string]string{path: "999"})
		if status.Code(err) != codes.DataLoss || !strings.Contains(err.Error(), "999") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	c := newCredentialTest(t, graphsim.Options{Seed: 44, Apps: -1, Assignments: -1})
	c.types = []string{typeCredential}
	_, _, err := c.try(t, 1)
	if status.Code(err) != codes.DataLoss || !strings.Contains(err.Error(), "not one of the service principals") {
		t.Errorf("no service principals: %v", err)
	}
}

func TestCredentials_NameTheMissingPermission(t *testing.T) {
	t.Parallel()
	c := newCredentialTest(t, graphsim.Options{Seed: 45, Permissions: []string{permissionUsers}})
	c.types = []string{typeCredential}
	entra := connectTo(t, c.sim, c.clock, typeCredential)
	if _, err := entra.Validate(context.Background()); status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), "Application.Read.All") {
		t.Errorf("the connection test says %v", err)
	}
	if _, _, err := c.try(t, 1); err == nil {
		t.Error("the sync succeeded")
	}
}
