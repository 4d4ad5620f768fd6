package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOneLogin_WritesItsFilesAndEnds: what the files say of a small account is so, and the variables lead to it.
func TestOneLogin_WritesItsFilesAndEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env, census, traffic := filepath.Join(dir, "env"), filepath.Join(dir, "census.json"), filepath.Join(dir, "traffic.jsonl")
	r := begin(t, "--onelogin", "--users", "30", "--roles", "5", "--apps", "4", "--groups", "0", "--privileges", "2", "--scope", "Read Users",
		"--client-secret", "canary", "--write-env", env, "--census", census, "--traffic", traffic)
	for _, want := range []string{"30 users, 5 roles, 4 apps, 0 groups, 2 privileges; the credential's scope is Read Users", "&& baton-onelogin\n"} {
		if !strings.Contains(r.greeting, want) {
			t.Errorf("no %q in %s", want, r.greeting)
		}
	}
	var whole map[string]json.RawMessage
	var users []json.RawMessage
	if b, err := os.ReadFile(census); err != nil || json.Unmarshal(b, &whole) != nil || json.Unmarshal(whole["users"], &users) != nil || len(users) != 30 {
		t.Errorf("census: %v, %d users", err, len(users))
	}
	c := clientOf(t, env)
	for path, want := range map[string]int{"/api/2/users": 200, "/api/2/apps": 403} {
		if status := c.get(t, path); status != want {
			t.Errorf("GET %s: %d, want %d", path, status, want)
		}
	}
	r.call(t, http.MethodPost, "/shutdown", "")
	if code := <-r.ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
	if b, err := os.ReadFile(traffic); err != nil || !bytes.Contains(b, []byte(`"path":"/api/2/users"`)) || bytes.Contains(b, []byte("canary")) {
		t.Errorf("traffic: %v\n%s", err, b)
	}
}

// oneLoginClient is signed in by the variables of a file.
type oneLoginClient struct {
	http  *http.Client
	base  string
	token string
}

