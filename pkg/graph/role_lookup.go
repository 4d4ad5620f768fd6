package graph

import (
	"context"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/rolemanagement"
)

// HeldRoles says which of some roles their holders have, at whatever scope. For 20 of them it takes one request.
//
// https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments, least permission
// RoleManagement.Read.Directory.
func (c *Client) HeldRoles(ctx context.Context, grants []RoleGrant) (map[RoleGrant]bool, error) {
	const op = "look up role assignments"
	held := map[RoleGrant]bool{}
	err := askAll(ctx, c, op, grants, func(g RoleGrant) (*abstractions.RequestInformation, error) {
		return c.sdk.RoleManagement().Directory().RoleAssignments().ToGetRequestInformation(ctx,
			&rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetRequestConfiguration{
				QueryParameters: &rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetQueryParameters{Filter: ptr(g.filter())}})
	}, func(g RoleGrant, a batchAnswer) error {
		assignments, err := answered[RoleAssignment](ctx, c, op, a)
		held[g] = len(assignments) > 0
		return err
	})
	if err != nil {
		return nil, err
	}
	return held, nil
}
