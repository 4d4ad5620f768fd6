package graph

import (
	"crypto/x509"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testcert"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// signInOf is how the application of a simulated tenant signs in there.
func signInOf(sim *graphsim.Server) SignIn {
	o := sim.Options()
	return SignIn{Authority: sim.URL(), Scope: publicScope, TenantID: o.TenantID, ClientID: o.ClientID, HTTP: sim.Client()}
}

// readsBy says whether a tenant can be read with tokens.
func readsBy(t *testing.T, sim *graphsim.Server, tokens transport.TokenSource) error {
	t.Helper()
	return newClient(t, sim.URL(), sim.Client().Transport, tokens).ProbeUsers(t.Context())
}

func wantSignInError(t *testing.T, err error, code string, says ...string) {
	t.Helper()
	var refused *SignInError
	if !errors.As(err, &refused) || refused.Code != code {
		t.Fatalf("got %v, want a refusal with the code %q", err, code)
	}
	for _, part := range says {
		if !strings.Contains(refused.Error(), part) {
			t.Errorf("%q does not say %q", refused, part)
		}
	}
	mustBeOneCleanLine(t, refused, testSecret)
}

func certificateOf(t *testing.T, pair testcert.Pair, more ...*x509.Certificate) *ClientCertificate {
	t.Helper()
	c, err := NewClientCertificate(slices.Concat(more, []*x509.Certificate{pair.Certificate}), pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCertificate_SignsIn(t *testing.T) {
	pair, authority := testcert.New(t), testcert.New(t)
	sim := startSim(t, graphsim.Options{Seed: 7, Certificates: []*x509.Certificate{pair.Certificate}})
	for name, c := range map[string]*ClientCertificate{
		"alone":        certificateOf(t, pair),
		"with a chain": certificateOf(t, pair, authority.Certificate),
	} {
		if err := readsBy(t, sim, NewCertificateTokens(signInOf(sim), c)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCertificate_ThatIsNotTheApplications(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	err := readsBy(t, sim, NewCertificateTokens(signInOf(sim), certificateOf(t, testcert.New(t))))
	wantSignInError(t, err, "700027", "not one of the application's", "upload")
}

// A connector that runs on when its certificate ends says so, and that the files are read at a start.
func TestCertificate_ThatEndsMeanwhile(t *testing.T) {
	pair := testcert.Between(t, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour))
	sim := startSim(t, graphsim.Options{Seed: 7, Certificates: []*x509.Certificate{pair.Certificate}})
	err := readsBy(t, sim, NewCertificateTokens(signInOf(sim), certificateOf(t, pair)))
	wantSignInError(t, err, "700027", "the certificate has expired, on "+pair.Certificate.NotAfter.UTC().Format(time.DateOnly), "start the connector again")
}

func TestOwnSecrets_AreThoseOfTheRegistration(t *testing.T) {
	ends := time.Date(2040, 5, 6, 7, 8, 9, 0, time.UTC)
	sim := startSim(t, graphsim.Options{Seed: 7, ClientSecret: "first~secret", ClientSecretEnds: ends})
	secrets, err := simClient(t, sim).ListOwnSecrets(t.Context(), sim.Options().ClientID)
	if err != nil || len(secrets) != 1 || secrets[0].Hint != "fir" || secrets[0].KeyID == "" || secrets[0].Ends == nil || !secrets[0].Ends.Equal(ends) {
		t.Errorf("%+v, %v", secrets, err)
	}
	if _, err := simClient(t, sim).ListOwnSecrets(t.Context(), testClient); err == nil {
		t.Error("an application that is not there has secrets")
	}
}

func TestOwnSecrets_AreAnErrorWhereTheyCannotBeRead(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	for _, f := range []graphsim.Fault{{Status: 401}, {Status: 403}, {Status: 404}, {Status: 429}, {Status: 500}, {Status: 503},
		{Kind: graphsim.BadJSON}, {Kind: graphsim.Cut}, {Kind: graphsim.Drop}, {Kind: graphsim.HTMLBody, Status: 200}} {
		f.PathContains, f.Times = "/applications(", -1
		sim.ClearFaults()
		sim.Fail(f)
		if secrets, err := simClient(t, sim).ListOwnSecrets(t.Context(), sim.Options().ClientID); err == nil || secrets != nil {
			t.Errorf("%+v: %+v, %v", f, secrets, err)
		}
	}
}

// TestSignIn_FollowsNoRedirect: whoever answers for sign-in does not get to send the secret elsewhere.
func TestSignIn_FollowsNoRedirect(t *testing.T) {
	var asked []string
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Host)
		return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"https://evil.example.com/"}}, Body: http.NoBody, Request: r}, nil
	})
	s := SignIn{Authority: "https://login.microsoftonline.com", Scope: publicScope, TenantID: testTenant, ClientID: testClient, HTTP: SignInClient(base)}
	_, err := NewClientSecretTokens(s, testSecret).Token(t.Context())
	wantSignInError(t, err, "", "answered 307")
	if slices.Contains(asked, "evil.example.com") || len(asked) == 0 {
		t.Errorf("asked: %v", asked)
	}
}

func TestManagedIdentity_IsAskedWithoutAProxy(t *testing.T) {
	client := SignInClient(transport.NewBase())
	direct, ok := withoutProxy(client).Transport.(*http.Transport)
	if base, _ := client.Transport.(*http.Transport); !ok || direct.Proxy != nil || base.Proxy == nil {
		t.Error("the proxy of the environment is not left out, or left out everywhere")
	}
}
