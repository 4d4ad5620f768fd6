package config

import (
	"slices"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// withSecret are good settings.
func withSecret(cloud, domain string) *Entra {
	return &Entra{EntraTenantId: tenant, EntraClientId: client, EntraClientSecret: canary, Cloud: cloud, GraphDomain: domain}
}

func TestCheck_ACloudSetsAllItsHosts(t *testing.T) {
	for _, want := range graph.Clouds() {
		for _, c := range []*Entra{withSecret(want.Name, ""), withSecret("", want.Domain), withSecret(want.Name, want.Domain)} {
			to := accepted(t, c, Beside{})
			if to.Cloud != want || to.Graph.String() != "https://"+want.Domain {
				t.Errorf("--cloud %q --graph-domain %q: %+v at %s", c.Cloud, c.GraphDomain, to.Cloud, to.Graph)
			}
		}
	}
	to := accepted(t, withSecret("", ""), Beside{})
	if to.Cloud.Name != "public" || to.Graph.String() != "https://graph.microsoft.com" {
		t.Errorf("without either: %+v", to)
	}
	if to = accepted(t, withSecret("", "graph.example.com"), Beside{}); to.Cloud.Domain != "graph.example.com" || to.Cloud.Authority != "https://login.microsoftonline.com" {
		t.Errorf("a domain that is not known: %+v", to)
	}
}

func TestCheck_CloudsThatContradict(t *testing.T) {
	for _, cloud := range graph.Clouds() {
		for _, other := range append(graph.Clouds(), graph.Cloud{Domain: "graph.example.com"}) {
			if cloud.Domain != other.Domain {
				refused(t, withSecret(cloud.Name, other.Domain), Beside{}, "--cloud "+cloud.Name+" and --graph-domain "+other.Domain+" contradict each other")
			}
		}
	}
	refused(t, withSecret("moon", ""), Beside{}, `--cloud "moon" is not known: it is one of public, usgov, usgov-dod, china`)
}

func TestCheck_OtherAddressesAnswerForTheCloud(t *testing.T) {
	c := withSecret("usgov", "")
	c.BaseUrl, c.AuthorityHost = "https://127.0.0.1:8443", "https://127.0.0.1:8444/"
	to := accepted(t, c, Beside{})
	if to.Graph.String() != c.BaseUrl || to.Cloud.Authority != "https://127.0.0.1:8444" || to.Cloud.Scope() != "https://graph.microsoft.us/.default" {
		t.Errorf("%+v", to)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		skip, include bool
		warnings      int
	}{{false, false, 0}, {true, false, 0}, {true, true, 0}, {false, true, 1}} {
		if got := (&Entra{SkipAdGroups: c.skip, IncludeOnPremGroupMembers: c.include}).Warnings(); len(got) != c.warnings {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestGroups_HoldEverySetting: the SDK looks only at the fields of the chosen group.
func TestGroups_HoldEverySetting(t *testing.T) {
	credentials := credentialFields()
	for _, group := range Config.FieldGroups {
		if !slices.Contains(methods(), Method(group.Name)) || group.Default != (group.Name == "client-secret") {
			t.Errorf("%s: default %v", group.Name, group.Default)
		}
		fields := group.FieldMap()
		for _, f := range Config.Fields {
			_, in := fields[f.FieldName]
			isCredential := slices.ContainsFunc(credentials, func(c field.SchemaField) bool { return c.FieldName == f.FieldName })
			if !in && !isCredential {
				t.Errorf("%s is not in the group %s", f.FieldName, group.Name)
			}
			if f.Required {
				t.Errorf("%s is required whatever the method", f.FieldName)
			}
		}
	}
	if len(Config.FieldGroups) != len(methods()) {
		t.Errorf("%d groups", len(Config.FieldGroups))
	}
}
