package graphsim_test

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// byProxy is a client that finds everything through the proxy.
func (r *rig) byProxy() *http.Client {
	r.t.Helper()
	proxy, err := url.Parse(r.ProxyURL())
	if err != nil {
		r.t.Fatal(err)
	}
	base, ok := r.Client().Transport.(*http.Transport)
	if !ok {
		r.t.Fatal("the client has another transport")
	}
	base.Proxy = http.ProxyURL(proxy)
	r.t.Cleanup(base.CloseIdleConnections)
	return &http.Client{Transport: base}
}

// TestStranger_FindsTheCloudByName: nothing is changed but HTTPS_PROXY and the trusted certificate, and only
// the cloud that the tenant is in knows it.
func TestStranger_FindsTheCloudByName(t *testing.T) {
	places := map[string]struct {
		authority cloud.Configuration
		graph     string
	}{
		"public":    {cloud.AzurePublic, "https://graph.microsoft.com"},
		"usgov":     {cloud.AzureGovernment, "https://graph.microsoft.us"},
		"usgov-dod": {cloud.AzureGovernment, "https://dod-graph.microsoft.us"},
		"china":     {cloud.AzureChina, "https://microsoftgraph.chinacloudapi.cn"},
	}
	for home := range places {
		r := start(t, graphsim.Options{Cloud: home, Proxy: "127.0.0.1:0"})
		client, o := r.byProxy(), r.Options()
		for name, place := range places {
			cred, err := azidentity.NewClientSecretCredential(o.TenantID, o.ClientID, o.ClientSecret, &azidentity.ClientSecretCredentialOptions{
				ClientOptions: policy.ClientOptions{Transport: client, Cloud: place.authority, Retry: policy.RetryOptions{MaxRetries: -1}}})
			if err != nil {
				t.Fatal(err)
			}
			err = reads(t, cred, client, place.graph, place.graph+"/.default")
			switch same := place.authority.ActiveDirectoryAuthorityHost == places[home].authority.ActiveDirectoryAuthorityHost; {
			case name == home && err != nil, name != home && err == nil:
				t.Errorf("tenant in %s, client in %s: %v", home, name, err)
			case name != home && !same && !strings.Contains(err.Error(), "AADSTS90002"),
				name != home && same && !strings.Contains(err.Error(), "AADSTS500011"):
				t.Errorf("tenant in %s, client in %s: %v", home, name, err)
			}
		}
		if refused := r.ProxyRefused(); len(refused) != 0 {
			t.Errorf("something else was asked for: %v", refused)
		}
	}
}

// TestStart_AllDoorsOrNone: where one port is taken, no other stays open or is told of.
func TestStart_AllDoorsOrNone(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s, err := graphsim.New(graphsim.Options{ManagedIdentity: true, Proxy: taken.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(""); err == nil {
		t.Error("started without its proxy")
	}
	if s.URL() != "" || s.IdentityEndpoint() != "" || s.ProxyURL() != "" || s.ProxyRefused() != nil {
		t.Errorf("left open: %q %q %q", s.URL(), s.IdentityEndpoint(), s.ProxyURL())
	}
}

func TestProxy_LeadsNowhereElse(t *testing.T) {
	r := start(t, graphsim.Options{Cloud: "usgov", Proxy: "127.0.0.1:0"})
	client := r.byProxy()
	for _, address := range []string{"https://example.com/", "https://graph.microsoft.us:8443/", "http://graph.microsoft.us/", r.URL() + "/v1.0/users"} {
		resp, err := client.Get(address)
		if err == nil {
			if resp.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %s", address, resp.Status)
			}
			resp.Body.Close()
		}
	}
	if refused := r.ProxyRefused(); len(refused) != 4 || !slices.Contains(refused, "example.com:443") {
		t.Errorf("refused %v", refused)
	}
	for address, want := range map[string]int{
		"https://graph.microsoft.us/" + r.Options().TenantID + "/v2.0/.well-known/openid-configuration":       400, // signing in at Graph
		"https://login.microsoftonline.us/v1.0/users":                                                         400, // Graph at the sign-in
		"https://login.microsoftonline.us/" + r.Options().TenantID + "/v2.0/.well-known/openid-configuration": 200,
		"https://login.chinacloudapi.cn/" + r.Options().TenantID + "/v2.0/.well-known/openid-configuration":   400,
	} {
		resp, err := client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", address, resp.StatusCode, want)
		}
	}
	// A token of the public cloud, had directly, is of no use at the Graph of another.
	req, err := http.NewRequest(http.MethodGet, "https://graph.microsoft.us/v1.0/users", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a token of another cloud: %s", resp.Status)
	}
	env := r.Env("ca.pem")
	if env["HTTPS_PROXY"] != r.ProxyURL() || env["BATON_CLOUD"] != "usgov" || env["BATON_BASE_URL"] != "" {
		t.Errorf("%v", env)
	}
}
