package graph

import (
	"context"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// LaneKeys is the name of the lane for requests that select keyCredentials: 150 in a minute, of a tenant.
// It is published for applications (https://learn.microsoft.com/graph/api/application-list), and taken to
// hold for service principals, too.
const LaneKeys = "keys"

// Credential is a secret or a key of an application, as far as it may be known. What could be used to sign
// in, secretText and key, is not read.
// https://learn.microsoft.com/graph/api/resources/passwordcredential
// https://learn.microsoft.com/graph/api/resources/keycredential
type Credential struct {
	KeyID         string     `json:"keyId"`
	DisplayName   string     `json:"displayName"`
	StartDateTime *time.Time `json:"startDateTime"`
	EndDateTime   *time.Time `json:"endDateTime"`
	// Hint is the first characters of a secret.
	Hint string `json:"hint"`
	// Type is AsymmetricX509Cert, X509CertAndPassword or Symmetric for a key, "" for a secret.
	Type string `json:"type"`
	// Usage is Verify or Sign for a key.
	Usage string `json:"usage"`
	// CustomKeyIdentifier is the thumbprint of a certificate.
	CustomKeyIdentifier string `json:"customKeyIdentifier"`
}

// CredentialHolder is a service principal or an app registration with its secrets and keys.
type CredentialHolder struct {
	ID          string `json:"id"`
	AppID       string `json:"appId"`
	DisplayName string `json:"displayName"`
	// ServicePrincipalType is the kind of a service principal, "" for a registration.
	ServicePrincipalType string       `json:"servicePrincipalType"`
	Passwords            []Credential `json:"passwordCredentials"`
	Keys                 []Credential `json:"keyCredentials"`
	// Assignments are up to ExpandLimit of those to a service principal, where they were asked for.
	Assignments     []Object `json:"appRoleAssignedTo"`
	MoreAssignments string   `json:"appRoleAssignedTo@odata.nextLink"`
}

// Unassigned says whether nobody is assigned to the application, where that was asked for.
func (h CredentialHolder) Unassigned() bool {
	return none(h.Assignments, h.MoreAssignments)
}

func (h CredentialHolder) rowID() string { return h.ID }

// ListServicePrincipalCredentials returns a page of all service principals, of whatever kind, with their
// secrets and keys; and with up to ExpandLimit of their assignments where they are asked for. In a list the
// thumbprints of keys are given only to who selects them.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) ListServicePrincipalCredentials(ctx context.Context, assignments bool, next string) (Page[CredentialHolder], error) {
	expand := ""
	if assignments {
		expand = "appRoleAssignedTo"
	}
	selected := []string{"id", "appId", "displayName", "servicePrincipalType", "passwordCredentials", "keyCredentials"}
	return list[CredentialHolder](transport.WithLane(ctx, LaneKeys), c, listing{op: "list credentials of service principals",
		first: c.servicePrincipalsQuery(ctx, "", selected, expand, maxPage)}, next)
}

// ListAppRegistrationCredentials returns a page of the tenant's app registrations with their secrets and
// keys: those of an application that the tenant wrote itself are here, not at its service principal.
//
// https://learn.microsoft.com/graph/api/application-list, least permission Application.Read.All.
func (c *Client) ListAppRegistrationCredentials(ctx context.Context, next string) (Page[CredentialHolder], error) {
	return list[CredentialHolder](transport.WithLane(ctx, LaneKeys), c, listing{op: "list credentials of app registrations",
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.Applications().ToGetRequestInformation(ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
				QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{
					Select: []string{"id", "appId", "displayName", "passwordCredentials", "keyCredentials"}, Top: ptr(maxPage)},
			})
		}}, next)
}
