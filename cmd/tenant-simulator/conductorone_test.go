package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestConductorOne_Variables: one file of variables and one of certificates lead the connector to both.
func TestConductorOne_Variables(t *testing.T) {
	dir := t.TempDir()
	env, uploads := filepath.Join(dir, "env"), filepath.Join(dir, "uploads")
	r := begin(t, "--conductorone", "--uploads", uploads, "--write-env", env)
	text, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"BATON_CLIENT_ID='connector@127.0.0.1:", "BATON_CLIENT_SECRET='secret-token:", "BATON_ENTRA_TENANT_ID=", "SSL_CERT_FILE="} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if pem, err := os.ReadFile(env + ".ca.pem"); err != nil || bytes.Count(pem, []byte("-----BEGIN CERTIFICATE-----")) != 2 {
		t.Errorf("certificates: %v\n%s", err, pem)
	}
	if !strings.Contains(r.greeting, "C1        https://127.0.0.1:") || !strings.Contains(r.greeting, "--provisioning") {
		t.Errorf("greeting %s", r.greeting)
	}
	if _, err := os.Stat(uploads); err != nil {
		t.Error(err)
	}
	without := begin(t)
	if code, _ := without.call(t, http.MethodGet, "/conductorone", ""); code != http.StatusNotFound || strings.Contains(without.greeting, "C1 ") {
		t.Errorf("there is a ConductorOne that nobody asked for: %d\n%s", code, without.greeting)
	}
}

// TestConductorOne_Door hands out a task, waits for it in vain, takes it back and reads how it ended.
func TestConductorOne_Door(t *testing.T) {
	r := begin(t, "--conductorone")
	read := func(path string, want int, into any) {
		t.Helper()
		code, b := r.call(t, http.MethodGet, path, "")
		if code != want {
			t.Fatalf("GET %s: %d %s", path, code, b)
		}
		if into != nil {
			if err := json.Unmarshal(b, into); err != nil {
				t.Fatalf("GET %s: %v: %s", path, err, b)
			}
		}
	}
	code, b := r.call(t, http.MethodPost, "/conductorone/tasks", `{"sync_full":{"skip_grants":true}}`)
	var task struct{ ID, Status, Type string }
	if err := json.Unmarshal(b, &task); err != nil || code != http.StatusAccepted || len(task.ID) != 27 {
		t.Fatalf("%d %s", code, b)
	}
	var state struct {
		Status, ClientID  string
		Waiting, Finished int
		Violations        []string
	}
	read("/conductorone", http.StatusOK, &state)
	if state.Status != "Not connected" || state.Waiting != 1 || state.Finished != 0 || state.Violations == nil || state.ClientID == "" {
		t.Errorf("%+v", state)
	}
	read("/conductorone/tasks/"+task.ID+"?wait=1ms", http.StatusGatewayTimeout, nil)
	read("/conductorone/tasks/"+task.ID+"?wait=soon", http.StatusBadRequest, nil)
	read("/conductorone/tasks/nothing", http.StatusNotFound, nil)
	if code, _ := r.call(t, http.MethodDelete, "/conductorone/tasks/"+task.ID, ""); code != http.StatusNoContent {
		t.Errorf("cancel: %d", code)
	}
	read("/conductorone/tasks/"+task.ID, http.StatusOK, &task)
	if task.Status != "Canceled" || task.Type != "sync_full" {
		t.Errorf("%+v", task)
	}
	var list []json.RawMessage
	read("/conductorone/tasks", http.StatusOK, &list)
	if len(list) != 1 {
		t.Errorf("%s", list)
	}
	for _, path := range []string{"/conductorone/uploads", "/conductorone/history"} {
		if read(path, http.StatusOK, &list); len(list) != 0 {
			t.Errorf("%s: %s", path, list)
		}
	}
}

func TestConductorOne_BadTasksAndFaults(t *testing.T) {
	r := begin(t, "--conductorone")
	for _, body := range []string{"", "{}", `{"sync":{}}`} {
		if code, b := r.call(t, http.MethodPost, "/conductorone/tasks", body); code != http.StatusBadRequest {
			t.Errorf("POST /conductorone/tasks %s: %d %s", body, code, b)
		}
	}
	for body, want := range map[string]int{
		`{"kind":"fail","method":"GetTask","code":"UNAVAILABLE","times":2}`: 204, `{"kind":"answer-lost","method":"FinishTask"}`: 204,
		`{"kind":"late-heartbeats","delay":"1ms"}`: 204, `{"kind":"away"}`: 204, `{"kind":"back"}`: 204, `{"kind":"drop"}`: 204,
		`{"kind":"expire-tokens"}`: 204, `{"kind":"refuse-client"}`: 204, `{"kind":"accept-client"}`: 204,
		`{"kind":"fail","method":"GetTask"}`: 400, `{"kind":"answer-lost"}`: 400, `{"kind":"late-heartbeats"}`: 400, `{"kind":"odd"}`: 400, `{"odd":1}`: 400,
	} {
		if code, b := r.call(t, http.MethodPost, "/conductorone/faults", body); code != want {
			t.Errorf("POST /conductorone/faults %s: %d %s", body, code, b)
		}
	}
}

// TestConductorOne_ReadmesTasksAreTasks: the examples can be posted as they stand.
func TestConductorOne_ReadmesTasksAreTasks(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	r := begin(t, "--conductorone")
	_, examples, _ := strings.Cut(string(readme), "## ConductorOne")
	found := 0
	for decode := json.NewDecoder(strings.NewReader(examples[strings.Index(examples, "\n    {")+1:])); found < 3; found++ {
		var task json.RawMessage
		if err := decode.Decode(&task); err != nil {
			t.Fatalf("example %d: %v", found+1, err)
		}
		if code, b := r.call(t, http.MethodPost, "/conductorone/tasks", string(task)); code != http.StatusAccepted {
			t.Errorf("%s: %d %s", task, code, b)
		}
	}
	faults := regexp.MustCompile(`\{"kind":[^}]*\}`).FindAllString(examples, -1)
	if len(faults) != 9 {
		t.Errorf("%d examples of faults", len(faults))
	}
	for _, fault := range faults {
		if code, b := r.call(t, http.MethodPost, "/conductorone/faults", fault); code != http.StatusNoContent {
			t.Errorf("%s: %d %s", fault, code, b)
		}
	}
}
