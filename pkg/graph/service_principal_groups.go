package graph

import (
	"context"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
)

// ServicePrincipalGroups is a service principal with some of what it is in: groups, directory roles and administrative
// units; all of it where AllMemberOf says so.
type ServicePrincipalGroups struct {
	ID           string   `json:"id"`
	MemberOf     []Object `json:"memberOf"`
	MoreMemberOf string   `json:"memberOf@odata.nextLink"`
}

func (s ServicePrincipalGroups) rowID() string { return s.ID }

// AllMemberOf says whether MemberOf is all there is.
func (s ServicePrincipalGroups) AllMemberOf() bool { return whole(s.MemberOf, s.MoreMemberOf) }

// ListServicePrincipalsWithGroups returns a page of the service principals of every kind, with up to ExpandLimit of
// what each is in.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) ListServicePrincipalsWithGroups(ctx context.Context, next string) (Page[ServicePrincipalGroups], error) {
	return list[ServicePrincipalGroups](ctx, c, listing{op: "list service principals with what they are in",
		first: c.servicePrincipalsQuery(ctx, "", []string{"id"}, "memberOf", maxPage)}, next)
}

// ListServicePrincipalMemberOf returns a page of what a service principal is in: groups, directory roles and
// administrative units.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list-memberof, least permission Application.Read.All.
func (c *Client) ListServicePrincipalMemberOf(ctx context.Context, objectID, next string) (Page[Object], error) {
	return list[Object](ctx, c, listing{op: "list what service principal " + objectID + " is in",
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.ServicePrincipals().ByServicePrincipalId(objectID).MemberOf().ToGetRequestInformation(ctx,
				&serviceprincipals.ItemMemberOfRequestBuilderGetRequestConfiguration{
					QueryParameters: &serviceprincipals.ItemMemberOfRequestBuilderGetQueryParameters{Select: []string{"id"}, Top: ptr(maxPage)},
				})
		}}, next)
}
