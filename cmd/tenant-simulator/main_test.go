package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

func TestRun_WritesItsFilesAndEnds(t *testing.T) {
	dir := t.TempDir()
	env, census, traffic := filepath.Join(dir, "it's env"), filepath.Join(dir, "census.json"), filepath.Join(dir, "traffic.jsonl")
	r := begin(t, "--users", "30", "--groups", "5", "--memberships", "60", "--apps", "0", "--write-env", env,
		"--census", census, "--traffic", traffic, "--client-secret", "it's a secret")
	out, err := exec.Command("sh", "-c", `. "$0" && printf '%s|%s' "$BATON_ENTRA_CLIENT_SECRET" "$SSL_CERT_FILE"`, env).Output()
	if err != nil || string(out) != "it's a secret|"+env+".ca.pem" {
		t.Errorf("sourced: %v %s", err, out)
	}
	var whole map[string][]map[string]any
	b, err := os.ReadFile(census)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &whole); err != nil || len(whole["users"]) != 30 || len(whole["groups"]) != 5 || len(whole["servicePrincipals"]) != 0 {
		t.Errorf("census: %v, %d users", err, len(whole["users"]))
	}
	if pem, err := os.ReadFile(env + ".ca.pem"); err != nil || !bytes.HasPrefix(pem, []byte("-----BEGIN CERTIFICATE-----")) {
		t.Errorf("certificate: %v", err)
	}
	if _, err := os.Stat(traffic); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) != 0 {
		t.Errorf("left over: %v %v", left, err)
	}
	r.call(t, http.MethodPost, "/shutdown", "")
	if code := <-r.ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestRun_OpensMoreDoors: a proxy, an endpoint for managed identities and a certificate, all told in the
// variables or the state.
func TestRun_OpensMoreDoors(t *testing.T) {
	dir := t.TempDir()
	env, pem := filepath.Join(dir, "env"), filepath.Join(dir, "cert.pem")
	first := begin(t, "--write-env", filepath.Join(dir, "first")) // any certificate will do: that of another simulator
	first.call(t, http.MethodPost, "/shutdown", "")
	b, err := os.ReadFile(filepath.Join(dir, "first.ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pem, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r := begin(t, "--write-env", env, "--proxy", "127.0.0.1:0", "--cloud", "china", "--managed-identity", "--certificate", pem,
		"--client-secret-ends", "2030-01-31", "--premium=false", "--limits=false")
	text, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"HTTPS_PROXY='http://127.0.0.1:", "BATON_CLOUD='china'", "IDENTITY_ENDPOINT='http://127.0.0.1:", "IDENTITY_HEADER="} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if !strings.Contains(r.greeting, "Proxy     http://127.0.0.1:") || !strings.Contains(r.greeting, "Identity  http://127.0.0.1:") {
		t.Errorf("greeting %s", r.greeting)
	}
	_, census := r.call(t, http.MethodGet, "/census", "")
	for _, want := range []string{`"endDateTime":"2030-01-31T00:00:00Z"`, `CN=Simulated Entra tenant`} {
		if !bytes.Contains(census, []byte(want)) {
			t.Errorf("no %s in the census", want)
		}
	}
}

func TestDoor_StateFaultsAndHistory(t *testing.T) {
	r := begin(t)
	status, b := r.call(t, http.MethodGet, "/state", "")
	var state struct {
		Users, Groups, Memberships, AppRoleAssignments, Requests int
		GraphURL                                                 string
	}
	if err := json.Unmarshal(b, &state); err != nil || status != 200 || state.Users != 200 || state.Groups != 40 ||
		state.Memberships != 1000 || state.AppRoleAssignments != 300 || state.GraphURL == "" {
		t.Errorf("%v %d %s", err, status, b)
	}
	for body, want := range map[string]int{
		`{"pathContains":"/users","status":503,"retryAfter":"1"}`: 204, `{"kind":"drop","times":2}`: 204,
		`{"kind":"odd"}`: 400, `{"kind":"html","status":42}`: 400, `{"statuss":503}`: 400, `x`: 400, `{}`: 400,
	} {
		if status, b := r.call(t, http.MethodPost, "/faults", body); status != want {
			t.Errorf("POST /faults %s: %d %s", body, status, b)
		}
	}
	for _, path := range []string{"/faults", "/history", "/tokens"} {
		if status, _ := r.call(t, http.MethodDelete, path, ""); status != 204 {
			t.Errorf("DELETE %s: %d", path, status)
		}
	}
	if status, b := r.call(t, http.MethodGet, "/history", ""); status != 200 || b[0] != '[' {
		t.Errorf("history: %d %s", status, b)
	}
	if status, b := r.call(t, http.MethodGet, "/census", ""); status != 200 || !json.Valid(b) {
		t.Errorf("census: %d", status)
	}
	if status, _ := r.call(t, http.MethodGet, "/nothing", ""); status != 404 {
		t.Errorf("unknown path: %d", status)
	}
}

