// Package helm_test keeps the list of variables that the chart's own tests hold the chart against. They are in another module,
// which does not know the connectors.
package helm_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"

	entra "github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	onelogin "github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
)

const list = "test/testdata/variables.json"

var update = flag.Bool("update", false, "rewrite "+list)

// connectors are those that the chart can install.
func connectors() map[string]field.Configuration {
	return map[string]field.Configuration{"baton-microsoft-entra": entra.Config, "baton-onelogin": onelogin.Config}
}

// beside are variables that the SDK reads though they are no settings.
func beside() []string { return []string{"BATON_HOST_ID"} }

func TestVariables_TheListIsThatOfTheConnectors(t *testing.T) {
	t.Parallel()
	want := map[string]map[string]bool{}
	for name, configuration := range connectors() {
		want[name] = variablesOf(configuration)
	}
	text, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(list, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != string(text) {
		t.Errorf("%s is not what the connectors take: go test ./deploy/helm -update", list)
	}
}

// variablesOf are the variables of a connector's settings, the SDK's among them, and whether they are secret.
func variablesOf(configuration field.Configuration) map[string]bool {
	out := map[string]bool{}
	for _, f := range field.EnsureDefaultFieldsExists(configuration.Fields) {
		// Beside the marked ones, ConductorOne's own, which the SDK leaves unmarked.
		secret := f.Secret || f.FieldName == "client-secret"
		out["BATON_"+strings.ToUpper(strings.ReplaceAll(f.FieldName, "-", "_"))] = secret
	}
	for _, name := range beside() {
		out[name] = false
	}
	return out
}

// What the chart's files speak of in comments, templates and documents is there as well.
func TestVariables_TheChartSpeaksOfNoOthers(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, configuration := range connectors() {
		for name := range variablesOf(configuration) {
			known[name] = true
		}
	}
	name := regexp.MustCompile(`\bBATON_[A-Z0-9_]*[A-Z0-9]\b`)
	found := 0
	for _, pattern := range []string{"*", "templates/*"} {
		files, err := filepath.Glob(filepath.Join("baton-connector", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if stat, err := os.Stat(file); err != nil || stat.IsDir() {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, spoken := range name.FindAllString(string(text), -1) {
				found++
				if !known[spoken] {
					t.Errorf("%s speaks of %s, which no connector takes", file, spoken)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d variables found in the chart", found)
	}
}

func TestVariables_TheSDKReadsThoseBeside(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/conductorone/baton-sdk").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "pkg/tasks/c1api/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of the SDK: %v", len(files), err)
	}
	for _, name := range beside() {
		if !slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(text), `LookupEnv("`+name+`")`)
		}) {
			t.Errorf("the SDK does not read %s", name)
		}
	}
}
