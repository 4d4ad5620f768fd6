package entra

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/sync"
	"golang.org/x/oauth2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testcert"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// anyType syncs all resource types.
func anyType(string) bool { return true }

// hosted is the token source that ConductorOne would hand in: it signs in by itself and counts.
type hosted struct {
	tokens *graph.TokenSource
	asked  atomic.Int64
}

func (h *hosted) Token() (*oauth2.Token, error) {
	h.asked.Add(1)
	token, err := h.tokens.Token(context.Background())
	return &oauth2.Token{AccessToken: token}, err
}

// hostedFor is the sign-in that is kept for a simulated tenant.
func hostedFor(sim *graphsim.Server) *hosted {
	o := sim.Options()
	return &hosted{tokens: graph.NewClientSecretTokens(graph.SignIn{Authority: sim.URL(), Scope: graph.CloudOf(config.DefaultGraphDomain).Scope(),
		TenantID: o.TenantID, ClientID: o.ClientID, HTTP: sim.Client()}, o.ClientSecret)}
}

// TestE09_SignsInWithSecretCertificateOrHandedInToken: each way makes the same file, that of the census.
func TestE09_SignsInWithSecretCertificateOrHandedInToken(t *testing.T) {
	pair := testcert.New(t)
	for method, give := range map[config.Method]func(*config.Entra, *surroundings, *graphsim.Server){
		config.ClientSecret: func(*config.Entra, *surroundings, *graphsim.Server) {},
		config.Certificate: func(c *config.Entra, _ *surroundings, _ *graphsim.Server) {
			c.EntraClientSecret, c.EntraClientCertificate, c.EntraClientCertificatePrivateKey = "", pair.PEM, pair.KeyPEM
		},
		config.OAuth: func(c *config.Entra, around *surroundings, sim *graphsim.Server) {
			*c = config.Entra{BaseUrl: c.BaseUrl}
			network := around.base
			*around = surroundingsOf(&cli.ConnectorOpts{SelectedAuthMethod: "oauth", TokenSource: hostedFor(sim)})
			around.base = network
		},
	} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			o := smallTenant(9)
			o.Permissions, o.Certificates = graphsim.EveryReadPermission(), []*x509.Certificate{pair.Certificate}
			sim := startTenant(t, o)
			cfg, around := settingsOf(sim), surroundings{base: sim.Client().Transport, clock: transport.SystemClock{}}
			give(cfg, &around, sim)
			c, err := newConnector(cfg, anyType, around)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "sync.c1z")
			if err := testkit.Sync(t.Context(), t, c, path, sync.WithWorkerCount(4)); err != nil {
				t.Fatal(err)
			}
			testkit.Compare(t, testkit.Read(t.Context(), t, path), expect(readCensus(t, sim)).Rows)
			if kept, ok := around.handed.tokens.(*hosted); ok && kept.asked.Load() == 0 {
				t.Error("the token source was not asked")
			}
		})
	}
}

// throughProxy is a network in which the tenant is found by the host names of its cloud, through a proxy.
func throughProxy(t *testing.T, sim *graphsim.Server) http.RoundTripper {
	t.Helper()
	proxy, err := url.Parse(sim.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	base, ok := sim.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("the client has another transport")
	}
	base.Proxy = http.ProxyURL(proxy)
	return base
}

