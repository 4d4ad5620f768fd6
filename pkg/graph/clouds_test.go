package graph

import "testing"

func TestCloudOf(t *testing.T) {
	for domain, want := range map[string][2]string{
		"graph.microsoft.com":             {"https://login.microsoftonline.com", "https://entra.microsoft.com"},
		"graph.microsoft.us":              {"https://login.microsoftonline.us", "https://entra.microsoft.us"},
		"DOD-Graph.Microsoft.us":          {"https://login.microsoftonline.us", "https://entra.microsoft.us"},
		"microsoftgraph.chinacloudapi.cn": {"https://login.chinacloudapi.cn", "https://entra.microsoftonline.cn"},
		"graph.example.com":               {"https://login.microsoftonline.com", "https://entra.microsoft.com"},
		"graph.microsoft.us.evil.example": {"https://login.microsoftonline.com", "https://entra.microsoft.com"},
	} {
		c := CloudOf(domain)
		if c.Domain != domain || c.Authority != want[0] || c.AdminCenter != want[1] {
			t.Errorf("%s: %+v", domain, c)
		}
		if scope := c.Scope(); scope != "https://"+domain+"/.default" {
			t.Errorf("%s: scope %s", domain, scope)
		}
	}
}
