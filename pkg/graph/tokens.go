package graph

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// TokenSource gives out tokens for Graph; azidentity gets, caches and renews them. It is a
// transport.TokenSource.
type TokenSource struct {
	scope     string
	tenantID  string
	authority string
	make      func() (azcore.TokenCredential, error)

	mu         sync.Mutex
	credential azcore.TokenCredential
}

// SignIn says where and how an application signs in.
type SignIn struct {
	// Authority is the sign-in host, "https://login.microsoftonline.com".
	Authority string
	// Scope is what the token is for, Cloud.Scope.
	Scope    string
	TenantID string
	ClientID string
	// HTTP carries the sign-in requests.
	HTTP *http.Client
}

// NewClientSecretTokens returns tokens for an application that signs in with a client secret. Nothing
// is sent before the first token is asked for.
func NewClientSecretTokens(s SignIn, secret string) *TokenSource {
	options := &azidentity.ClientSecretCredentialOptions{
		ClientOptions: s.clientOptions(),
		// The authority is known here: discovery would ask login.microsoftonline.com about it, which a
		// sovereign cloud, a proxy or a simulator cannot count on.
		DisableInstanceDiscovery: true,
	}
	return &TokenSource{scope: s.Scope, tenantID: s.TenantID, authority: s.Authority, make: func() (azcore.TokenCredential, error) {
		return azidentity.NewClientSecretCredential(s.TenantID, s.ClientID, secret, options)
	}}
}

func (s SignIn) clientOptions() policy.ClientOptions {
	return policy.ClientOptions{
		// Always named, or AZURE_AUTHORITY_HOST would decide where the secret goes.
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: s.Authority},
		Transport: noting{s.HTTP},
		// Retries have one place, the transport, which asks for the token again.
		Retry: policy.RetryOptions{MaxRetries: -1},
	}
}

// Token returns a token that is good now, from azidentity's cache where there is one.
func (t *TokenSource) Token(ctx context.Context) (string, error) { return t.get(ctx, "") }

// Renew returns another token than the refused one: by the claims of the refusal, which go past the
// cache, or without claims through a credential whose cache is empty.
func (t *TokenSource) Renew(ctx context.Context, refused, claims string) (string, error) {
	if claims != "" {
		return t.get(ctx, claims)
	}
	before, err := t.current()
	if err != nil {
		return "", t.unusable(err)
	}
	if token, err := t.get(ctx, ""); err != nil || token != refused {
		return token, err // another goroutine has renewed it already
	}
	t.drop(before)
	return t.get(ctx, "")
}

func (t *TokenSource) get(ctx context.Context, claims string) (string, error) {
	credential, err := t.current()
	if err != nil {
		return "", t.unusable(err)
	}
	var lost error
	token, err := credential.GetToken(context.WithValue(ctx, lostKey{}, &lost),
		policy.TokenRequestOptions{Scopes: []string{t.scope}, Claims: claims, EnableCAE: true})
	switch {
	case err == nil:
		return token.Token, nil
	case ctx.Err() != nil:
		return "", fmt.Errorf("graph: sign in at %s: %w", t.authority, context.Cause(ctx))
	}
	return "", newSignInError(t.authority, t.tenantID, err, lost)
}

// noting remembers why a sign-in request got no answer: azidentity's errors hold the text of that, but do
// not wrap it.
type noting struct{ client *http.Client }

// lostKey is the context's key of the *error that noting writes to.
type lostKey struct{}

func (n noting) Do(req *http.Request) (*http.Response, error) {
	resp, err := n.client.Do(req)
	if lost, ok := req.Context().Value(lostKey{}).(*error); ok {
		*lost = err
	}
	return resp, err
}

// drop gives up a credential with its cache, unless another goroutine has put one in its place already.
func (t *TokenSource) drop(old azcore.TokenCredential) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.credential == old {
		t.credential = nil
	}
}

func (t *TokenSource) unusable(err error) error {
	return &SignInError{Authority: t.authority, TenantID: t.tenantID, Reason: "the credential cannot be used: " + oneLine(err.Error()), Decided: true}
}

func (t *TokenSource) current() (azcore.TokenCredential, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.credential == nil {
		c, err := t.make()
		if err != nil {
			return nil, err
		}
		t.credential = c
	}
	return t.credential, nil
}

