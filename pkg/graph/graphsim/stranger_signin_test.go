package graphsim_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
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
		// The library keeps tokens of managed identities for the whole process; a claim makes it ask for one.
		_, err = cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{publicScope}, Claims: `{"access_token":{}}`})
		if good {
			err = errors.Join(err, reads(t, cred, r.client, r.URL(), publicScope))
		}
		if (err == nil) != good {
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
	elsewhere := r.Census().ServicePrincipals[len(r.Census().ServicePrincipals)-1] // the identity of another site
	for name, test := range map[string]struct {
		path, header string
		status       int
	}{
		"good":            {good, r.IdentityHeader(), 200},
		"wrong header":    {good, "x", 401},
		"no header":       {good, "", 401},
		"old version":     {"?api-version=2017-09-01&resource=https://graph.microsoft.com", r.IdentityHeader(), 400},
		"other resource":  {"?api-version=2019-08-01&resource=https://vault.azure.net", r.IdentityHeader(), 400},
		"of another site": {good + "&client_id=" + elsewhere.Text("appId"), r.IdentityHeader(), 400},
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
