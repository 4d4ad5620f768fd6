package main_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestLog_HoldsNoSecretsAndNoPeople(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []graphsim.Fault
		args   []string
		env    map[string]string
		code   int
	}{
		{name: "a sync"},
		{name: "the secret is an argument", args: []string{"--entra-client-secret", servicekit.Canary}},
		{name: "the log is for a terminal", args: []string{"--log-format", "console"}},
		{name: "another secret", env: map[string]string{"BATON_ENTRA_CLIENT_SECRET": servicekit.Canary + "-another"}, code: 16},
		{name: "a token is refused", faults: []graphsim.Fault{{PathContains: "/groups", Status: 401}}},
		{name: "a request is refused", faults: []graphsim.Fault{{PathContains: "/roleAssignments", Status: 400, Times: -1}}, code: 3},
		{name: "an answer makes no sense", faults: []graphsim.Fault{{PathContains: "/users", Kind: graphsim.BadJSON, Skip: 1}}, code: 13},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			options := smallTenant()
			options.ClientSecret = servicekit.Canary
			sim := startTenant(t, options)
			for _, f := range c.faults {
				sim.Fail(f)
			}
			s := stageOf(t, sim).With(c.env)
			e := s.Run(append(c.args, "--log-level", "debug")...).WantExit(c.code)
			if !strings.Contains(e.Stderr, "graph request") && c.code != 16 {
				t.Error("nothing was logged")
			}
			servicekit.WantNoSecrets(t, e.Stdout+e.Stderr, account{sim})
		})
	}
}

func TestLog_InAFileHoldsNoSecretsAndNoPeople(t *testing.T) {
	t.Parallel()
	options := smallTenant()
	options.ClientSecret = servicekit.Canary
	sim := startTenant(t, options)
	s := stageOf(t, sim)
	s.Run("--log-level", "debug", "--log-path", s.Path("log")).WantExit(0)
	servicekit.WantNoSecrets(t, string(s.Read("log")), account{sim})
}

func TestBearer_MatchesTheTokensOfTheTenant(t *testing.T) {
	sim := startTenant(t, smallTenant())
	o := sim.Options()
	answer, err := sim.Client().PostForm(sim.URL()+"/"+o.TenantID+"/oauth2/v2.0/token", url.Values{"grant_type": {"client_credentials"},
		"client_id": {o.ClientID}, "client_secret": {o.ClientSecret}, "scope": {"https://graph.microsoft.com/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var body struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil || body.Token == "" {
		t.Fatalf("no token: %d, %v", answer.StatusCode, err)
	}
	if servicekit.Bearer().FindString(body.Token) == "" {
		t.Errorf("%q is not taken for a token", body.Token)
	}
}
