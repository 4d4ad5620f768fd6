package graph

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// simClock is the clock of a simulated tenant, moved by hand. azidentity keeps its own time, so a jump
// here is a token that the service takes for expired and the client for good.
type simClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *simClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *simClock) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// tokenRequests counts the tokens that were asked for.
func tokenRequests(sim *graphsim.Server) int {
	n := 0
	for _, r := range sim.History() {
		if strings.HasSuffix(r.Path, "/oauth2/v2.0/token") {
			n++
		}
	}
	return n
}

func TestTokens_AreKeptWhileTheyWork(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	for range 5 {
		if err := c.ProbeUsers(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := tokenRequests(sim); n != 1 {
		t.Errorf("%d tokens for five requests", n)
	}
}

func TestTokens_AReallyNewOneComesAfterTheServiceRefusedTheOld(t *testing.T) {
	clock := &simClock{now: time.Now()}
	sim := startSim(t, graphsim.Options{Seed: 7, TokenLifetime: time.Hour, Now: clock.Now})
	c := simClient(t, sim)
	if err := c.ProbeUsers(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		clock.jump(2 * time.Hour)
		if err := c.ProbeUsers(t.Context()); err != nil {
			t.Fatalf("after jump %d: %v", i+1, err)
		}
		if n := tokenRequests(sim); n != i+2 {
			t.Errorf("%d tokens after jump %d", n, i+1)
		}
	}
}

func TestTokens_WorkersRenewTogether(t *testing.T) {
	clock := &simClock{now: time.Now()}
	sim := startSim(t, graphsim.Options{Seed: 7, TokenLifetime: time.Hour, Now: clock.Now})
	c := simClient(t, sim)
	if err := c.ProbeUsers(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.jump(2 * time.Hour)
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			if err := c.ProbeUsers(t.Context()); err != nil {
				t.Errorf("a worker failed: %v", err)
			}
		})
	}
	workers.Wait()
	if n := tokenRequests(sim); n != 2 {
		t.Errorf("%d tokens in all, want the first and one renewal", n)
	}
}

func TestTokens_ClaimsGoPastTheCache(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	tokens := simTokens(sim)
	first, err := tokens.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := tokens.Renew(t.Context(), first, `{"access_token":{"nbf":{"essential":true,"value":"1772366400"}}}`)
	if err != nil || second == first {
		t.Fatalf("the same token came back: %v", err)
	}
	if third, err := tokens.Token(t.Context()); err != nil || third != second {
		t.Errorf("the renewed token is not kept: %v", err)
	}
	if n := tokenRequests(sim); n != 2 {
		t.Errorf("%d tokens were asked for", n)
	}
}

func TestTokens_RenewGivesWhatAnotherHasRenewed(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	tokens := simTokens(sim)
	current, err := tokens.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tokens.Renew(t.Context(), "an older one", ""); err != nil || got != current || tokenRequests(sim) != 1 {
		t.Errorf("a new token was asked for: %v", err)
	}
}

// TestTokens_WrongSettingsAtTheSimulatedTenant goes the whole way, from a reader to the sentence.
func TestTokens_WrongSettingsAtTheSimulatedTenant(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	o := sim.Options()
	good := SignIn{Authority: sim.URL(), Scope: publicScope, TenantID: o.TenantID, ClientID: o.ClientID, HTTP: sim.Client()}
	wrongTenant, wrongClient, wrongScope := good, good, good
	wrongTenant.TenantID = testTenant
	wrongClient.ClientID = testClient
	wrongScope.Scope = "https://example.com/.default"
	for name, c := range map[string]struct {
		signIn       SignIn
		secret, code string
	}{
		"secret": {good, testSecret, "7000215"},
		"tenant": {wrongTenant, o.ClientSecret, "90002"},
		"client": {wrongClient, o.ClientSecret, "700016"},
		"scope":  {wrongScope, o.ClientSecret, "70011"},
	} {
		t.Run(name, func(t *testing.T) {
			sim.ResetHistory()
			client := newClient(t, sim.URL(), sim.Client().Transport, NewClientSecretTokens(c.signIn, c.secret))
			_, err := client.ListUsers(t.Context(), UserQuery{}, "")
			var refused *SignInError
			if !errors.As(err, &refused) || refused.Code != c.code || !refused.Final() || refused.HTTPStatus() != http.StatusUnauthorized {
				t.Fatalf("got %v, want AADSTS%s", err, c.code)
			}
			for _, bad := range []string{"\n", testSecret, o.ClientSecret} {
				if strings.Contains(err.Error(), bad) {
					t.Errorf("%q is in the text: %v", bad, err)
				}
			}
			if n := tokenRequests(sim); n > 1 || len(graphRequests(sim)) != 0 {
				t.Errorf("%d sign-ins and %d requests for one decided refusal", n, len(graphRequests(sim)))
			}
		})
	}
}

func TestTokens_PassingFaultsOfSignInAreWaitedOut(t *testing.T) {
	for _, f := range []graphsim.Fault{{Status: 503}, {Status: 429}, {Kind: graphsim.Drop}, {Kind: graphsim.Cut}} {
		for _, path := range []string{"/oauth2/", "/v2.0/.well-known"} {
			sim := startSim(t, graphsim.Options{Seed: 7})
			f.PathContains, f.Times = path, 2
			sim.Fail(f)
			if err := simClient(t, sim).ProbeUsers(t.Context()); err != nil {
				t.Errorf("%+v: %v", f, err)
			}
		}
	}
}
