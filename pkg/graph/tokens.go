package graph

import (
	"context"
	"errors"
	"fmt"
	"net"
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
		Transport: s.HTTP,
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
	if token, err := t.get(ctx, ""); err != nil || token != refused {
		return token, err // another goroutine has renewed it already
	}
	t.mu.Lock()
	t.credential = nil
	t.mu.Unlock()
	return t.get(ctx, "")
}

func (t *TokenSource) get(ctx context.Context, claims string) (string, error) {
	credential, err := t.current()
	if err != nil {
		return "", &SignInError{Authority: t.authority, TenantID: t.tenantID, Reason: "the credential cannot be used: " + oneLine(err.Error()), Decided: true}
	}
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{t.scope}, Claims: claims, EnableCAE: true})
	if err != nil {
		return "", newSignInError(t.authority, t.tenantID, err)
	}
	return token.Token, nil
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
func (e *SignInError) Error() string { return "graph: sign in: " + e.Reason }

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

// newSignInError turns azidentity's error, which is many lines with the whole answer in it, into one sentence.
func newSignInError(authority, tenantID string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("graph: sign in at %s: %w", authority, err)
	}
	e := &SignInError{Authority: authority, TenantID: tenantID}
	if m := aadsts.FindStringSubmatch(err.Error()); m != nil {
		e.Code = m[1]
	}
	e.Reason, e.Decided = signInReason(e.Code, authority, tenantID)
	if e.Reason != "" {
		return e
	}
	var network net.Error
	var answered *azidentity.AuthenticationFailedError
	switch {
	case errors.As(err, &network):
		e.cause = network
		e.Reason = fmt.Sprintf("%s cannot be reached: %s. Check the network, HTTPS_PROXY and --authority-host", authority, oneLine(withoutURL(network).Error()))
	case errors.As(err, &answered) && answered.RawResponse != nil && answered.RawResponse.StatusCode < 500:
		e.Decided = true
		e.Reason = fmt.Sprintf("%s answered %d. Check the tenant id and --authority-host", authority, answered.RawResponse.StatusCode)
	case errors.As(err, &answered) && answered.RawResponse != nil:
		e.Reason = fmt.Sprintf("%s answered %d. It may pass; the sync can be run again", authority, answered.RawResponse.StatusCode)
	default:
		e.Reason = fmt.Sprintf("no token from %s: %s", authority, oneLine(err.Error()))
	}
	return e
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
		return "sign-in refuses the application for now because it asked too often (AADSTS50196): wait some minutes", false
	}
	return fmt.Sprintf("%s refused the application (AADSTS%s): the code is explained at https://login.microsoftonline.com/error?code=%s", authority, code, code), true
}
