package graphsim_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// reads signs in and reads the role definitions, all on one page.
func reads(t *testing.T, cred azcore.TokenCredential, client *http.Client, address, scope string) error {
	t.Helper()
	_, err := strangerWith(t, cred, client, address, scope).RoleManagement().Directory().RoleDefinitions().Get(context.Background(), nil)
	return err
}

const publicScope = "https://graph.microsoft.com/.default"

func TestStranger_SignsInWithACertificate(t *testing.T) {
	key := newKey(t)
	cert := certificateFor(t, key, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	for name, registered := range map[string][]*x509.Certificate{"registered": {cert}, "not registered": nil} {
		r := start(t, graphsim.Options{Certificates: registered})
		cred, err := azidentity.NewClientCertificateCredential(r.Options().TenantID, r.Options().ClientID, []*x509.Certificate{cert}, key,
			&azidentity.ClientCertificateCredentialOptions{DisableInstanceDiscovery: true, ClientOptions: r.signInOptions(), SendCertificateChain: true})
		if err != nil {
			t.Fatal(err)
		}
		err = reads(t, cred, r.client, r.URL(), publicScope)
		if good := registered != nil; good && err != nil || !good && (err == nil || !strings.Contains(err.Error(), "AADSTS700027")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStranger_SignsInAsAWorkload(t *testing.T) {
	key := newKey(t)
	r := start(t, graphsim.Options{Federations: []graphsim.Federation{{Issuer: "https://k8s.example.com", Subject: "sa", Key: &key.PublicKey}}})
	file := filepath.Join(t.TempDir(), "token")
	token := sign(t, key, map[string]any{}, map[string]any{"iss": "https://k8s.example.com", "sub": "sa",
		"aud": "api://AzureADTokenExchange", "exp": time.Now().Add(time.Hour).Unix()})
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	cred, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{ClientOptions: r.signInOptions(),
		ClientID: r.Options().ClientID, TenantID: r.Options().TenantID, TokenFilePath: file, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := reads(t, cred, r.client, r.URL(), publicScope); err != nil {
		t.Error(err)
	}
}

func TestStranger_SignsInAsAManagedIdentity(t *testing.T) {
	r := start(t, graphsim.Options{ManagedIdentity: true})
	env := r.Env("ca.pem")
	t.Setenv("IDENTITY_ENDPOINT", env["IDENTITY_ENDPOINT"])
	t.Setenv("IDENTITY_HEADER", env["IDENTITY_HEADER"])
	known := r.ManagedIdentities()
	for id, good := range map[string]bool{"": true, known[1]: true, "11111111-1111-4111-8111-111111111111": false} {
		o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: policy.ClientOptions{Transport: r.client}}
		if id != "" {
			o.ID = azidentity.ClientID(id)
		}
		cred, err := azidentity.NewManagedIdentityCredential(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := reads(t, cred, r.client, r.URL(), publicScope); (err == nil) != good {
			t.Errorf("client id %q: %v", id, err)
		}
	}
	for _, h := range r.History() {
		if h.Header.Get("X-Identity-Header") != "" {
			t.Error("the history holds the header of the endpoint")
		}
	}
}

func TestManagedIdentity_Refusals(t *testing.T) {
	r := start(t, graphsim.Options{ManagedIdentity: true})
	good := "?api-version=2019-08-01&resource=https://graph.microsoft.com"
	for name, test := range map[string]struct {
		path, header string
		status       int
	}{
		"good":            {good, r.IdentityHeader(), 200},
		"wrong header":    {good, "x", 401},
		"no header":       {good, "", 401},
		"old version":     {"?api-version=2017-09-01&resource=https://graph.microsoft.com", r.IdentityHeader(), 400},
		"other resource":  {"?api-version=2019-08-01&resource=https://vault.azure.net", r.IdentityHeader(), 400},
		"other parameter": {good + "&mi_res_id=x", r.IdentityHeader(), 400},
		"Graph":           {"/../../v1.0/users", r.IdentityHeader(), 404},
	} {
		req, err := http.NewRequest(http.MethodGet, r.IdentityEndpoint()+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-IDENTITY-HEADER", test.header)
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != test.status {
			t.Errorf("%s: %d, want %d", name, resp.StatusCode, test.status)
		}
	}
}

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
