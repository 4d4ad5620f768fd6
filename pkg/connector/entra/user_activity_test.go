package entra

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-sdk/pkg/sync"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// withActivity is a tenant that gives its sign-in activity as often as one likes.
func withActivity(seed uint64) graphsim.Options {
	return graphsim.Options{Seed: seed, Permissions: graphsim.EveryReadPermission(), WithoutLimits: true}
}

func signInActivity(cfg *config.Entra) { cfg.SignInActivity = true }

// noted is the sign-in activity of a user in the tenant's books.
type noted struct {
	Successful     string `json:"lastSuccessfulSignInDateTime"`
	Interactive    string `json:"lastSignInDateTime"`
	NonInteractive string `json:"lastNonInteractiveSignInDateTime"`
}

func notedOf(t *testing.T, u graphsim.Record) noted {
	t.Helper()
	raw, err := json.Marshal(u.Get("signInActivity"))
	if err != nil {
		t.Fatal(err)
	}
	var n noted
	if err := json.Unmarshal(raw, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// E12: accounts have their last sign-in.
func TestE12_AccountsHaveTheirLastSignIn(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, withActivity(31))
	got, want, _ := syncedWith(t, sim, 4, signInActivity)
	testkit.Compare(t, got, want.Rows)
	kinds := map[string]int{}
	for _, u := range sim.Census().Users {
		n := notedOf(t, u)
		last, kind := n.Successful, "success"
		if last == "" {
			last, kind = max(n.Interactive, n.NonInteractive), "attempt"
		}
		if last == "" {
			kind = "never"
		}
		kinds[kind]++
		r := got.Resources["user:"+u.ID()]
		if login := lastLoginOf(t, r); login != last {
			t.Errorf("user %s signed in at %q, want %q", u.ID(), login, last)
		}
		wantProfile(t, r, map[string]string{"lastSuccessfulSignInDateTime": n.Successful, "lastSignInDateTime": n.Interactive,
			"lastNonInteractiveSignInDateTime": n.NonInteractive})
	}
	if len(kinds) != 3 {
		t.Errorf("not every kind was seen: %v", kinds)
	}
}

// E12: on a tenant without P1 or P2 everything else is synced, users a full page at a time.
func TestE12_WithoutPremiumEverythingElseIsSynced(t *testing.T) {
	t.Parallel()
	o := withActivity(32)
	o.WithoutPremium, o.Users, o.PageSize = true, 300, 60
	sim := startTenant(t, o)
	got, want, _ := syncedWith(t, sim, 4, signInActivity)
	testkit.Compare(t, got, want.Rows)
	for id, r := range got.Resources {
		if strings.HasPrefix(id, "user:") && lastLoginOf(t, r) != "" {
			t.Errorf("%s has a last sign-in", id)
		}
	}
	refused, pages := 0, 0
	for _, r := range sim.History() {
		switch {
		case r.Path != "/v1.0/users":
		case strings.Contains(r.Query, "signInActivity"):
			refused++
		case strings.Contains(r.Query, "top=999"):
			pages++
		}
	}
	if refused != 2 || pages != 5 {
		t.Errorf("sign-in activity was asked for %d times, want one probe and one page; users in %d pages, want 5", refused, pages)
	}
}

// E12: what the sync has to say of it, it says once.
func TestE12_SaysWhatToExpectOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		poor        bool
		level, text string
		fields      map[string]any
	}{
		"with activity":   {false, zap.InfoLevel.String(), "250 of them a second", map[string]any{"users": int64(200), "takes_at_least": 800 * time.Millisecond}},
		"without premium": {true, zap.WarnLevel.String(), "no Microsoft Entra ID P1 or P2 licence", nil},
	} {
		o := withActivity(33)
		o.WithoutPremium, o.PageSize = test.poor, 30
		ctx, lines := listen()
		users, pages := listAll(ctx, t, &userSyncer{activityOf(t, startTenant(t, o), &testkit.QuickClock{})})
		if len(users) != 200 || pages != 7 {
			t.Errorf("%s: %d users on %d pages", name, len(users), pages)
		}
		if logged := lines.All(); len(logged) != 1 || logged[0].Level.String() != test.level || !strings.Contains(logged[0].Message, test.text) {
			t.Errorf("%s: %v", name, logged)
		} else {
			for key, want := range test.fields {
				if got := logged[0].ContextMap()[key]; got != want {
					t.Errorf("%s: %s is %v, want %v", name, key, got, want)
				}
			}
		}
	}
}

func activityOf(t *testing.T, sim *graphsim.Server, clock *testkit.QuickClock) *Connector {
	t.Helper()
	cfg := settingsOf(sim)
	signInActivity(cfg)
	return connectAs(t, sim, cfg, clock)
}

// E12: the users keep to five pages in ten seconds, and nothing else waits for them. Client and tenant look
// at one clock, which moves on by what is waited.
func TestE12_KeepsTheLimitOfTheReports(t *testing.T) {
	t.Parallel()
	clock := &testkit.QuickClock{}
	o := withActivity(34)
	o.WithoutLimits, o.PageSize, o.Now, o.TokenLifetime = false, 5, clock.Now, 24*time.Hour
	sim := startTenant(t, o)
	start := clock.Now()
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, activityOf(t, sim, clock), path, sync.WithWorkerCount(8)); err != nil {
		t.Fatal(err)
	}
	testkit.Compare(t, testkit.Read(context.Background(), t, path), expect(readCensus(t, sim)).Rows)
	pages, beside := 0, 0
	for _, r := range sim.History() {
		activity := strings.Contains(r.Query, "signInActivity")
		if r.Status == http.StatusTooManyRequests {
			t.Errorf("%s %s was throttled", r.Path, r.Query)
		}
		if activity && strings.Contains(r.Query, "expand") {
			pages++
		}
		if !activity && pages > 0 && pages < 40 && strings.Contains(r.Path, "/servicePrincipals") {
			beside++
		}
	}
	// 41 requests with the probe's are nine rounds of five: eight waits of ten seconds.
	if took := clock.Now().Sub(start); pages != 40 || took < 80*time.Second || took > 95*time.Second {
		t.Errorf("%d pages took %v, want 40 in 80 s", pages, took)
	}
	if beside == 0 {
		t.Error("no other list was read meanwhile")
	}
}

// E12: a missing permission is told at the door, and only where the switch is on.
func TestE12_AMissingPermissionIsToldAtTheDoor(t *testing.T) {
	t.Parallel()
	o := withActivity(35)
	o.Permissions = append(graphsim.ReadPermissions(), permissionLicenses)
	sim := startTenant(t, o)
	if _, err := connectTo(t, sim, &testkit.QuickClock{}).Validate(t.Context()); err != nil {
		t.Errorf("without the switch: %v", err)
	}
	_, err := activityOf(t, sim, &testkit.QuickClock{}).Validate(t.Context())
	if status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), permissionActivity) || !strings.Contains(err.Error(), "sign-in activity") {
		t.Errorf("got %v", err)
	}
	o = withActivity(35)
	o.WithoutPremium = true
	if _, err := activityOf(t, startTenant(t, o), &testkit.QuickClock{}).Validate(t.Context()); err != nil {
		t.Errorf("a tenant without premium is no reason to sync nothing: %v", err)
	}
}
