package image

import (
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"

	entra "github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	onelogin "github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// program is a connector that an image and manifests are shipped of.
type program struct {
	name string
	// directory is its name in labels.
	directory     string
	configuration field.Configuration
	// documented are the variables of ConductorOne's manifest.
	documented []string
	start      func(*testing.T) directory
}

// directory is a simulated one, which the program reads.
type directory interface {
	// Env are the variables that lead the program to it, with the path of the certificates to trust.
	Env(caFile string) map[string]string
	CertificatePEM() []byte
}

func programs() []program {
	return []program{
		{
			name: "baton-microsoft-entra", directory: "microsoft-entra", configuration: entra.Config, start: startTenant,
			documented: []string{
				"BATON_CLIENT_ID", "BATON_CLIENT_SECRET", "BATON_DISABLE_AUDIT_LOG_FEED", "BATON_ENTRA_CLIENT_ID",
				"BATON_ENTRA_CLIENT_SECRET", "BATON_ENTRA_TENANT_ID", "BATON_GRAPH_DOMAIN", "BATON_ON_PREMISES_EXTENSION_ATTRIBUTES",
				"BATON_PROVISIONING", "BATON_SCHEDULE_SCIM_PROVISIONING", "BATON_SIGN_IN_ACTIVITY", "BATON_SKIP_AD_GROUPS",
			},
		},
		{
			name: "baton-onelogin", directory: "onelogin", configuration: onelogin.Config, start: startAccount,
			documented: []string{
				"BATON_CLIENT_ID", "BATON_CLIENT_SECRET", "BATON_ONELOGIN_CLIENT_ID", "BATON_ONELOGIN_CLIENT_SECRET",
				"BATON_PRIVILEGES_ENABLED", "BATON_PROVISIONING", "BATON_SUBDOMAIN",
			},
		},
	}
}

func startTenant(t *testing.T) directory {
	t.Helper()
	sim, err := graphsim.New(graphsim.Options{Seed: 7, Users: 20, Groups: 5, Memberships: 40, Apps: 5, Assignments: 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return sim
}

func startAccount(t *testing.T) directory {
	t.Helper()
	return oneloginsim.Start(t, oneloginsim.Options{Seed: 7, Users: 20, Roles: 5, Apps: 5, Groups: 2})
}
