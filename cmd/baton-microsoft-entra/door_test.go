package main_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
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
func sources() map[string]func(s *stage, values map[setting]string) []string {
	return map[string]func(*stage, map[setting]string) []string{
		"flags": func(_ *stage, values map[setting]string) (args []string) {
			for name, value := range values {
				args = append(args, name.flag, value)
			}
			return args
		},
		"variables": func(s *stage, values map[setting]string) []string {
			for name, value := range values {
				s.env[name.variable] = value
			}
			return nil
		},
		"a file": func(s *stage, values map[setting]string) []string {
			var lines strings.Builder
			for name, value := range values {
				fmt.Fprintf(&lines, "%s: %q\n", strings.TrimPrefix(name.flag, "--"), value)
			}
			s.write(".baton.yaml", []byte(lines.String()))
			return nil
		},
	}
}

func TestStart_WithNothingItSaysWhatItNeeds(t *testing.T) {
	s := newStage(t)
	e := s.run().wantExit(3)
	for _, needed := range settings() {
		e.wantSentence(needed.flag, needed.variable)
	}
	if strings.Count(e.stderr, "\n") != 1 || e.stdout != "" {
		t.Errorf("it says more than a sentence: %q %q", e.stdout, e.stderr)
	}
	s.wantOnly()
}

func TestStart_NamesTheOneSettingThatIsMissing(t *testing.T) {
	for source, give := range sources() {
		for _, missing := range settings() {
			t.Run(missing.flag+" from "+source, func(t *testing.T) {
				t.Parallel()
				s := newStage(t)
				values := map[setting]string{}
				for _, given := range settings() {
					values[given] = "11111111-2222-4333-8444-555555555555"
				}
				delete(values, missing)
				e := s.run(give(s, values)...).wantExit(3).wantSentence(missing.flag, missing.variable, " must be given")
				for given := range values {
					if strings.Contains(e.stderr, given.flag) {
						t.Errorf("%s is given and named: %s", given.flag, e.stderr)
					}
				}
				s.wantOnly(slices.DeleteFunc(s.list(s.dir), func(name string) bool { return name != ".baton.yaml" })...)
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
				values[needed] = s.env[needed.variable]
				delete(s.env, needed.variable)
			}
			args := append(give(s, values), "--sync-resource-types", "role", "--skip-entitlements-and-grants")
			s.run(args...).wantExit(0)
			s.read("sync.c1z")
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
			s := newStage(t).with(map[string]string{
				"BATON_ENTRA_TENANT_ID": "contoso.onmicrosoft.com", "BATON_ENTRA_CLIENT_ID": "x", "BATON_ENTRA_CLIENT_SECRET": "canary",
				"BATON_BASE_URL": "https://" + host, "BATON_AUTHORITY_HOST": "https://" + host})
			e := s.run(c.flag, c.value).wantExit(3).wantSentence(c.flag, c.says)
			if strings.Contains(e.stderr, "canary") {
				t.Errorf("the secret is told: %s", e.stderr)
			}
			s.wantOnly()
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
	s := newStage(t)
	if e := s.run("--entra-tennant-id", "x").wantSentence("--entra-tennant-id"); e.code == 0 {
		t.Error("exit code 0")
	}
	s.wantOnly()
}

func TestStart_RefusesAResourceTypeThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	if e := s.run("--sync-resource-types", "user,device").wantSentence("device"); e.code == 0 {
		t.Error("exit code 0")
	}
	s.wantOnly()
}

func TestVersion_IsTheLinkers(t *testing.T) {
	s := newStage(t)
	if e := s.run("--version").wantExit(0); e.stdout != programName+" version "+programVersion+"\n" {
		t.Errorf("it prints %q", e.stdout)
	}
	s.wantOnly()
}

func TestSubcommands_NeedNoSettings(t *testing.T) {
	s := newStage(t)
	for _, args := range [][]string{{"config"}, {"capabilities"}, {"help"}, {"completion", "bash"}} {
		if e := s.run(args...).wantExit(0); e.stdout == "" || len(e.sentences()) > 0 {
			t.Errorf("%q: it says %q and %q", args, e.stdout, e.stderr)
		}
	}
	s.wantOnly()
}

// E17: provisioning works only where it is switched on.
func TestE17_ProvisioningWorksOnlyWhenSwitchedOn(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	s.run().wantExit(0)
	before := s.read("sync.c1z")
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
		s.run(job...).wantExit(9).wantSentence(job[0], "--provisioning")
	}
	s.wantFile("sync.c1z", before)
	for _, r := range sim.History() {
		if r.Method != "GET" && !strings.HasSuffix(r.Path, "/token") {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}
