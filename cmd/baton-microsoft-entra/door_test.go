package main_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
)

// setting is one of the three that the connector cannot do without.
type setting struct{ flag, variable string }

func settings() []setting {
	return []setting{
		{"--entra-tenant-id", "BATON_ENTRA_TENANT_ID"},
		{"--entra-client-id", "BATON_ENTRA_CLIENT_ID"},
		{"--entra-client-secret", "BATON_ENTRA_CLIENT_SECRET"},
	}
}

// sources are the three ways to give settings: each puts them on the stage, or returns them as arguments.
func sources() map[string]func(s *servicekit.Stage, values map[setting]string) []string {
	return map[string]func(*servicekit.Stage, map[setting]string) []string{
		"flags": func(_ *servicekit.Stage, values map[setting]string) (args []string) {
			for name, value := range values {
				args = append(args, name.flag, value)
			}
			return args
		},
		"variables": func(s *servicekit.Stage, values map[setting]string) []string {
			for name, value := range values {
				s.Env[name.variable] = value
			}
			return nil
		},
		"a file": func(s *servicekit.Stage, values map[setting]string) []string {
			var lines strings.Builder
			for name, value := range values {
				fmt.Fprintf(&lines, "%s: %q\n", strings.TrimPrefix(name.flag, "--"), value)
			}
			s.Write(".baton.yaml", []byte(lines.String()))
			return nil
		},
	}
}

func TestStart_WithNothingItSaysWhatItNeeds(t *testing.T) {
	s := servicekit.NewStage(t)
	e := s.Run().WantExit(3)
	for _, needed := range settings() {
		e.WantSentence(needed.flag, needed.variable)
	}
	if strings.Count(e.Stderr, "\n") != 1 || e.Stdout != "" {
		t.Errorf("it says more than a sentence: %q %q", e.Stdout, e.Stderr)
	}
	s.WantOnly()
}

func TestStart_NamesTheOneSettingThatIsMissing(t *testing.T) {
	for source, give := range sources() {
		for _, missing := range settings() {
			t.Run(missing.flag+" from "+source, func(t *testing.T) {
				t.Parallel()
				s := servicekit.NewStage(t)
				values := map[setting]string{}
				for _, given := range settings() {
					values[given] = "11111111-2222-4333-8444-555555555555"
				}
				delete(values, missing)
				e := s.Run(give(s, values)...).WantExit(3).WantSentence(missing.flag, missing.variable, " must be given")
				for given := range values {
					if strings.Contains(e.Stderr, given.flag) {
						t.Errorf("%s is given and named: %s", given.flag, e.Stderr)
					}
				}
				s.WantOnly(slices.DeleteFunc(s.List(s.Dir), func(name string) bool { return name != ".baton.yaml" })...)
			})
		}
	}
}

func TestStart_TakesItsSettingsFromFlagsVariablesAndAFile(t *testing.T) {
	sim := startTenant(t, smallTenant())
	for source, give := range sources() {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			s := stageOf(t, sim)
			values := map[setting]string{}
			for _, needed := range settings() {
				values[needed] = s.Env[needed.variable]
				delete(s.Env, needed.variable)
			}
			args := append(give(s, values), "--sync-resource-types", "role", "--skip-entitlements-and-grants")
			s.Run(args...).WantExit(0)
			s.Read("sync.c1z")
		})
	}
}

func TestStart_RefusesAnAddressThatIsNone(t *testing.T) {
	host := silentHost(t)
	for _, c := range []struct{ flag, value, says string }{
		{"--base-url", "http://" + host, "only https"},
		{"--base-url", "https://" + host + "/v1.0", "https://host:port"},
		{"--base-url", "https://" + host + "?x=1", "https://host:port"},
		{"--base-url", "https://user@" + host, "https://host:port"},
		{"--base-url", host, "https://"},
		{"--graph-domain", "https://" + host, "graph.microsoft.com"},
		{"--graph-domain", "a domain", "graph.microsoft.com"},
		{"--authority-host", "ftp://" + host, "only https"},
		{"--authority-host", "https://" + host + "/common", "https://host:port"},
		{"--entra-tenant-id", "../common", "GUID"},
	} {
		t.Run(c.flag+" "+strings.ReplaceAll(c.value, host, "HOST"), func(t *testing.T) {
			t.Parallel()
			s := servicekit.NewStage(t).With(map[string]string{
				"BATON_ENTRA_TENANT_ID": "contoso.onmicrosoft.com", "BATON_ENTRA_CLIENT_ID": "x", "BATON_ENTRA_CLIENT_SECRET": "canary",
				"BATON_BASE_URL": "https://" + host, "BATON_AUTHORITY_HOST": "https://" + host})
			e := s.Run(c.flag, c.value).WantExit(3).WantSentence(c.flag, c.says)
			if strings.Contains(e.Stderr, "canary") {
				t.Errorf("the secret is told: %s", e.Stderr)
			}
			s.WantOnly()
		})
	}
}

// silentHost is an address at which any caller fails the test.
func silentHost(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { _ = listener.Close(); <-ended })
	go func() {
		defer close(ended)
		if conn, err := listener.Accept(); err == nil {
			_ = conn.Close()
			t.Error("a connection was opened")
		}
	}()
	return listener.Addr().String()
}

func TestStart_RefusesAFlagThatItDoesNotKnow(t *testing.T) {
	s := servicekit.NewStage(t)
	if e := s.Run("--entra-tennant-id", "x").WantSentence("--entra-tennant-id"); e.Code == 0 {
		t.Error("exit code 0")
	}
	s.WantOnly()
}

func TestStart_RefusesAResourceTypeThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	if e := s.Run("--sync-resource-types", "user,device").WantSentence("device"); e.Code == 0 {
		t.Error("exit code 0")
	}
	s.WantOnly()
}

func TestVersion_IsTheLinkers(t *testing.T) {
	s := servicekit.NewStage(t)
	if e := s.Run("--version").WantExit(0); e.Stdout != servicekit.Name()+" version "+servicekit.Version+"\n" {
		t.Errorf("it prints %q", e.Stdout)
	}
	s.WantOnly()
}

func TestSubcommands_NeedNoSettings(t *testing.T) {
	s := servicekit.NewStage(t)
	for _, args := range [][]string{{"config"}, {"capabilities"}, {"help"}, {"completion", "bash"}} {
		if e := s.Run(args...).WantExit(0); e.Stdout == "" || len(e.Sentences()) > 0 {
			t.Errorf("%q: it says %q and %q", args, e.Stdout, e.Stderr)
		}
	}
	s.WantOnly()
}

// E17: provisioning works only where it is switched on.
func TestE17_ProvisioningWorksOnlyWhenSwitchedOn(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	s.Run().WantExit(0)
	before := s.Read("sync.c1z")
	census := sim.Census()
	group, user := "group:"+census.Groups[0].ID()+":members", census.Users[0].ID()
	for _, job := range [][]string{
		{"--grant-entitlement", group, "--grant-principal", user, "--grant-principal-type", "user"},
		{"--revoke-grant", group + ":user:" + user},
		{"--create-account-login", "noor.new@contoso.com"},
		{"--create-account-profile", `{"userPrincipalName":"noor.new@contoso.com"}`},
		{"--delete-resource", user, "--delete-resource-type", "user"},
		{"--rotate-credentials", user, "--rotate-credentials-type", "user"},
	} {
		s.Run(job...).WantExit(9).WantSentence(job[0], "--provisioning")
	}
	s.WantFile("sync.c1z", before)
	for _, r := range sim.History() {
		if r.Method != "GET" && !strings.HasSuffix(r.Path, "/token") {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}
