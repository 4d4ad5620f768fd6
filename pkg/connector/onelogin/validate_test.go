package onelogin

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// TestO01_EachScopeReadsWhatItSays: a scope that suffices validates and syncs; one that does not is refused by name, before
// anything is synced.
func TestO01_EachScopeReadsWhatItSays(t *testing.T) {
	all := []string{oneloginsim.ScopeAuthentication, oneloginsim.ScopeReadUsers, oneloginsim.ScopeReadAll, oneloginsim.ScopeManageUsers, oneloginsim.ScopeManageAll}
	for _, test := range []scopeTest{
		{"users and roles", []string{typeUser, typeRole}, scopeReadUsers, all[1:]},
		{"groups", []string{typeUser, typeGroup}, scopeReadUsers, all[1:]},
		{"apps", []string{typeUser, typeRole, typeApp}, scopeReadAll, []string{oneloginsim.ScopeReadAll, oneloginsim.ScopeManageAll}},
		{"all with privileges", nil, scopeManageAll, []string{oneloginsim.ScopeManageAll}},
	} {
		for _, scope := range all {
			t.Run(test.name+" by "+scope, func(t *testing.T) {
				t.Parallel()
				sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 51, Users: 20, Roles: 3, Apps: 2, Scope: scope})
				suffices := strings.Contains(strings.Join(test.enough, ","), scope)
				c := connectTo(t, sim, test.types...)
				_, err := c.Validate(t.Context())
				if !suffices {
					refused(t, err, codes.PermissionDenied, "of the scope "+test.least(scope))
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), "sync.c1z")
				var chosen []sync.SyncOpt
				if len(test.types) > 0 {
					chosen = append(chosen, sync.WithSyncResourceTypes(test.types))
				}
				if err := testkit.Sync(context.Background(), t, c, path, chosen...); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// scopeTest is a choice of resource types, the least scope that reads them, and all that suffice.
type scopeTest struct {
	name   string
	types  []string
	needs  string
	enough []string
}

// least is the scope that a credential of another is told to have: that of the first family that it cannot read.
func (s scopeTest) least(has string) string {
	switch {
	case has == oneloginsim.ScopeAuthentication:
		return scopeReadUsers
	case has == oneloginsim.ScopeReadAll:
		return scopeManageAll
	case s.needs == scopeReadUsers:
		return scopeReadUsers
	}
	return scopeReadAll
}

// refused checks that an error has a code and is one sentence that holds all parts.
func refused(t *testing.T, err error, code codes.Code, says ...string) {
	t.Helper()
	if status.Code(err) != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	for _, part := range says {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// The scope that is missing is named, where there are several that do not suffice: the first.
func TestO01_TheMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	for scope, missing := range map[string]string{
		oneloginsim.ScopeAuthentication: "may not read users, roles and groups: make one of the scope Read Users",
		oneloginsim.ScopeReadUsers:      "may not read apps: make one of the scope Read All",
		oneloginsim.ScopeReadAll:        "may not read privileges: they need a credential of the scope Manage All, and the account's subscription",
	} {
		for _, code := range []int{http.StatusUnauthorized, http.StatusForbidden} {
			sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 52, Users: 5, Scope: scope, ScopeStatus: code})
			_, err := connectTo(t, sim).Validate(t.Context())
			refused(t, err, codes.PermissionDenied, missing)
		}
	}
}

// TestO12_PrivilegesAreOptIn: where they are off nothing asks for them.
func TestO12_PrivilegesAreOptIn(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 53, Users: 20, Roles: 3, Apps: 2, Scope: oneloginsim.ScopeReadAll})
	cfg := settingsOf(sim)
	cfg.PrivilegesEnabled = false
	c := connectAs(t, sim, cfg, &testkit.QuickClock{})
	if _, err := c.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, c, path); err != nil {
		t.Fatal(err)
	}
	for key := range testkit.Read(context.Background(), t, path).Resources {
		if strings.HasPrefix(key, "privilege:") {
			t.Errorf("seed 53: %s is in the file", key)
		}
	}
	for route := range sim.Traffic() {
		if strings.Contains(route, "privileges") {
			t.Errorf("seed 53: %s was asked for", route)
		}
	}
	if n := len((&Connector{}).ResourceSyncers(t.Context())); n != 5 {
		t.Errorf("the connector says that it has %d resource types, want 5", n)
	}
}

// TestO11_PrivilegesWithoutTheirSubscription: the sync does not begin, and says what to do, however OneLogin refuses. It
// never shows none.
func TestO11_PrivilegesWithoutTheirSubscription(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 54, Users: 5, WithoutPrivileges: true})
	for _, fault := range []oneloginsim.Fault{
		{Skip: 1 << 20}, // the refusal is the account's own
		{Status: http.StatusUnauthorized, Message: "Unauthorized"}, {Status: http.StatusNotFound, Message: "Not Found"},
		{Kind: oneloginsim.HTMLBody, Status: http.StatusForbidden}, {Kind: oneloginsim.HTMLBody, Status: http.StatusNotFound},
	} {
		fault.PathContains, fault.Times = "/privileges", -1
		sim.Fail(fault)
		_, err := connectTo(t, sim).Validate(t.Context())
		refused(t, err, codes.PermissionDenied, "may not read privileges", "the account's subscription for delegated administration", "leave out --privileges-enabled")
		sim.ClearFaults()
	}
}

func TestO01_WrongValuesAreRefusedWithAReason(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 55, Users: 5})
	wrong := settingsOf(sim)
	wrong.OneloginClientSecret = "canary~secret"
	_, err := connectAs(t, sim, wrong, &testkit.QuickClock{}).Validate(t.Context())
	refused(t, err, codes.Unauthenticated, "the API credential was refused", "check the client id and secret under Developers > API Credentials")
	if strings.Contains(err.Error(), "canary") {
		t.Errorf("the secret is in %q", err)
	}

	away := settingsOf(sim)
	away.BaseUrl = "https://127.0.0.1:1"
	_, err = connectAs(t, sim, away, &testkit.QuickClock{}).Validate(t.Context())
	refused(t, err, codes.FailedPrecondition, "cannot connect: check the network, HTTPS_PROXY, --subdomain and --base-url")

	orphaned := oneloginsim.Start(t, oneloginsim.Options{Seed: 56, Users: 5, Orphaned: true})
	_, err = connectTo(t, orphaned).Validate(t.Context())
	refused(t, err, codes.Unavailable, "the user who made the API credential has been deleted")
}

// A validation that went well is not made again for some minutes: the health check asks all the time.
func TestValidate_IsBelievedForAWhile(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 57, Users: 5})
	c := connectTo(t, sim)
	for range 3 {
		if _, err := c.Validate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(sim.History()); n != 4 { // the token, users, apps, privileges
		t.Errorf("%d requests, want 4: %v", n, sim.Traffic())
	}
}
