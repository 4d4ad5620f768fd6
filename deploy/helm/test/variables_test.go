package chart_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// variablesOf are the variables that a connector takes, as a test of the product writes them down, and whether they are
// secret.
func variablesOf(t *testing.T, connector string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("testdata/variables.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string]bool
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all[connector]
}

// beside are the variables that the runtime, the system and Microsoft's SDK know.
func beside() []string {
	return []string{"TMPDIR", "SSL_CERT_DIR", "HTTPS_PROXY", "NO_PROXY", "GOMEMLIMIT", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"}
}

func TestVariables_AreTheConnectors(t *testing.T) {
	t.Parallel()
	known := variablesOf(t, "baton-microsoft-entra")
	eachCase(t, func(t *testing.T, r *rendered) {
		seen := map[string]bool{}
		for _, v := range r.container().Env {
			if _, found := known[v.Name]; !found && !slices.Contains(beside(), v.Name) {
				t.Errorf("the connector takes no %s", v.Name)
			}
			if known[v.Name] && !strings.HasPrefix(v.Value, "/etc/baton/") {
				t.Errorf("the secret %s stands in the Deployment", v.Name)
			}
			if seen[v.Name] {
				t.Errorf("%s is there twice", v.Name)
			}
			seen[v.Name] = true
		}
		if r.secret != nil {
			for name := range r.secret.StringData {
				if _, found := known[name]; !found {
					t.Errorf("the connector takes no %s", name)
				}
			}
		}
	})
}

func TestVariables_SettingsArriveAsTheConnectorReadsThem(t *testing.T) {
	t.Parallel()
	got := renderFile(t, "existing-secrets").variables()
	for name, want := range map[string]string{"BATON_PROVISIONING": "true", "BATON_WORKERS": "4", "BATON_SESSION_STORE_MAXIMUM_SIZE": "52428800"} {
		if got[name] != want {
			t.Errorf("%s arrives as %q, want %q", name, got[name], want)
		}
	}
}

func TestVariables_EverySecretIsRefusedOutsideASecret(t *testing.T) {
	t.Parallel()
	secrets := 0
	for name, secret := range variablesOf(t, "baton-microsoft-entra") {
		if !secret {
			if _, err := texts("settings: {" + name + ": x}"); err != nil && strings.Contains(err.Error(), "for everybody to read") {
				t.Errorf("%s is no secret, and refused as one: %v", name, err)
			}
			continue
		}
		secrets++
		if _, err := texts("settings: {" + name + ": canary}"); err == nil || !strings.Contains(err.Error(), "for everybody to read") {
			t.Errorf("the secret %s is taken among the settings: %v", name, err)
		}
	}
	if secrets < 3 {
		t.Errorf("%d secrets in the list", secrets)
	}
}
