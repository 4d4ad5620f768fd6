package graph

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// NewWorkloadTokens returns tokens for an application that signs in with a federated token, which the
// platform keeps in a file and renews there.
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation
func NewWorkloadTokens(s SignIn, file string) *TokenSource {
	options := &azidentity.ClientAssertionCredentialOptions{ClientOptions: s.clientOptions(), DisableInstanceDiscovery: authorityIsKnown}
	// azidentity's own credential for this keeps the file for ten minutes and hides why it cannot be read.
	t := s.tokens(func() (azcore.TokenCredential, error) {
		return azidentity.NewClientAssertionCredential(s.TenantID, s.ClientID, func(ctx context.Context) (string, error) { return readToken(ctx, file) }, options)
	})
	asked := t.explain
	t.explain = func(err error, seen notes) *SignInError {
		if seen.file != nil {
			return &SignInError{Authority: s.Authority, TenantID: s.TenantID, Decided: true, cause: seen.file,
				Reason: fmt.Sprintf("the federated token cannot be read: %s. Check AZURE_FEDERATED_TOKEN_FILE and the rights on the file", oneLine(seen.file.Error()))}
		}
		return asked(err, seen)
	}
	return t
}

func readToken(ctx context.Context, file string) (string, error) {
	token, err := os.ReadFile(file)
	if seen, ok := ctx.Value(notesKey{}).(*notes); ok {
		seen.file = err
	}
	return string(token), err
}

const (
	// managedIdentity names the endpoint in sentences: it is IMDS or what IDENTITY_ENDPOINT says.
	managedIdentity = "the managed identity endpoint"
	// imdsPatience bounds a try: off Azure the address of IMDS may swallow what is sent to it.
	imdsPatience = 10 * time.Second
)

// NewManagedIdentityTokens returns tokens for the managed identity of the machine or app that the
// connector runs in: the user-assigned one with the client id, or the system-assigned one without.
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview
func NewManagedIdentityTokens(s SignIn) *TokenSource {
	s.HTTP = withoutProxy(s.HTTP)
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: s.clientOptions()}
	options.Retry.TryTimeout = imdsPatience
	if os.Getenv("IDENTITY_SERVER_THUMBPRINT") != "" {
		options.Transport = s.HTTP // Service Fabric: azidentity pins a certificate on the client itself
	}
	if s.ClientID != "" {
		options.ID = azidentity.ClientID(s.ClientID)
	}
	return &TokenSource{scope: s.Scope, place: managedIdentity, tenantID: s.TenantID,
		make:    func() (azcore.TokenCredential, error) { return azidentity.NewManagedIdentityCredential(options) },
		explain: s.explainIdentity,
		// All credentials of a process share one cache of managed identity tokens.
		anew: `{"access_token":{}}`}
}

// withoutProxy is for an endpoint on the machine itself, which a proxy cannot reach.
func withoutProxy(client *http.Client) *http.Client {
	base, ok := client.Transport.(*http.Transport)
	if !ok {
		return client
	}
	direct := *client
	transport := base.Clone()
	transport.Proxy = nil
	direct.Transport = transport
	return &direct
}

// explainIdentity makes a sentence of what the endpoint of a managed identity answers.
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
func (s SignIn) explainIdentity(_ error, seen notes) *SignInError {
	e := &SignInError{Authority: managedIdentity, TenantID: s.TenantID}
	switch status := seen.status; {
	case seen.lost != nil:
		e.cause = withoutURL(seen.lost)
		e.Reason = fmt.Sprintf("no managed identity endpoint answers here: %s. Run the connector on an Azure resource that has a managed identity, "+
			"or sign in another way", oneLine(e.cause.Error()))
	case status == http.StatusBadRequest && s.ClientID != "":
		e.Decided = true
		e.Reason = fmt.Sprintf("this resource has no managed identity with the client id %s (status 400): assign it to the resource, "+
			"or leave out --entra-client-id for the system-assigned one", s.ClientID)
	case status == http.StatusBadRequest:
		e.Decided = true
		e.Reason = "this resource has no system-assigned managed identity (status 400): turn it on, or name a user-assigned one with --entra-client-id"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		e.Decided = true
		e.Reason = fmt.Sprintf("%s refuses the connector (status %d): check IDENTITY_ENDPOINT and IDENTITY_HEADER, which the platform sets", managedIdentity, status)
	case status == http.StatusOK, status == 0:
		e.Reason = managedIdentity + " gave an answer that makes no sense. Check IDENTITY_ENDPOINT"
	default:
		e.Reason = fmt.Sprintf("%s answered %d. It may pass; the sync can be run again", managedIdentity, status)
	}
	return e
}