// TestE11_ReadsATenantOfEachCloud: --cloud or the Graph domain is all that is said; hosts, scope and links follow.
func TestE11_ReadsATenantOfEachCloud(t *testing.T) {
	for _, cloud := range graph.Clouds() {
		for how, set := range map[string]func(*config.Entra){
			"cloud":        func(c *config.Entra) { c.Cloud = cloud.Name },
			"graph-domain": func(c *config.Entra) { c.GraphDomain = cloud.Domain },
		} {
			t.Run(cloud.Name+" by "+how, func(t *testing.T) {
				t.Parallel()
				o := smallTenant(11)
				o.Permissions, o.Cloud, o.Proxy = graphsim.EveryReadPermission(), cloud.Name, "127.0.0.1:0"
				sim := startTenant(t, o)
				cfg := &config.Entra{EntraTenantId: sim.Options().TenantID, EntraClientId: sim.Options().ClientID, EntraClientSecret: sim.Options().ClientSecret}
				set(cfg)
				c, err := newConnector(cfg, anyType, surroundings{base: throughProxy(t, sim), clock: transport.SystemClock{}})
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), "sync.c1z")
				if err := testkit.Sync(t.Context(), t, c, path); err != nil {
					t.Fatal(err)
				}
				got := testkit.Read(t.Context(), t, path)
				testkit.Compare(t, got, expect(readCensus(t, sim)).Rows)
				if !strings.Contains(got.Dump(), cloud.AdminCenter+"/") {
					t.Errorf("no link leads to %s", cloud.AdminCenter)
				}
				if refused := sim.ProxyRefused(); len(refused) > 0 {
					t.Errorf("something else was asked for: %v", refused)
				}
			})
		}
	}
}

func TestSignIn_InAnotherCloudSaysSo(t *testing.T) {
	o := smallTenant(11)
	o.Cloud, o.Proxy = "usgov", "127.0.0.1:0"
	sim := startTenant(t, o)
	for cloud, says := range map[string]string{"china": "the cloud it is in", "usgov-dod": "check --cloud and --graph-domain"} {
		cfg := &config.Entra{EntraTenantId: sim.Options().TenantID, EntraClientId: sim.Options().ClientID, EntraClientSecret: sim.Options().ClientSecret, Cloud: cloud}
		c, err := newConnector(cfg, anyType, surroundings{base: throughProxy(t, sim), clock: transport.SystemClock{}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Validate(t.Context()); status.Code(err) != codes.Unauthenticated || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", cloud, err)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestSignIn_HonoursTheProxyOfTheEnvironment asks a process of its own: Go reads the variables once.
func TestSignIn_HonoursTheProxyOfTheEnvironment(t *testing.T) {
	const name = "ENTRA_TEST_PROXY"
	if os.Getenv(name) == "" {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), name+"=1", "HTTPS_PROXY=http://127.0.0.1:9", "NO_PROXY=graph.microsoft.us,.example.com", "HTTP_PROXY=http://127.0.0.1:9")
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	base := transport.NewBase()
	for address, proxied := range map[string]bool{
		"https://graph.microsoft.com/v1.0/users": true, "https://login.microsoftonline.com/x": true,
		"https://graph.microsoft.us/v1.0/users": false, "https://graph.example.com/v1.0/users": false,
	} {
		proxy, err := base.Proxy(httptest.NewRequest(http.MethodGet, address, nil))
		if err != nil || (proxy != nil) != proxied {
			t.Errorf("%s: %v, %v", address, proxy, err)
		}
	}
}

// TestNew_SendsNothing: it runs in two processes, and only one of them is to sign in.
func TestNew_SendsNothing(t *testing.T) {
	pair := testcert.New(t)
	silent := roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent", r.Method, r.URL.Host)
		return nil, errors.New("nothing is to be sent")
	})
	app := config.Entra{EntraTenantId: "contoso.onmicrosoft.com", EntraClientId: "22222222-2222-4222-8222-222222222222"}
	secret, certificate, workload := app, app, app
	secret.EntraClientSecret = "x"
	certificate.EntraClientCertificate, certificate.EntraClientCertificatePrivateKey = pair.PEM, pair.KeyPEM
	workload.UseWorkloadIdentity = true
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", "/nowhere/token")
	for _, cfg := range []*config.Entra{&secret, &certificate, &workload, {UseManagedIdentity: true}, {UseCliCredentials: true}} {
		if _, err := newConnector(cfg, anyType, surroundings{base: silent, clock: transport.SystemClock{}}); err != nil {
			t.Error(err)
		}
	}
	kept := source(func() (*oauth2.Token, error) { t.Error("a token was asked for"); return nil, errors.New("no") })
	if _, err := newConnector(&config.Entra{}, anyType, surroundings{base: silent, clock: transport.SystemClock{}, handed: handed{tokens: kept}}); err != nil {
		t.Error(err)
	}
}