// TestRun_Logs: what was done can be read, and records of both logs can be added.
func TestRun_Logs(t *testing.T) {
	r := begin(t)
	for path, bodies := range map[string]map[string]int{
		"/audits":   {`{"activityDisplayName":"Add user","targetResources":[{"id":"x","type":"User"}]}`: 200, `{"activity":"x"}`: 400, `nonsense`: 400},
		"/sign-ins": {`{"userId":"x","appId":"y"}`: 200, `{"createdDateTime":"never"}`: 400, ``: 400},
	} {
		for body, want := range bodies {
			if status, b := r.call(t, http.MethodPost, path, body); status != want || want == 200 && !strings.Contains(string(b), `"id":"`) {
				t.Errorf("POST %s %s: %d %s", path, body, status, b)
			}
		}
	}
	if status, b := r.call(t, http.MethodGet, "/audits", ""); status != 200 || !strings.Contains(string(b), `"activity":"Add user"`) ||
		!strings.Contains(string(b), `"targets":[{"id":"x","type":"User"}]`) {
		t.Errorf("audits: %d %s", status, b)
	}
}

// TestRun_ForWriters: the flags of what is written, and where Exchange is and what was provisioned.
func TestRun_ForWriters(t *testing.T) {
	env := filepath.Join(t.TempDir(), "env")
	r := begin(t, "--write-env", env, "--directory-roles", "Helpdesk Administrator, Exchange Administrator", "--exchange-delay", "1m",
		"--method-lag", "1s", "--audit-lag", "1s", "--replication-delay", "1s", "--write-hold", "1ms")
	var state struct{ ExchangeURL string }
	_, b := r.call(t, http.MethodGet, "/state", "")
	if err := json.Unmarshal(b, &state); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(env)
	if err != nil || !strings.Contains(string(text), "BATON_EXCHANGE_URL='"+state.ExchangeURL+"'") || state.ExchangeURL == "" {
		t.Errorf("%v, %q, %s", err, state.ExchangeURL, text)
	}
	if code, b := r.call(t, http.MethodGet, "/provisioned", ""); code != http.StatusOK || string(b) != "[]" {
		t.Errorf("%d %s", code, b)
	}
}

func TestRun_BadFlagsAreOneSentence(t *testing.T) {
	for _, args := range [][]string{
		{"--nope"}, {"--users", "many"}, {"--users", "-1"}, {"extra"}, {"--faults", "429=x"}, {"--throttle", "huge"},
		{"--page-size", "5000"}, {"--listen", "0.0.0.0:0"}, {"--manage", ":0"}, {"--token-lifetime", "0s"}, {"--latency", "-1s"},
		{"--cloud", "moon"}, {"--proxy", "0.0.0.0:0"}, {"--certificate", "README.md"}, {"--certificate", "no such file"},
		{"--federation-issuer", "x"}, {"--client-secret-ends", "soon"}, {"--count-lag", "-1"},
		{"--conductorone-listen", "0.0.0.0:0"}, {"--directory-roles", "Helpdesk Administrator, King"}, {"--exchange-delay", "-1s"}, {"--method-lag", "-1s"}, {"--audit-lag", "-1s"},
		{"--expand-page-size", "1000"}, {"--delta-links", "-1"}, {"--delta-status", "200"},
		{"--ranges-status", "200"}, {"--ranges-status", "400", "--ranges-ignored"}, {"--users-without-sid", "-1"},
	} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), args, &out, &errs); code != 2 || strings.Count(errs.String(), "\n") != 1 || out.Len() != 0 {
			t.Errorf("%v: exit %d\n%s%s", args, code, out.String(), errs.String())
		}
	}
}

func TestRun_HelpListsEveryFlag(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"--help"}, &out, &errs); code != 0 || errs.Len() != 0 {
		t.Fatalf("exit %d, %s", code, errs.String())
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(out.String(), -1) {
		if !bytes.Contains(readme, []byte("`--"+m[1])) {
			t.Errorf("the README does not know --%s", m[1])
		}
	}
}

func TestRun_UnwritableFile(t *testing.T) {
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"--census", filepath.Join(t.TempDir(), "no", "such", "folder")}, &out, &errs)
	if code != 1 || strings.Count(errs.String(), "\n") != 1 {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}

func TestMain_SignalsEndItWithZero(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), "TENANT_SIMULATOR_MAIN=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		untilReady(t, out)
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v", sig, err)
		}
	}
}
