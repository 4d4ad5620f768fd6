package entra

import (
	"golang.org/x/oauth2"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// handed is what the SDK hands in beside the settings.
type handed struct {
	authMethod string
	// tokens are those of a hosted OAuth sign-in, nil everywhere else.
	tokens oauth2.TokenSource
}

// tokensFor returns the tokens of the method that was chosen, for one service. Nothing is sent before the first is asked for.
func tokensFor(to config.Connection, around surroundings, scope string) transport.TokenSource {
	s := graph.SignIn{Authority: to.Cloud.Authority, Scope: scope, TenantID: to.TenantID, ClientID: to.ClientID,
		HTTP: graph.SignInClient(around.base), Now: around.clock.Now}
	switch to.Method {
	case config.Certificate:
		return graph.NewCertificateTokens(s, to.Certificate)
	case config.OAuth:
		return newHandedTokens(around.handed.tokens)
	case config.ManagedIdentity:
		return graph.NewManagedIdentityTokens(s)
	case config.WorkloadIdentity:
		return graph.NewWorkloadTokens(s, to.TokenFile)
	case config.AzureCLI:
		return graph.NewAzureCLITokens(s)
	case config.ClientSecret:
	}
	return graph.NewClientSecretTokens(s, to.Secret)
}
