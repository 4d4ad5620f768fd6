package graph

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// generous is a tenant where everything may be read, as often as one likes.
func generous() graphsim.Options {
	return graphsim.Options{Seed: 7, Permissions: graphsim.EveryReadPermission(), WithoutLimits: true}
}

// allUsers reads all users by a query.
func allUsers(t *testing.T, c *Client, q UserQuery) map[string]User {
	t.Helper()
	rows := map[string]User{}
	for next, first := "", true; first || next != ""; first = false {
		page, err := c.ListUsers(t.Context(), q, next)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Items {
			rows[u.ID] = u
		}
		next = page.Next
	}
	return rows
}

func TestListUsers_BringsTheDetailsThatTheQueryAsksFor(t *testing.T) {
	sim := startSim(t, generous())
	c := simClient(t, sim)
	all := allUsers(t, c, UserQuery{SignInActivity: true, ExtensionAttributes: true, Licenses: true})
	bare := allUsers(t, c, UserQuery{})
	seen := map[string]int{}
	for _, u := range sim.Census().Users {
		got := all[u.ID()]
		sameDetail(t, u, "signInActivity", got.SignInActivity, seen)
		sameDetail(t, u, "onPremisesExtensionAttributes", got.ExtensionAttributes, seen)
		sameDetail(t, u, "assignedLicenses", got.AssignedLicenses, seen)
		sameDetail(t, u, "licenseAssignmentStates", got.LicenseAssignmentStates, seen)
		if b := bare[u.ID()]; b.SignInActivity != nil || b.ExtensionAttributes != nil || b.AssignedLicenses != nil || b.LicenseAssignmentStates != nil {
			t.Errorf("user %s has details that were not asked for", u.ID())
		}
	}
	if len(seen) != 4 {
		t.Errorf("no user has one of them: %v", seen)
	}
}

// sameDetail holds what was read against the census: what the struct has must be there, what it leaves
// out does not matter, and null, "" and an empty list are the same.
func sameDetail(t *testing.T, u graphsim.Record, name string, got any, seen map[string]int) {
	t.Helper()
	have, want := detail(t, got), detail(t, u.Get(name))
	if len(have) > 0 {
		seen[name]++
	}
	for key, value := range have {
		if want[key] != value {
			t.Errorf("%s of %s: %s is %q, want %q", name, u.ID(), key, value, want[key])
		}
	}
	for key := range want {
		if _, has := have[key]; !has && !strings.HasSuffix(key, "RequestId") && !strings.Contains(key, "disabledPlans") && !strings.Contains(key, "lastUpdated") && !strings.HasSuffix(key, ".error") {
			t.Errorf("%s of %s: %s is missing", name, u.ID(), key)
		}
	}
}

// detail lays a JSON value flat: the path of each value that is set.
func detail(t *testing.T, v any) map[string]string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(b, &value); err != nil {
		t.Fatal(err)
	}
	flat := map[string]string{}
	flatten(flat, "", value)
	return flat
}

func flatten(into map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			flatten(into, path+"."+k, inner)
		}
	case []any:
		for i, inner := range v {
			flatten(into, path+"["+strconv.Itoa(i)+"]", inner)
		}
	case string:
		if v != "" {
			into[path] = v
		}
	}
}

func TestListUsers_SelectsWhatTheQueryAsksFor(t *testing.T) {
	sim := startSim(t, generous())
	c := simClient(t, sim)
	for _, test := range []struct {
		query    UserQuery
		more, to string
	}{
		{UserQuery{}, "", "999"},
		{UserQuery{Top: 500}, "", "500"},
		{UserQuery{SignInActivity: true}, ",signInActivity", "500"},
		{UserQuery{SignInActivity: true, Top: 999}, ",signInActivity", "500"},
		{UserQuery{ExtensionAttributes: true}, ",onPremisesExtensionAttributes", "999"},
		{UserQuery{Licenses: true}, ",assignedLicenses,licenseAssignmentStates", "999"},
	} {
		sim.ResetHistory()
		allUsers(t, c, test.query)
		sent, err := url.ParseQuery(graphRequests(sim)[0].Query)
		if err != nil || sent.Get("$select") != userProperties+test.more || sent.Get("$top") != test.to || sent.Get("$expand") != "manager($select=id,mail)" {
			t.Errorf("%+v sent %v, %v", test.query, sent, err)
		}
	}
}

