package graph

import (
	"context"
	"io"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// One object, as the lists have it among their rows: the same properties, by the same names.

// readOne reads one object as list reads a page: where the service refuses the narrow form, in the plain one.
func readOne[T row](ctx context.Context, c *Client, l listing) (T, error) {
	var object, none T
	var body []byte
	err := c.page(ctx, l, "", func(r io.Reader) (err error) {
		body, err = io.ReadAll(r)
		return err
	})
	if err != nil {
		return none, err
	}
	if err := decodeObject(l.op, body, &object); err != nil {
		return none, err
	}
	return object, nil
}

// GetUserRow returns a user by object id, with what ListUsers gives for the same query. The error is Missing
// where there is none.
//
// https://learn.microsoft.com/graph/api/user-get, least permission User.Read.All, with AuditLog.Read.All for
// sign-in activity: without it the error is a 403, and ErrNoPremium on a tenant that has no sign-in activity
// to give. A principal name will not do: with sign-in activity Graph takes the object id alone.
func (c *Client) GetUserRow(ctx context.Context, q UserQuery, userID string) (User, error) {
	op := "read user " + userID
	if q.SignInActivity {
		op, ctx = "read user "+userID+" with sign-in activity", transport.WithLane(ctx, LaneReports)
	}
	u, err := readOne[User](ctx, c, listing{op: op, first: func(plain bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Users().ByUserId(userID).ToGetRequestInformation(ctx, &users.UserItemRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UserItemRequestBuilderGetQueryParameters{Select: q.selected(), Expand: []string{expandManager(plain)}}})
	}})
	return u, noPremium(err)
}

// GetGroupRow returns a group with the properties that ListGroups gives, without what it is in and without its
// licences. The error is Missing where there is none.
//
// https://learn.microsoft.com/graph/api/group-get, least permission GroupMember.Read.All.
func (c *Client) GetGroupRow(ctx context.Context, groupID string) (Group, error) {
	return readOne[Group](ctx, c, listing{op: "read group " + groupID, first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Groups().ByGroupId(groupID).ToGetRequestInformation(ctx, &groups.GroupItemRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.GroupItemRequestBuilderGetQueryParameters{Select: groupSelect}})
	}})
}

// GetServicePrincipal returns a service principal of whatever kind by its object id, with the properties that
// ListApplications and ListManagedIdentities give, and with up to ExpandLimit of its assignments where they are
// asked for. The error is Missing where there is none.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-get, least permission Application.Read.All.
func (c *Client) GetServicePrincipal(ctx context.Context, objectID string, assignments bool) (ServicePrincipal, error) {
	q := &serviceprincipals.ServicePrincipalItemRequestBuilderGetQueryParameters{Select: servicePrincipalSelect}
	if assignments {
		q.Expand = []string{"appRoleAssignedTo"}
	}
	return readOne[ServicePrincipal](ctx, c, listing{op: "read service principal " + objectID, first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.ServicePrincipals().ByServicePrincipalId(objectID).ToGetRequestInformation(ctx,
			&serviceprincipals.ServicePrincipalItemRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}})
}
