package entra

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// openSignIns is a tenant whose sign-ins are read, and a reader that has read those that are there.
func openSignIns(t *testing.T, seed uint64, turn func(*config.Entra)) (*logTenant, *reader) {
	t.Helper()
	l := openLog(t, smallTenant(seed), func(cfg *config.Entra) {
		cfg.SignInActivity = true
		if turn != nil {
			turn(cfg)
		}
	})
	return l, l.reader(feedSignIns)
}

// signIn adds a sign-in with the properties given, and returns its id.
func (l *logTenant) signIn(properties map[string]any) string {
	l.t.Helper()
	id, err := l.sim.Tenant().AddSignIn(properties)
	if err != nil {
		l.t.Fatal(err)
	}
	return id
}

func TestSignInFeed_GoesBackThirtyDaysAndTellsOfEachSuccess(t *testing.T) {
	t.Parallel()
	l, r := openSignIns(t, 40, nil)
	l.signIn(map[string]any{"createdDateTime": l.clock.Now().AddDate(0, 0, -31).UTC().Format(time.RFC3339), "userId": idUser, "appId": idApp})
	old := l.signIn(map[string]any{"createdDateTime": l.clock.Now().AddDate(0, 0, -29).UTC().Format(time.RFC3339), "userId": idUser, "appId": idApp})
	want := map[string]bool{}
	for _, s := range l.sim.Tenant().SignIns() {
		if s.ErrorCode == 0 && isObjectID(s.UserID) && isObjectID(s.AppID) && l.clock.Now().Sub(s.At) < keptFor && !s.Shows.After(l.clock.Now()) {
			want[s.ID] = true
		}
	}
	got := map[string]bool{}
	for _, e := range r.rest() {
		got[e.GetId()] = true
		if u := e.GetUsageEvent(); u.GetActorResource().GetDisplayName() == "" || u.GetTargetResource().GetDisplayName() == "" {
			t.Errorf("the event has no names: %v", e)
		}
	}
	testkit.Same(t, "sign-ins", got, want)
	if !got[old] || len(got) < 10 {
		t.Errorf("%d sign-ins were read, that of 29 days ago: %t", len(got), got[old])
	}
}

func TestSignInFeed_NamesTheApplicationWhateverIsSynced(t *testing.T) {
	t.Parallel()
	l, r := openSignIns(t, 41, func(cfg *config.Entra) { cfg.SkipUnassignedApps = true })
	r.rest()
	census := l.sim.Census()
	user, app := census.Users[0], census.ServicePrincipals[slices.IndexFunc(census.ServicePrincipals, func(a graphsim.Record) bool {
		return a.Text("servicePrincipalType") == "Application" && len(a.AppRoleAssignedTo) == 0
	})]
	for _, properties := range []map[string]any{
		{"userId": strings.ToUpper(user.ID()), "appId": app.Text("appId"), "userDisplayName": "Ada", "appDisplayName": "Old name"},
		{"userId": user.ID(), "appId": idGone, "userDisplayName": "Ada", "appDisplayName": "Not here"},
		{"userId": user.ID(), "appId": app.Text("appId"), "status": map[string]any{"errorCode": 50126}},
		{"userId": user.ID(), "appId": app.Text("appId"), "status": nil}, // what came of it nobody knows
		{"userId": "00000000-0000-0000-0000-000000000000", "appId": app.Text("appId")},
		{"userId": "", "appId": app.Text("appId"), "servicePrincipalId": app.ID()},
		{"userId": user.ID(), "appId": ""},
	} {
		l.signIn(properties)
	}
	l.sim.ResetHistory()
	events := r.rest()
	wantTexts(t, "sign-ins", events, "user:"+user.ID()+" used enterprise_application:"+app.ID(), "user:"+user.ID()+" used enterprise_application:"+idGone)
	var names []string
	for _, e := range events {
		names = append(names, e.GetUsageEvent().GetTargetResource().GetDisplayName(), e.GetUsageEvent().GetActorResource().GetDisplayName())
	}
	slices.Sort(names)
	want := []string{"Ada", "Ada", "Not here", app.Text("displayName")}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("the names are %q, want %q", names, want)
	}
	if n := len(l.sim.History()); n > 3 { // a page, the applications of all of it in a batch of one
		t.Errorf("%d requests for seven sign-ins", n)
	}
}

func TestSignInFeed_IsEmptyWithoutALicence(t *testing.T) {
	t.Parallel()
	o := smallTenant(42)
	o.WithoutPremium = true
	l := openLog(t, o, func(cfg *config.Entra) { cfg.SignInActivity = true })
	r := l.reader(feedSignIns)
	if resp := r.page(); len(resp.GetEvents()) > 0 || resp.GetCursor() != "" || resp.GetHasMore() {
		t.Errorf("the answer is %v", resp)
	}
	want := l.change(0, 0)
	audits := l.reader(feedAudit)
	if texts := textsOf(audits.rest()); !slices.Contains(texts, want) {
		t.Errorf("the other feed tells of %q", texts)
	}
}
