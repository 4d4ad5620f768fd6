package graph

import (
	"context"
	"fmt"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/organization"
)

// Tenant is the tenant itself. https://learn.microsoft.com/graph/api/resources/organization
type Tenant struct {
	ID      string `json:"id"`
	Domains []struct {
		Name      string `json:"name"`
		IsInitial bool   `json:"isInitial"`
	} `json:"verifiedDomains"`
}

func (t Tenant) rowID() string { return t.ID }

// InitialDomain is the domain that the tenant was made with, which stays its own for ever.
func (t Tenant) InitialDomain() string {
	for _, d := range t.Domains {
		if d.IsInitial {
			return d.Name
		}
	}
	return t.ID
}

// GetTenant returns the tenant that the client reads.
//
// https://learn.microsoft.com/graph/api/organization-list, least permission Organization.Read.All; that for
// users, User.Read.All, will do.
func (c *Client) GetTenant(ctx context.Context) (Tenant, error) {
	const op = "get the tenant"
	page, err := list[Tenant](ctx, c, listing{op: op, first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Organization().ToGetRequestInformation(ctx, &organization.OrganizationRequestBuilderGetRequestConfiguration{
			QueryParameters: &organization.OrganizationRequestBuilderGetQueryParameters{Select: []string{"id", "verifiedDomains"}}})
	}}, "")
	if err != nil {
		return Tenant{}, err
	}
	if len(page.Items) != 1 {
		return Tenant{}, fmt.Errorf("graph: %s: %d tenants were answered", op, len(page.Items))
	}
	return page.Items[0], nil
}
