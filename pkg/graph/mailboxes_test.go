package graph

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func mailboxesOf(census *graphsim.Census) (ids []string, purposes map[string]string) {
	purposes = map[string]string{}
	for _, u := range census.Users {
		ids = append(ids, u.ID())
		purposes[u.ID()] = u.MailboxPurpose
	}
	return ids, purposes
}

func TestListMailboxPurposes_EqualsTheCensus(t *testing.T) {
	o := generous()
	o.Users = 205
	sim := startSim(t, o)
	c := simClient(t, sim)
	ids, want := mailboxesOf(sim.Census())
	got, err := c.ListMailboxPurposes(t.Context(), ids)
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%d mailboxes, %v, want %d", len(got), err, len(want))
	}
	kinds := map[string]int{}
	for _, purpose := range got {
		kinds[purpose]++
	}
	if len(kinds) != 7 {
		t.Errorf("not every kind was seen: %v", kinds)
	}
	if sent := graphRequests(sim); len(sent) != 11 || sent[0].Path != "/v1.0/$batch" {
		t.Errorf("%d requests for 205 users, want 11", len(sent))
	}
	if got, err := c.ListMailboxPurposes(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("for nobody: %v, %v", got, err)
	}
	if err := c.ProbeMailboxes(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestListMailboxPurposes_KeepsWhatWasReadBesideWhatWasThrottled(t *testing.T) {
	o := generous()
	o.Users = 100
	sim := startSim(t, o)
	c := simClient(t, sim)
	ids, want := mailboxesOf(sim.Census())
	for i, wait := range []string{"2", "30", "1"} {
		sim.Fail(graphsim.Fault{PathContains: ids[20*i] + "/mailboxSettings", Status: 429, RetryAfter: wait})
	}
	sim.Fail(graphsim.Fault{PathContains: ids[99] + "/mailboxSettings", Status: 503})
	got, err := c.ListMailboxPurposes(t.Context(), ids)
	var refused *Error
	if !errors.As(err, &refused) || refused.Status != http.StatusTooManyRequests || !strings.Contains(err.Error(), ids[20]) {
		t.Fatalf("got %v, want the 429 with the longest wait", err)
	}
	if wait := time.Until(refused.RetryAt()); wait < 25*time.Second || wait > 30*time.Second {
		t.Errorf("it may be asked again in %v, want 30 s", wait)
	}
	var rest []string
	for _, id := range ids {
		if _, has := got[id]; !has {
			rest = append(rest, id)
		}
	}
	if len(rest) != 4 {
		t.Errorf("%d users are left, want 4", len(rest))
	}
	again, err := c.ListMailboxPurposes(t.Context(), rest)
	maps.Copy(got, again)
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%d mailboxes, %v, want %d", len(got), err, len(want))
	}
}

func TestListMailboxPurposes_FailsForWhatStays(t *testing.T) {
	o := generous()
	o.Users = 100
	sim := startSim(t, o)
	ids, _ := mailboxesOf(sim.Census())
	user := ids[50] + "/mailboxSettings"
	for name, test := range map[string]struct {
		faults []graphsim.Fault
		status int
	}{
		"refused":               {[]graphsim.Fault{{Status: 403, PathContains: user, Code: "ErrorAccessDenied"}}, 403},
		"refused and throttled": {[]graphsim.Fault{{Status: 403, PathContains: user}, {Status: 429, PathContains: "/mailboxSettings", Times: 30, RetryAfter: "9"}}, 403},
		"expired for good":      {[]graphsim.Fault{{Status: 401, PathContains: user, Times: 2}}, 401},
		"the whole batch":       {[]graphsim.Fault{{Status: 403, PathContains: "$batch", Times: -1}}, 403},
		"the whole is dropped":  {[]graphsim.Fault{{Kind: graphsim.Drop, PathContains: "$batch", Times: -1}}, 0},
		"no JSON":               {[]graphsim.Fault{{Kind: graphsim.BadJSON, PathContains: "$batch", Times: -1}}, 0},
	} {
		for _, f := range test.faults {
			sim.Fail(f)
		}
		got, err := simClient(t, sim).ListMailboxPurposes(t.Context(), ids)
		if _, has := got[ids[50]]; err == nil || statusOf(err) != test.status || has {
			t.Errorf("%s: %v, want the status %d", name, err, test.status)
		}
		sim.ClearFaults()
	}
}

func TestListMailboxPurposes_RidesOutWhatPasses(t *testing.T) {
	o := generous()
	o.Users = 100
	sim := startSim(t, o)
	c := simClient(t, sim)
	ids, want := mailboxesOf(sim.Census())
	for _, f := range []graphsim.Fault{
		{Status: 401, PathContains: "/mailboxSettings", Times: 3},
		{Kind: graphsim.ExpireTokens, PathContains: ids[7] + "/mailboxSettings"},
		{Kind: graphsim.Drop, PathContains: "$batch"}, {Kind: graphsim.Cut, PathContains: "$batch"},
		{Status: 503, PathContains: "$batch"}, {Status: 429, PathContains: "$batch", RetryAfter: "3"},
	} {
		sim.Fail(f)
		got, err := c.ListMailboxPurposes(t.Context(), ids)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%+v: %d mailboxes, %v", f, len(got), err)
		}
		sim.ClearFaults()
	}
}

func TestListMailboxPurposes_TakesA404OfGraphAloneForNoMailbox(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"1","status":200,"body":{"@odata.context":"x","userPurpose":"room"}}`:                        "room",
		`{"id":"1","status":200,"body":{"userPurpose":"somethingNew"}}`:                                     "somethingNew",
		`{"id":"1","status":200,"body":{"userPurpose":null}}`:                                               "",
		`{"id":"1","status":404,"body":{"error":{"code":"MailboxNotEnabledForRESTAPI","message":"none"}}}`:  "",
		`{"id":"1","status":404,"body":{"error":{"code":"ErrorNonExistentMailbox","message":"none"}}}`:      "",
		`{"id":"1","status":404,"body":{"error":{"code":"Request_ResourceNotFound","message":"deleted"}}}`:  "",
		`{"id":"1","status":404,"body":"PGh0bWw+"}`:                                                         "error",
		`{"id":"1","status":200,"body":{}}`:                                                                 "error",
		`{"id":"1","status":200}`:                                                                           "error",
		`{"id":"1","status":200,"body":{"userPurpose":7}}`:                                                  "error",
		`{"id":"1","status":403,"body":{"error":{"code":"ErrorNonExistentMailbox","message":"no access"}}}`: "error",
	} {
		server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"responses":[` + body + `]}`)) })
		got, err := server.client(t).ListMailboxPurposes(t.Context(), []string{"u1"})
		purpose, has := got["u1"]
		if want == "error" {
			if err == nil || has || !strings.Contains(err.Error(), "u1") {
				t.Errorf("%s: %q, %v", body, purpose, err)
			}
		} else if err != nil || !has || purpose != want {
			t.Errorf("%s: %q, %v, want %q", body, purpose, err, want)
		}
	}
}

func TestProbeMailboxes_NeedsItsPermission(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	err := simClient(t, sim).ProbeMailboxes(t.Context())
	if statusOf(err) != http.StatusForbidden {
		t.Errorf("got %v", err)
	}
}
