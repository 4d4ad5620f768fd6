package graph

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testcert"
)

const testIssuer, testSubject = "https://k8s.example.com", "system:serviceaccount:baton:connector"

// federated is a federated token of the test's issuer.
func federated(t *testing.T, key *rsa.PrivateKey, subject string, ends time.Time) []byte {
	t.Helper()
	var parts []string
	for _, v := range []any{
		map[string]string{"alg": "RS256"},
		map[string]any{"iss": testIssuer, "sub": subject, "aud": "api://AzureADTokenExchange", "exp": ends.Unix()},
	} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(text))
	}
	digest := sha256.Sum256([]byte(strings.Join(parts, ".")))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.Join(append(parts, base64.RawURLEncoding.EncodeToString(signature)), "."))
}

func TestWorkload_SignsInWithTheTokenOfTheFile(t *testing.T) {
	key := testcert.New(t).Key
	sim := startSim(t, graphsim.Options{Seed: 7, Federations: []graphsim.Federation{{Issuer: testIssuer, Subject: testSubject, Key: &key.PublicKey}}})
	file := filepath.Join(t.TempDir(), "token")
	write := func(token []byte) {
		if err := os.WriteFile(file, token, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := time.Now().Add(time.Hour)
	write(federated(t, key, "another", in))
	tokens := NewWorkloadTokens(signInOf(sim), file)
	wantSignInError(t, readsBy(t, sim, tokens), "70021", "does not trust the federated token", "issuer, subject and audience")

	write(federated(t, key, testSubject, time.Now().Add(-time.Hour)))
	wantSignInError(t, readsBy(t, sim, tokens), "700024", "out of date")

	// The platform renews the file, and the next token comes of it.
	write(federated(t, key, testSubject, in))
	if err := readsBy(t, sim, tokens); err != nil {
		t.Error(err)
	}
}

func TestWorkload_SaysThatTheFileCannotBeRead(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	file := filepath.Join(t.TempDir(), "token")
	err := readsBy(t, sim, NewWorkloadTokens(signInOf(sim), file))
	wantSignInError(t, err, "", "cannot be read", file, "AZURE_FEDERATED_TOKEN_FILE")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v does not wrap the reason", err)
	}
}

// identityOf is a tenant with an App Service's endpoint, which the environment leads to.
func identityOf(t *testing.T, o graphsim.Options) *graphsim.Server {
	t.Helper()
	o.Seed, o.ManagedIdentity = 7, true
	sim := startSim(t, o)
	t.Setenv("IDENTITY_ENDPOINT", sim.IdentityEndpoint())
	t.Setenv("IDENTITY_HEADER", sim.IdentityHeader())
	return sim
}

// asIdentity signs in as a managed identity. Tokens of one are kept for the whole process, so each tenant
// of a test begins with a renewal.
func asIdentity(sim *graphsim.Server, clientID string) *TokenSource {
	s := signInOf(sim)
	s.ClientID = clientID
	return NewManagedIdentityTokens(s)
}

func TestManagedIdentity_SignsIn(t *testing.T) {
	sim := identityOf(t, graphsim.Options{})
	for name, id := range map[string]string{"system-assigned": "", "user-assigned": sim.ManagedIdentities()[1]} {
		tokens := asIdentity(sim, id)
		first, err := tokens.get(t.Context(), tokens.anew)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := readsBy(t, sim, tokens); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		second, err := tokens.Renew(t.Context(), first, "")
		if err != nil || second == first {
			t.Errorf("%s: the refused token comes again: %v", name, err)
		}
		if third, err := tokens.Token(t.Context()); err != nil || third != second {
			t.Errorf("%s: the renewed token is not kept: %v", name, err)
		}
	}
}

func TestManagedIdentity_IsNotAssigned(t *testing.T) {
	sim := identityOf(t, graphsim.Options{})
	_, err := asIdentity(sim, testClient).Token(t.Context())
	wantSignInError(t, err, "", "no managed identity with the client id "+testClient, "--entra-client-id")
	if !errors.As(err, new(*SignInError)) || !err.(*SignInError).Final() { //nolint:errorlint // As has just said so
		t.Error("it is worth asking again")
	}
	none := identityOf(t, graphsim.Options{Apps: -1})
	if len(none.ManagedIdentities()) == 0 {
		tokens := asIdentity(none, "")
		_, err := tokens.get(t.Context(), tokens.anew)
		wantSignInError(t, err, "", "no system-assigned managed identity", "--entra-client-id")
	}
}

func TestManagedIdentity_HeaderIsWrong(t *testing.T) {
	sim := identityOf(t, graphsim.Options{})
	t.Setenv("IDENTITY_HEADER", "another")
	tokens := asIdentity(sim, "")
	_, err := tokens.get(t.Context(), tokens.anew)
	wantSignInError(t, err, "", "refuses the connector (status 401)", "IDENTITY_HEADER")
}

func TestManagedIdentity_EndpointsThatAreNone(t *testing.T) {
	answer := func(status int, body string) roundTripper {
		return func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		}
	}
	var asked []string
	for name, c := range map[string]struct {
		endpoint roundTripper
		clientID string
		says     string
		final    bool
	}{
		"nobody there": {func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.Host)
			return nil, errors.New("no route to host")
		}, "", "no managed identity endpoint answers here: no route to host", false},
		"no system identity":   {answer(400, `{"error":"invalid_request","error_description":"Identity not found"}`), "", "no system-assigned managed identity", true},
		"not this identity":    {answer(400, `{"error":"invalid_request"}`), testClient, "no managed identity with the client id", true},
		"too often":            {answer(429, `{}`), "", "answered 429", false},
		"not ready":            {answer(404, ``), "", "answered 404", false},
		"something else":       {answer(200, "<html>Welcome</html>"), "", "makes no sense", false},
		"a proxy says no":      {answer(403, "unreachable"), "", "status 403", true},
		"not to be quoted":     {answer(500, `{"access_token":"`+testSecret+`"}`), "", "answered 500", false},
		"half of it, unquoted": {answer(200, `{"access_token":"`+testSecret), "", "makes no sense", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("IDENTITY_ENDPOINT", "")
			if err := os.Unsetenv("IDENTITY_ENDPOINT"); err != nil { // Setenv puts it back
				t.Fatal(err)
			}
			tokens := NewManagedIdentityTokens(SignIn{Scope: publicScope, ClientID: c.clientID, HTTP: &http.Client{Transport: c.endpoint}})
			_, err := tokens.get(t.Context(), tokens.anew)
			wantSignInError(t, err, "", c.says)
			var refused *SignInError
			if errors.As(err, &refused); refused.Final() != c.final {
				t.Errorf("final: %v", refused.Final())
			}
		})
	}
	if len(asked) != 1 || asked[0] != "169.254.169.254" {
		t.Errorf("asked: %v", asked)
	}
}
