package graph

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// counter is one count of the client.
type counter struct {
	name, path, filter string
	count              func(*Client, context.Context) (int64, error)
	want               func(*graphsim.Census) int
}

func counters() []counter {
	kinds := func(wanted ...string) func(*graphsim.Census) int {
		return func(c *graphsim.Census) (n int) {
			for _, s := range c.ServicePrincipals {
				for _, kind := range wanted {
					if s.Text("servicePrincipalType") == kind {
						n++
					}
				}
			}
			return n
		}
	}
	return []counter{
		{"CountUsers", "/users/$count", "", (*Client).CountUsers, func(c *graphsim.Census) int { return len(c.Users) }},
		{"CountGroups", "/groups/$count", "", (*Client).CountGroups, func(c *graphsim.Census) int { return len(c.Groups) }},
		{"CountApplications", "/servicePrincipals/$count", apps, (*Client).CountApplications, kinds(KindApplication, KindLegacy)},
		{"CountManagedIdentities", "/servicePrincipals/$count", "servicePrincipalType eq 'ManagedIdentity'",
			(*Client).CountManagedIdentities, kinds(KindManagedIdentity)},
		{"CountServicePrincipals", "/servicePrincipals/$count", "", (*Client).CountServicePrincipals,
			func(c *graphsim.Census) int { return len(c.ServicePrincipals) }},
		{"CountAppRegistrations", "/applications/$count", "", (*Client).CountAppRegistrations,
			func(c *graphsim.Census) int { return len(c.Applications) }},
	}
}

func TestCounts_AreTheTenants(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	for _, count := range counters() {
		sim.ResetHistory()
		got, err := count.count(c, t.Context())
		if want := count.want(sim.Census()); err != nil || got != int64(want) || want == 0 {
			t.Errorf("%s: %d, %v, want %d", count.name, got, err, want)
		}
		sent := graphRequests(sim)
		if len(sent) != 1 || sent[0].Path != "/v1.0"+count.path || sent[0].Header.Get("ConsistencyLevel") != "eventual" ||
			queryOf(t, sent[0]).Get("$filter") != count.filter {
			t.Errorf("%s: sent %+v", count.name, sent)
		}
	}
}

func TestCounts_FailWithoutANumber(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	for _, count := range counters() {
		for _, f := range failures() {
			if f.fault.Kind == graphsim.NullElement || f.fault.Kind == graphsim.ForeignNextLink {
				continue // a number has neither
			}
			fault := f.fault
			fault.PathContains, fault.Times = "/v1.0/", -1
			sim.Fail(fault)
			sim.ResetHistory()
			n, err := count.count(simClient(t, sim), t.Context())
			var answered *Error
			if err == nil || n != 0 || errors.As(err, &answered) != (f.status != 0) {
				t.Errorf("%s, %s: %d, %v", count.name, f.name, n, err)
			}
			if tries := len(graphRequests(sim)); tries != f.tries {
				t.Errorf("%s, %s: sent %d times, want %d", count.name, f.name, tries, f.tries)
			}
			sim.ClearFaults()
		}
	}
}

func TestCount_TakesNumbersAlone(t *testing.T) {
	var body string
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	c := server.client(t)
	for text, want := range map[string]int64{"7": 7, "0": 0, "\xef\xbb\xbf42": 42, " 5\r\n": 5} {
		body = text
		if n, err := c.CountUsers(t.Context()); err != nil || n != want {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "-1", "1.5", "many", `{"value":3}`, "99999999999999999999"} {
		body = text
		if n, err := c.CountUsers(t.Context()); err == nil || n != 0 {
			t.Errorf("%q: %d", text, n)
		}
	}
}

func TestNotCounted_IsWhatTheServiceDoesNotSupport(t *testing.T) {
	for status, want := range map[int]bool{400: true, 501: true, 401: false, 403: false, 404: false, 429: false, 500: false} {
		if NotCounted(&Error{Status: status}) != want {
			t.Errorf("%d: %t", status, !want)
		}
	}
	if NotCounted(nil) || NotCounted(errors.New("x")) {
		t.Error("no answer is taken for one")
	}
}