// SignInError says why there is no token. Its text names the cause and the remedy, and nothing secret.
type SignInError struct {
	Authority string
	TenantID  string
	// Code is the AADSTS number, "" where Microsoft's sign-in did not answer with one.
	Code   string
	Reason string
	// Decided is true where asking again would get the same answer.
	Decided bool
	cause   error
}

// Error names the cause and the remedy.
func (e *SignInError) Error() string { return "sign in: " + e.Reason }

// Unwrap returns what the network reported, where it is that which failed.
func (e *SignInError) Unwrap() error { return e.cause }

// Final says whether asking again would get the same answer.
func (e *SignInError) Final() bool { return e.Decided }

// HTTPStatus maps the failure to the status that a service would have answered with: 401 where sign-in
// has decided, 503 where it could not be reached.
func (e *SignInError) HTTPStatus() int {
	if e.Decided {
		return http.StatusUnauthorized
	}
	return http.StatusServiceUnavailable
}

var aadsts = regexp.MustCompile(`AADSTS(\d+)`)

// newSignInError turns azidentity's error, which is many lines with the whole answer in it, into one
// sentence. Lost is what the network reported, where no answer came.
func newSignInError(authority, tenantID string, err, lost error) error {
	e := &SignInError{Authority: authority, TenantID: tenantID}
	if lost != nil {
		e.cause = withoutURL(lost)
		e.Reason = fmt.Sprintf("%s cannot be reached: %s. %s", authority, oneLine(e.cause.Error()), reachRemedy(e.cause))
		return e
	}
	if m := aadsts.FindStringSubmatch(err.Error()); m != nil {
		e.Code = m[1]
	}
	status := answeredStatus(err)
	passing := status == http.StatusTooManyRequests || status >= 500
	e.Reason, e.Decided = signInReason(e.Code, authority, tenantID)
	switch {
	case e.Reason != "":
		e.Decided = e.Decided && !passing
	case passing:
		e.Reason = fmt.Sprintf("%s answered %d. It may pass; the sync can be run again", authority, status)
	case status != 0:
		e.Decided = true
		e.Reason = fmt.Sprintf("%s answered %d. Check the tenant id and --authority-host", authority, status)
	default:
		// Never the text of err: it quotes the answer, which can be half a token.
		e.Reason = fmt.Sprintf("%s gave an answer that is not Microsoft's sign-in's. Check --authority-host and HTTPS_PROXY", authority)
	}
	return e
}

// reachRemedy is what to do about a sign-in host that gives no answer.
func reachRemedy(err error) string {
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return "Name the certificate authority that is to be trusted in SSL_CERT_FILE, or its folder in SSL_CERT_DIR"
	}
	return "Check the network, HTTPS_PROXY and --authority-host"
}

// answeredStatus is the status that sign-in answered with, 0 where it did not.
func answeredStatus(err error) int {
	var answered *azidentity.AuthenticationFailedError
	if errors.As(err, &answered) && answered.RawResponse != nil {
		return answered.RawResponse.StatusCode
	}
	return 0
}

// signInReason explains the codes that administrators meet, and says whether they are final.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func signInReason(code, authority, tenantID string) (string, bool) {
	switch code {
	case "":
		return "", false
	case "7000215":
		return "the client secret is wrong (AADSTS7000215): use the secret's value, not its id, from the app registration's Certificates & secrets", true
	case "7000222":
		return "the client secret has expired (AADSTS7000222): make a new one in the app registration's Certificates & secrets", true
	case "700016":
		return fmt.Sprintf("the tenant %s has no application with this client id (AADSTS700016): check the client id, and that an administrator of this tenant has consented to the application", tenantID), true
	case "90002", "900023":
		return fmt.Sprintf("there is no tenant %s at %s (AADSTS%s): check the tenant id, and the cloud it is in", tenantID, authority, code), true
	case "700027":
		return "the certificate is not one of the application's (AADSTS700027): upload it to the app registration's Certificates & secrets", true
	case "53003":
		return "a Conditional Access policy forbids this sign-in (AADSTS53003): exclude the application from it or let it sign in from here", true
	case "50196":
		return "sign-in refuses an application that asked too often (AADSTS50196): wait some minutes", false
	}
	return fmt.Sprintf("%s refused the application (AADSTS%s): the code is explained at https://login.microsoftonline.com/error?code=%s", authority, code, code), true
}
