package graph

import "testing"

func TestCloudOf(t *testing.T) {
	for domain, want := range map[string][3]string{
		"graph.microsoft.com":             {"public", "https://login.microsoftonline.com", "https://entra.microsoft.com"},
		"graph.microsoft.us":              {"usgov", "https://login.microsoftonline.us", "https://entra.microsoft.us"},
		"DOD-Graph.Microsoft.us":          {"usgov-dod", "https://login.microsoftonline.us", "https://entra.microsoft.us"},
		"microsoftgraph.chinacloudapi.cn": {"china", "https://login.chinacloudapi.cn", "https://entra.microsoftonline.cn"},
		"graph.example.com":               {"", "https://login.microsoftonline.com", "https://entra.microsoft.com"},
		"graph.microsoft.us.evil.example": {"", "https://login.microsoftonline.com", "https://entra.microsoft.com"},
	} {
		c := CloudOf(domain)
		if c.Domain != domain || c.Name != want[0] || c.Authority != want[1] || c.AdminCenter != want[2] {
			t.Errorf("%s: %+v", domain, c)
		}
		if scope := c.Scope(); scope != "https://"+domain+"/.default" {
			t.Errorf("%s: scope %s", domain, scope)
		}
		if ref := c.Reference("u1"); ref != "https://"+domain+"/v1.0/directoryObjects/u1" {
			t.Errorf("%s: reference %s", domain, ref)
		}
	}
}

func TestCloudNamed(t *testing.T) {
	for _, want := range Clouds() {
		if got, known := CloudNamed(want.Name); !known || got != want || CloudOf(want.Domain) != want {
			t.Errorf("%s: %+v", want.Name, got)
		}
	}
	if c, known := CloudNamed("USGov"); !known || c.Name != "usgov" {
		t.Errorf("%+v", c)
	}
	if c, known := CloudNamed(""); known {
		t.Errorf("a cloud without a name: %+v", c)
	}
}
