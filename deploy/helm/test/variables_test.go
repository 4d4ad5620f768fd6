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
	if len(all[connector]) == 0 {
		t.Fatalf("the list has no connector %s", connector)
	}
	return all[connector]
}

// beside are the variables that the runtime, the system and Microsoft's SDK know.
func beside() []string {
	return []string{"TMPDIR", "SSL_CERT_DIR", "HTTPS_PROXY", "NO_PROXY", "GOMEMLIMIT", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"}
}

func TestVariables_AreTheConnectors(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		known := variablesOf(t, strings.TrimPrefix(r.container().Command[0], "/"))
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
	for connector, secrets := range map[string]int{"baton-microsoft-entra": 4, "baton-onelogin": 2} {
		for name, secret := range variablesOf(t, connector) {
			_, err := texts("{connector: " + connector + ", settings: {" + name + ": canary}}")
			refused := err != nil && strings.Contains(err.Error(), "for everybody to read")
			if refused != secret {
				t.Errorf("%s: %s is secret: %t, and refused among the settings: %v", connector, name, secret, err)
			}
			if secret {
				secrets--
			}
		}
		if secrets != 0 {
			t.Errorf("%s: %d secrets are missing in the list", connector, secrets)
		}
	}
}
