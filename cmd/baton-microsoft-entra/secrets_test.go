package main_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const canary = "canary~8Q.never-in-a-log_42"

// bearer is what a token looks like: three parts of base64.
var bearer = regexp.MustCompile(`[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}`)

func TestLog_HoldsNoSecretsAndNoPeople(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []graphsim.Fault
		args   []string
		env    map[string]string
		code   int
	}{
		{name: "a sync"},
		{name: "the secret is an argument", args: []string{"--entra-client-secret", canary}},
		{name: "the log is for a terminal", args: []string{"--log-format", "console"}},
		{name: "another secret", env: map[string]string{"BATON_ENTRA_CLIENT_SECRET": canary + "-another"}, code: 16},
		{name: "a token is refused", faults: []graphsim.Fault{{PathContains: "/groups", Status: 401}}},
		{name: "a request is refused", faults: []graphsim.Fault{{PathContains: "/roleAssignments", Status: 400, Times: -1}}, code: 3},
		{name: "an answer makes no sense", faults: []graphsim.Fault{{PathContains: "/users", Kind: graphsim.BadJSON, Skip: 1}}, code: 13},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			options := smallTenant()
			options.ClientSecret = canary
			sim := startTenant(t, options)
			for _, f := range c.faults {
				sim.Fail(f)
			}
			s := stageOf(t, sim).with(c.env)
			e := s.run(append(c.args, "--log-level", "debug")...).wantExit(c.code)
			if !strings.Contains(e.stderr, "graph request") && c.code != 16 {
				t.Error("nothing was logged")
			}
			wantNoSecrets(t, e.stdout+e.stderr, sim)
		})
	}
}

func TestLog_InAFileHoldsNoSecretsAndNoPeople(t *testing.T) {
	t.Parallel()
	options := smallTenant()
	options.ClientSecret = canary
	sim := startTenant(t, options)
	s := stageOf(t, sim)
	s.run("--log-level", "debug", "--log-path", s.path("log")).wantExit(0)
	wantNoSecrets(t, string(s.read("log")), sim)
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
	if bearer.FindString(body.Token) == "" {
		t.Errorf("%q is not taken for a token", body.Token)
	}
}

func wantNoSecrets(t *testing.T, log string, sim *graphsim.Server) {
	t.Helper()
	log = strings.ReplaceAll(log, "Authorization_RequestDenied", "") // a code of Graph's, and not the header
	for _, secret := range append(people(sim), canary, "Authorization", "Bearer", "client_secret", "client_assertion", `"value":[`) {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("the log holds %q: …%s…", secret, log[max(0, i-200):min(len(log), i+200)])
		}
	}
	if token := bearer.FindString(log); token != "" {
		t.Errorf("the log holds what looks like a token: %.60s…", token)
	}
}

// people are the names and addresses of all users.
func people(sim *graphsim.Server) []string {
	var all []string
	for _, u := range sim.Census().Users {
		for _, property := range []string{"displayName", "mail", "userPrincipalName"} {
			if text := u.Text(property); text != "" {
				all = append(all, text)
			}
		}
	}
	return all
}
