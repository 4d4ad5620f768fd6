package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const (
	testTenant = "11111111-1111-4111-8111-111111111111"
	testClient = "22222222-2222-4222-8222-222222222222"
	testSecret = "Xy9~very-secret"
)

// signInServer is a sign-in service whose token endpoint gives one answer.
func signInServer(t *testing.T, status int, body string) *cannedServer {
	t.Helper()
	var base string
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			_ = json.NewEncoder(w).Encode(map[string]string{"issuer": base + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token",
				"authorization_endpoint": base + "/oauth2/v2.0/authorize"})
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
	base = server.URL + "/" + testTenant
	return server
}

func tokensOf(server *cannedServer) *TokenSource {
	return NewClientSecretTokens(SignIn{Authority: server.URL, Scope: publicScope, TenantID: testTenant, ClientID: testClient, HTTP: server.Client()}, testSecret)
}

// refusal is the body of a sign-in service that refuses, with as much around the code as Microsoft's has.
func refusal(code string) string {
	return fmt.Sprintf(`{"error":"invalid_client","error_description":"AADSTS%s: What went wrong, at length.\r\nTrace ID: 1\r\nCorrelation ID: 2",`+
		`"error_codes":[%s],"trace_id":"1","correlation_id":"2"}`, code, code)
}

func TestSignIn_NamesTheCauseAndTheRemedy(t *testing.T) {
	for _, c := range []struct {
		name, code string
		status     int
		body       string
		says       []string
		decided    bool
	}{
		{"wrong secret", "7000215", 401, refusal("7000215"), []string{"secret is wrong", "Certificates & secrets", "started again"}, true},
		{"expired secret", "7000222", 401, refusal("7000222"), []string{"secret has expired", "make a new one"}, true},
		{"wrong client", "700016", 400, refusal("700016"), []string{testTenant, "client id", "consented"}, true},
		{"wrong tenant", "90002", 400, refusal("90002"), []string{"no tenant " + testTenant, "check the tenant id"}, true},
		{"malformed tenant", "900023", 400, refusal("900023"), []string{"no tenant " + testTenant, "AADSTS900023"}, true},
		{"wrong certificate", "700027", 401, refusal("700027"), []string{"certificate", "upload"}, true},
		{"conditional access", "53003", 400, refusal("53003"), []string{"Conditional Access", "exclude"}, true},
		{"asked too often", "50196", 400, refusal("50196"), []string{"too often", "wait some minutes"}, false},
		{"an unknown code", "123456", 400, refusal("123456"), []string{"AADSTS123456", "error?code=123456"}, true},
		{"an unknown code that may pass", "90033", 503, refusal("90033"), []string{"AADSTS90033"}, false},
		{"a code while it is throttling", "90055", 429, refusal("90055"), []string{"AADSTS90055"}, false},
		{"500 without a code", "", 500, "<html>oops</html>", []string{"answered 500", "may pass"}, false},
		{"429 without a code", "", 429, "", []string{"answered 429", "may pass"}, false},
		{"200 of a captive portal", "", 200, "<html>Welcome</html>", []string{"not Microsoft's sign-in's", "--authority-host"}, false},
		{"200 with half a token", "", 200, `{"access_token":"` + testSecret + `","expires_in":`, []string{"not Microsoft's sign-in's", "--authority-host"}, false},
		{"200 with an odd token", "", 200, `{"access_token":"` + testSecret + `","expires_in":"soon"}`, []string{"not Microsoft's sign-in's", "--authority-host"}, false},
		{"200 without a token", "", 200, `{"client_secret":"` + testSecret + `"}`, []string{"not Microsoft's sign-in's", "--authority-host"}, false},
		{"403 of a proxy", "", 403, "<html>no</html>", []string{"answered 403", "--authority-host"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := signInServer(t, c.status, c.body)
			_, err := tokensOf(server).Token(t.Context())
			var refused *SignInError
			if !errors.As(err, &refused) || refused.Code != c.code || refused.Final() != c.decided {
				t.Fatalf("got %#v, want the code %q, final: %v", err, c.code, c.decided)
			}
			if want := map[bool]int{true: 401, false: 503}[c.decided]; refused.HTTPStatus() != want {
				t.Errorf("status %d, want %d", refused.HTTPStatus(), want)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			mustBeOneCleanLine(t, err, testSecret)
		})
	}
}

func mustBeOneCleanLine(t *testing.T, err error, secret string) {
	t.Helper()
	for _, bad := range []string{"\n", "\r", secret, "troubleshoot", "-----", "ClientSecretCredential", "Trace ID"} {
		if strings.Contains(err.Error(), bad) {
			t.Errorf("%q is in the text: %v", bad, err)
		}
	}
	if len(err.Error()) > 500 || !strings.HasPrefix(err.Error(), "sign in") {
		t.Errorf("the text is %q", err)
	}
}

func TestSignIn_SaysThatTheHostCannotBeReached(t *testing.T) {
	server := signInServer(t, 200, "")
	tokens := tokensOf(server)
	server.Close()
	_, err := tokens.Token(t.Context())
	var refused *SignInError
	if !errors.As(err, &refused) || refused.Final() || refused.HTTPStatus() != 503 {
		t.Fatalf("got %#v", err)
	}
	if !strings.Contains(err.Error(), server.URL+" cannot be reached: dial tcp") || !strings.Contains(err.Error(), "HTTPS_PROXY") {
		t.Errorf("got %q", err)
	}
	mustBeOneCleanLine(t, err, testSecret)
}

func TestSignIn_SaysThatTheCertificateIsNotTrusted(t *testing.T) {
	server := signInServer(t, 200, "")
	tokens := NewClientSecretTokens(SignIn{Authority: server.URL, Scope: publicScope, TenantID: testTenant, ClientID: testClient,
		HTTP: &http.Client{Transport: &http.Transport{}}}, testSecret)
	_, err := tokens.Token(t.Context())
	if err == nil || !strings.Contains(err.Error(), "certificate") || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("got %v", err)
	}
	mustBeOneCleanLine(t, err, testSecret)
}

func TestSignIn_EndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := startCanned(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := tokensOf(server).Token(ctx)
	var refused *SignInError
	if !errors.Is(err, context.Canceled) || errors.As(err, &refused) {
		t.Errorf("got %#v, want the end of the context", err)
	}
}

func TestSignIn_RefusesACredentialThatCannotBe(t *testing.T) {
	server := signInServer(t, 200, "")
	tokens := NewClientSecretTokens(SignIn{Authority: server.URL, Scope: publicScope, TenantID: "not a tenant!", ClientID: testClient, HTTP: server.Client()}, testSecret)
	_, err := tokens.Token(t.Context())
	var refused *SignInError
	if !errors.As(err, &refused) || !refused.Final() || len(server.seen()) != 0 {
		t.Fatalf("got %#v", err)
	}
	mustBeOneCleanLine(t, err, testSecret)
}
