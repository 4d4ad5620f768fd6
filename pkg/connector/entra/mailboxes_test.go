package entra

import (
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

func mailboxSettings(cfg *config.Entra) { cfg.MailboxSettings = true }

func TestMailboxSettings_RoomsEquipmentAndSharedMailboxesAreServices(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, withActivity(41))
	got, want, _ := syncedWith(t, sim, 4, mailboxSettings)
	testkit.Compare(t, got, want.Rows)
	holdMailboxes(t, got, sim.Census())
	batches := 0
	for _, r := range sim.History() {
		if strings.HasSuffix(r.Path, "$batch") {
			batches++
		}
	}
	const probe = 1
	if batches != 10+probe {
		t.Errorf("%d batches for 200 users, want 10 and the probe", batches)
	}
}

// holdMailboxes compares accounts with the mailboxes of the tenant.
func holdMailboxes(t *testing.T, got *testkit.Contents, census *graphsim.Census) {
	t.Helper()
	purposes := map[string]int{}
	for _, u := range census.Users {
		purposes[u.MailboxPurpose]++
		want := v2.UserTrait_ACCOUNT_TYPE_HUMAN
		if p := u.MailboxPurpose; p == "room" || p == "equipment" || p == "shared" {
			want = v2.UserTrait_ACCOUNT_TYPE_SERVICE
		}
		r := got.Resources["user:"+u.ID()]
		trait, err := rs.GetUserTrait(r)
		if err != nil {
			t.Fatal(err)
		}
		if trait.GetAccountType() != want {
			t.Errorf("user %s with the mailbox %q is %s", u.ID(), u.MailboxPurpose, trait.GetAccountType())
		}
		wantProfile(t, r, map[string]string{"mailboxPurpose": u.MailboxPurpose})
	}
	if len(purposes) != 7 {
		t.Errorf("not every kind was seen: %v", purposes)
	}
}

func TestMailboxSettings_WithoutTheSwitchNoMailboxIsRead(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, withActivity(42))
	got, _, _ := syncedWith(t, sim, 4, func(*config.Entra) {})
	for _, r := range sim.History() {
		if strings.HasSuffix(r.Path, "$batch") {
			t.Error("a batch was sent")
		}
	}
	for id, r := range got.Resources {
		if strings.HasPrefix(id, "user:") {
			wantProfile(t, r, map[string]string{"mailboxPurpose": ""})
		}
	}
}

func mailboxConnector(t *testing.T, sim *graphsim.Server) *Connector {
	t.Helper()
	cfg := settingsOf(sim)
	mailboxSettings(cfg)
	return connectAs(t, sim, cfg, &testkit.QuickClock{})
}

// Users who were throttled are asked for again, alone; those before them are not.
func TestMailboxSettings_ThePageThatIsRepeatedAsksForTheRestAlone(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, withActivity(43))
	users := sim.Census().Users
	for _, n := range []int{3, 77, 199} {
		sim.Fail(graphsim.Fault{PathContains: users[n].ID() + "/mailboxSettings", Status: 429, RetryAfter: "17"})
	}
	s, session := &userSyncer{mailboxConnector(t, sim)}, newFakeSession()
	rows, _, err := s.List(t.Context(), nil, attrs(session, ""))
	if status.Code(err) != codes.Unavailable || rows != nil || session.keys(prefixMailbox) != 197 {
		t.Fatalf("%d rows, %v; %d mailboxes are kept", len(rows), err, session.keys(prefixMailbox))
	}
	wantResetIn(t, err, 17*time.Second)
	sim.ResetHistory()
	rows, results, err := s.List(t.Context(), nil, attrs(session, ""))
	if err != nil || len(rows) != 200 || results.NextPageToken != "" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	got := &testkit.Contents{Resources: map[string]*v2.Resource{}}
	for _, r := range rows {
		got.Resources[testkit.ResourceKey(r.GetId())] = r
	}
	holdMailboxes(t, got, sim.Census())
	asked := 0
	for _, r := range sim.History() {
		asked += strings.Count(r.Body, "/mailboxSettings")
	}
	if asked != 3 {
		t.Errorf("%d mailboxes were asked for again, want 3", asked)
	}
}

// wantResetIn checks the time that a status gives to the SDK, which waits until then.
func wantResetIn(t *testing.T, err error, wait time.Duration) {
	t.Helper()
	for _, d := range status.Convert(err).Details() {
		if limit, ok := d.(*v2.RateLimitDescription); ok {
			if left := time.Until(limit.GetResetAt().AsTime()); left < wait-5*time.Second || left > wait {
				t.Errorf("it may be asked again in %v, want %v", left, wait)
			}
			return
		}
	}
	t.Errorf("%v does not say when to ask again", err)
}

// The SDK repeats the page by itself, and the file is as if nothing had happened.
func TestMailboxSettings_ASyncRidesOutThrottledMailboxes(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, withActivity(44))
	for range 3 {
		sim.Fail(graphsim.Fault{PathContains: "/mailboxSettings", Status: 429, RetryAfter: "0.01", Skip: 20})
	}
	got, want, _ := syncedWith(t, sim, 4, mailboxSettings)
	testkit.Compare(t, got, want.Rows)
	holdMailboxes(t, got, sim.Census())
}

func TestMailboxSettings_AMissingPermissionIsTold(t *testing.T) {
	t.Parallel()
	o := withActivity(45)
	o.Permissions = append(graphsim.ReadPermissions(), permissionLicenses)
	sim := startTenant(t, o)
	c := mailboxConnector(t, sim)
	_, atTheDoor := c.Validate(t.Context())
	rows, _, inTheList := (&userSyncer{c}).List(t.Context(), nil, attrs(newFakeSession(), ""))
	for _, err := range []error{atTheDoor, inTheList} {
		if status.Code(err) != codes.PermissionDenied || rows != nil || !strings.Contains(err.Error(), permissionMailboxes) {
			t.Errorf("got %v", err)
		}
	}
}
