package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// All of it is refused before anything is asked of anybody.
func TestSettings_RefusesInOneSentenceWhatCouldNotWork(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	const none = "BATON_CLIENT_ID="
	for _, c := range []struct {
		name     string
		env      []string
		args     []string
		sentence string
	}{
		{"an id alone", []string{"BATON_CLIENT_SECRET="}, nil, "--client-secret (BATON_CLIENT_SECRET) is missing beside --client-id"},
		{"a secret alone", []string{none}, nil, "--client-id (BATON_CLIENT_ID) is missing beside --client-secret"},
		{"an id by flag", []string{none, "BATON_CLIENT_SECRET="}, []string{"--client-id", "x"}, "--client-secret (BATON_CLIENT_SECRET) is missing"},
		{"a host id alone", []string{none, "BATON_CLIENT_SECRET=", "BATON_HOST_ID=pod"}, nil, "--client-id (BATON_CLIENT_ID) is missing, and so is --client-secret"},
		{"probes alone", []string{none, "BATON_CLIENT_SECRET="}, []string{"--health-check"}, "--client-id (BATON_CLIENT_ID) is missing, and so is --client-secret"},
		{"no room for a task", []string{"BATON_TASK_CONCURRENCY=0"}, nil, "--task-concurrency (BATON_TASK_CONCURRENCY) takes a number from 1 to 100"},
		{"too much room", nil, []string{"--task-concurrency", "101"}, "--task-concurrency (BATON_TASK_CONCURRENCY) takes a number from 1 to 100"},
		{"no number", []string{"BATON_WORKERS=many"}, nil, "--workers (BATON_WORKERS) takes a whole number"},
		{"neither true nor false", []string{"BATON_SKIP_FULL_SYNC=yes"}, nil, "--skip-full-sync (BATON_SKIP_FULL_SYNC) takes true or false"},
		{"white space", []string{"BATON_CLIENT_ID=" + s.c1.ClientID() + "\n"}, nil, "--client-id (BATON_CLIENT_ID) holds white space"},
	} {
		r := s.serve(c.env, c.args...)
		r.wantExit(3)
		r.wantLast(c.sentence)
		r.wantNoSecret(s.c1.ClientSecret())
		if t.Failed() {
			t.Fatal(c.name)
		}
	}
	if n := len(s.c1.History()); n > 0 {
		t.Errorf("ConductorOne was asked %d times", n)
	}
	s.wantSpoolEmpty()
	s.wantClean()
}

// The SDK declares the bounds of --task-concurrency and does not hold 0 against them.
func TestSettings_TheBoundsAreTheSDKs(t *testing.T) {
	t.Parallel()
	f := field.TaskConcurrencyField
	for n, want := range map[int]bool{-1: false, 1: true, maxTaskConcurrency: true, maxTaskConcurrency + 1: false} {
		if _, err := field.ValidateField(&f, n); (err == nil) != want {
			t.Errorf("%d tasks: %v", n, err)
		}
	}
}

// A file that a person wrote counts as a variable does. What it holds may be a secret.
func TestSettings_ChecksTheFileAsWell(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for text, sentence := range map[string]string{
		"provisioning: sometimes\n":            "--provisioning (BATON_PROVISIONING) takes true or false",
		"workers: 2.5\n":                       "--workers (BATON_WORKERS) takes a whole number",
		"client-secret: sometimes: or never\n": ".baton.yaml cannot be read: it takes lines of the form name: value, in YAML",
		"sometimes\n":                          ".baton.yaml cannot be read: it takes lines of the form name: value, in YAML",
	} {
		if err := os.WriteFile(filepath.Join(s.dir, ".baton.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r := s.start()
		r.wantExit(3)
		r.wantLast(sentence)
		if strings.Contains(r.output.String(), "sometimes") {
			t.Errorf("it repeats what the file holds:\n%s", r.output.String())
		}
	}
}