func clientOf(t *testing.T, env string) *oneLoginClient {
	t.Helper()
	text, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^export ([A-Z_]+)='(.*)'$`).FindAllStringSubmatch(string(text), -1) {
		variables[m[1]] = m[2]
	}
	pem, err := os.ReadFile(variables["SSL_CERT_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	c := &oneLoginClient{base: variables["BATON_BASE_URL"], http: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}}
	resp, err := c.http.PostForm(c.base+"/auth/oauth2/v2/token", url.Values{"grant_type": {"client_credentials"},
		"client_id": {variables["BATON_ONELOGIN_CLIENT_ID"]}, "client_secret": {variables["BATON_ONELOGIN_CLIENT_SECRET"]}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Token == "" || variables["BATON_SUBDOMAIN"] == "" {
		t.Fatalf("sign in by %v: %d, %v", variables, resp.StatusCode, err)
	}
	c.token = answer.Token
	return c
}

func (c *oneLoginClient) get(t *testing.T, path string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// TestOneLogin_Door: state, faults, the credential and the log, changed while it runs.
func TestOneLogin_Door(t *testing.T) {
	t.Parallel()
	env := filepath.Join(t.TempDir(), "env")
	r := begin(t, "--onelogin", "--write-env", env)
	c := clientOf(t, env)
	var state struct {
		Users, Roles, Apps, Groups, Privileges, Events, RoleMembers, AppUsers int
		URL                                                                   string
	}
	if _, b := r.call(t, http.MethodGet, "/state", ""); json.Unmarshal(b, &state) != nil || state.Users != 200 || state.Roles != 20 || state.Apps != 15 ||
		state.Groups != 8 || state.Privileges != 6 || state.Events != 50 || state.RoleMembers == 0 || state.AppUsers == 0 || state.URL != c.base {
		t.Errorf("%+v", state)
	}
	for _, step := range []struct {
		method, path, body string
		want, users        int // of the door, and of a request for users after it
	}{
		{http.MethodPost, "/faults", `{"pathContains":"/users","status":503}`, 204, 503},
		{http.MethodPost, "/faults", `{"kind":"html","status":502,"times":-1}`, 204, 502},
		{http.MethodDelete, "/faults", "", 204, 200},
		{http.MethodPost, "/faults", `{"kind":"foreign-next-link"}`, 400, 200},
		{http.MethodPost, "/faults", `{"statuss":503}`, 400, 200},
		{http.MethodPut, "/credential", `{"scope":"Authentication Only"}`, 204, 403},
		{http.MethodPut, "/credential", `{"scope":"King"}`, 400, 403},
		{http.MethodPut, "/credential", `{"scope":"Manage All","orphaned":true}`, 204, 500},
		{http.MethodPut, "/credential", `{"orphaned":false}`, 204, 200},
		{http.MethodPut, "/credential", `{"owner":1}`, 400, 200},
		{http.MethodPost, "/events", `{"event_type_id":5,"user_name":"Jane Doe"}`, 200, 200},
		{http.MethodPost, "/events", `{"user_name":"Jane Doe"}`, 400, 200},
		{http.MethodGet, "/audits", "", 404, 200},
		{http.MethodDelete, "/history", "", 204, 200},
		{http.MethodDelete, "/tokens", "", 204, 401},
	} {
		if status, b := r.call(t, step.method, step.path, step.body); status != step.want {
			t.Errorf("%s %s %s: %d %s", step.method, step.path, step.body, status, b)
		}
		if status := c.get(t, "/api/2/users"); status != step.users {
			t.Errorf("users after %s %s %s: %d, want %d", step.method, step.path, step.body, status, step.users)
		}
	}
	if _, b := r.call(t, http.MethodGet, "/census", ""); !bytes.Contains(b, []byte(`"events":51`)) {
		t.Errorf("the event is not in the census")
	}
	if _, b := r.call(t, http.MethodGet, "/history", ""); bytes.Count(b, []byte(`"path":"/api/2/users"`)) != 2 {
		t.Errorf("history since it was forgotten: %s", b)
	}
}

// TestOneLogin_BesideConductorOne: one file of variables and one of certificates lead the connector to both.
func TestOneLogin_BesideConductorOne(t *testing.T) {
	t.Parallel()
	env := filepath.Join(t.TempDir(), "env")
	r := begin(t, "--onelogin", "--conductorone", "--write-env", env)
	text, err := os.ReadFile(env)
	if err != nil || !bytes.Contains(text, []byte("BATON_CLIENT_ID='connector@127.0.0.1:")) || !bytes.Contains(text, []byte("BATON_SUBDOMAIN=")) {
		t.Errorf("%v\n%s", err, text)
	}
	if pem, err := os.ReadFile(env + ".ca.pem"); err != nil || bytes.Count(pem, []byte("-----BEGIN CERTIFICATE-----")) != 2 {
		t.Errorf("certificates: %v\n%s", err, pem)
	}
	if status, b := r.call(t, http.MethodPost, "/conductorone/tasks", `{"sync_full":{}}`); status != http.StatusAccepted {
		t.Errorf("%d %s", status, b)
	}
	if !strings.Contains(r.greeting, "baton-onelogin --provisioning") {
		t.Errorf("greeting %s", r.greeting)
	}
}

// TestRun_RefusesFlagsOfTheOtherKind, each named.
func TestRun_RefusesFlagsOfTheOtherKind(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"--onelogin --memberships 3 --throttle small": "--memberships, --throttle: only an Entra tenant has that",
		"--onelogin --managed-identity":               "--managed-identity: only an Entra tenant",
		"--roles 5":                                   "--roles: only a OneLogin account has that; --onelogin asks for one",
		"--onelogin=false --orphaned":                 "--orphaned: only a OneLogin account",
	} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), strings.Fields(line), &out, &errs); code != 2 || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), says) {
			t.Errorf("%s: exit %d, %s", line, code, &errs)
		}
	}
}

func TestOneLogin_BadFlagsAreOneSentence(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--scope", "King"}, {"--scope-status", "404"}, {"--roles", "-1"}, {"--groups", "-1"}, {"--faults", "429=x"}, {"--burst", "0"}, {"--user-page", "0"},
		{"--withheld", "role_ids,shoe_size"}, {"--listen", "0.0.0.0:0"}, {"--event-lag", "-1s"}, {"--token-lifetime", "0s"}, {"--holder-cursor", "page"},
	} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), append(args, "--onelogin"), &out, &errs); code != 2 || strings.Count(errs.String(), "\n") != 1 || out.Len() != 0 {
			t.Errorf("%v: exit %d\n%s%s", args, code, &out, &errs)
		}
	}
}