// TestListUsers_KeepsTheLimitOfTheReports has client and tenant look at one clock, which moves by waiting alone.
func TestListUsers_KeepsTheLimitOfTheReports(t *testing.T) {
	clock := &fakeClock{now: time.Now()}
	o := generous()
	o.WithoutLimits, o.PageSize, o.Now, o.TokenLifetime = false, 5, clock.Now, 24*time.Hour
	sim := startSim(t, o)
	base, err := url.Parse(sim.URL())
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(base, transport.New(transport.Config{Base: sim.Client().Transport, Host: base.Host, Tokens: simTokens(sim), Clock: clock, Lanes: Lanes()}))
	if err != nil {
		t.Fatal(err)
	}
	start := clock.Now()
	if err := c.ProbeSignInActivity(t.Context()); err != nil {
		t.Fatal(err)
	}
	users := allUsers(t, c, UserQuery{SignInActivity: true})
	sent := graphRequests(sim)
	for _, r := range sent {
		if r.Status != http.StatusOK {
			t.Errorf("%s was answered %d", r.Path, r.Status)
		}
	}
	// 41 requests are nine rounds of five, with ten seconds between them.
	if took := clock.Now().Sub(start); len(users) != 200 || len(sent) != 41 || took != 80*time.Second {
		t.Errorf("%d users by %d requests in %v, want 200 by 41 in 80 s", len(users), len(sent), took)
	}
}

func TestSignInActivity_TellsAMissingLicenceFromAMissingPermission(t *testing.T) {
	o := generous()
	o.Permissions = graphsim.ReadPermissions()
	denied := startSim(t, o)
	o = generous()
	o.WithoutPremium = true
	poor := startSim(t, o)
	other := startSim(t, generous())
	for _, spelling := range []graphsim.Fault{
		{Status: 403, Code: "Authentication_RequestFromUnsupportedTenant", Message: "The tenant does not have a Premium licence."},
		{Status: 400, Code: "NonPremiumTenant"},
	} {
		spelling.PathContains, spelling.Times = "/users", -1
		other.Fail(spelling)
		checkRefusal(t, simClient(t, other), spelling.Status, true)
		other.ClearFaults()
	}
	checkRefusal(t, simClient(t, denied), http.StatusForbidden, false)
	checkRefusal(t, simClient(t, poor), http.StatusForbidden, true)
	if err := simClient(t, poor).ProbeUsers(t.Context()); err != nil {
		t.Error(err)
	}
	if err := simClient(t, other).ProbeSignInActivity(t.Context()); err != nil {
		t.Error(err)
	}
}

func checkRefusal(t *testing.T, c *Client, status int, premium bool) {
	t.Helper()
	page, listErr := c.ListUsers(t.Context(), UserQuery{SignInActivity: true}, "")
	for _, err := range []error{listErr, c.ProbeSignInActivity(t.Context())} {
		var refused *Error
		if !errors.As(err, &refused) || refused.Status != status || errors.Is(err, ErrNoPremium) != premium || page.Items != nil {
			t.Errorf("got %v, want %d, for want of a licence: %v", err, status, premium)
		}
	}
}

func TestSignInActivity_ATimeMayBeMissing(t *testing.T) {
	at := time.Date(2025, 4, 5, 6, 7, 8, 0, time.UTC)
	for body, want := range map[string]SignInActivity{
		`{}`: {},
		`{"lastSignInDateTime":"","lastSuccessfulSignInDateTime":null}`: {},
		`{"lastSignInDateTime":"2025-04-05T06:07:08Z"}`:                 {LastInteractive: &at},
		`{"lastNonInteractiveSignInDateTime":"2025-04-05T06:07:08Z"}`:   {LastNonInteractive: &at},
		`{"lastSuccessfulSignInDateTime":"2025-04-05T06:07:08Z"}`:       {LastSuccessful: &at},
	} {
		var got SignInActivity
		if err := json.Unmarshal([]byte(body), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	for _, body := range []string{`{"lastSignInDateTime":"yesterday"}`, `{"lastSignInDateTime":7}`, `[]`} {
		var got SignInActivity
		if err := json.Unmarshal([]byte(body), &got); err == nil {
			t.Errorf("%s was read as %+v", body, got)
		}
	}
}
