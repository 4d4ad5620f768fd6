package graph

import (
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// SignIn says where and as whom to sign in.
type SignIn struct {
	// Authority is the sign-in host, "https://login.microsoftonline.com".
	Authority string
	// Scope is what the token is for, Cloud.Scope.
	Scope    string
	TenantID string
	ClientID string
	// HTTP carries the sign-in requests, see SignInClient.
	HTTP *http.Client
	// Now tells the time; the machine's own when nil.
	Now func() time.Time
}

// SignInClient carries sign-in requests. It follows no redirect: a credential goes where it was sent and
// nowhere else.
func SignInClient(base http.RoundTripper) *http.Client {
	return &http.Client{Transport: base, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// NewClientSecretTokens returns tokens for an application that signs in with a client secret. Nothing
// is sent before the first token is asked for.
func NewClientSecretTokens(s SignIn, secret string) *TokenSource {
	options := &azidentity.ClientSecretCredentialOptions{ClientOptions: s.clientOptions(), DisableInstanceDiscovery: authorityIsKnown}
	return s.tokens(func() (azcore.TokenCredential, error) {
		return azidentity.NewClientSecretCredential(s.TenantID, s.ClientID, secret, options)
	})
}

// NewCertificateTokens returns tokens for an application that signs in with a certificate.
func NewCertificateTokens(s SignIn, c *ClientCertificate) *TokenSource {
	options := &azidentity.ClientCertificateCredentialOptions{ClientOptions: s.clientOptions(), DisableInstanceDiscovery: authorityIsKnown,
		// A chain in the file is there to be sent: trust by subject and issuer needs it.
		SendCertificateChain: len(c.chain) > 1}
	t := s.tokens(func() (azcore.TokenCredential, error) {
		return azidentity.NewClientCertificateCredential(s.TenantID, s.ClientID, c.chain, c.key, options)
	})
	t.explain = func(err error, seen notes) *SignInError {
		e := newSignInError(s.Authority, s.TenantID, err, seen.lost)
		if e.Code == "700027" && c.Check(s.now()) != nil {
			e.Reason = c.Check(s.now()).Error() + " (AADSTS700027)"
		}
		return e
	}
	return t
}

// authorityIsKnown switches discovery off: it would ask login.microsoftonline.com about the authority,
// which a sovereign cloud, a proxy or a simulator cannot count on.
const authorityIsKnown = true

// tokens is a source whose credentials ask the authority.
func (s SignIn) tokens(newCredential func() (azcore.TokenCredential, error)) *TokenSource {
	return &TokenSource{scope: s.Scope, place: s.Authority, tenantID: s.TenantID, make: newCredential,
		explain: func(err error, seen notes) *SignInError {
			return newSignInError(s.Authority, s.TenantID, err, seen.lost)
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

func (s SignIn) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// noting remembers what became of a sign-in request: azidentity's errors hold the text of that, but do
// not always wrap it.
type noting struct{ client *http.Client }

// notes are what one request for a token met with.
type notes struct {
	lost   error // why no answer came
	status int   // of the last answer
	file   error // why the file of a federated token cannot be read
}

// notesKey is the context's key of the *notes that are written to.
type notesKey struct{}

// Do sends a request and notes why it got no answer.
func (n noting) Do(req *http.Request) (*http.Response, error) {
	resp, err := n.client.Do(req)
	if seen, ok := req.Context().Value(notesKey{}).(*notes); ok {
		seen.lost = err
		if err == nil {
			seen.status = resp.StatusCode
		}
	}
	return resp, err
}
