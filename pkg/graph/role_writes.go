package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/rolemanagement"
)

// TenantScope is the directoryScopeId of an assignment in the whole tenant.
const TenantScope = "/"

// RoleGrant names a directory role, and who has it or is to have it. An empty PrincipalID is anybody.
type RoleGrant struct{ RoleDefinitionID, PrincipalID string }

func (g RoleGrant) filter() string {
	f := "roleDefinitionId eq " + literal(g.RoleDefinitionID)
	if g.PrincipalID != "" {
		f += " and principalId eq " + literal(g.PrincipalID)
	}
	return f
}

// GetRoleDefinition returns a directory role as ListRoleDefinitions gives it. The error is Missing where there
// is none.
//
// https://learn.microsoft.com/graph/api/unifiedroledefinition-get, least permission RoleManagement.Read.Directory.
func (c *Client) GetRoleDefinition(ctx context.Context, id string) (RoleDefinition, error) {
	return readOne[RoleDefinition](ctx, c, listing{op: "read role definition " + id, first: func(plain bool) (*abstractions.RequestInformation, error) {
		q := &rolemanagement.DirectoryRoleDefinitionsUnifiedRoleDefinitionItemRequestBuilderGetQueryParameters{}
		if !plain {
			q.Select = roleDefinitionSelect()
		}
		return c.sdk.RoleManagement().Directory().RoleDefinitions().ByUnifiedRoleDefinitionId(id).ToGetRequestInformation(ctx,
			&rolemanagement.DirectoryRoleDefinitionsUnifiedRoleDefinitionItemRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}})
}

// ListRoleAssignmentsOf returns a page of the assignments of one role, at every scope, each with its
// principal.
//
// https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments, least permission
// RoleManagement.Read.Directory.
func (c *Client) ListRoleAssignmentsOf(ctx context.Context, g RoleGrant, next string) (Page[RoleAssignment], error) {
	return list[RoleAssignment](ctx, c, listing{op: "list assignments of role " + g.RoleDefinitionID, first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.RoleManagement().Directory().RoleAssignments().ToGetRequestInformation(ctx,
			&rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetRequestConfiguration{
				QueryParameters: &rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetQueryParameters{
					Filter: ptr(g.filter()), Expand: []string{"principal"}},
			})
	}}, next)
}

// AssignRole gives a principal a directory role in the whole tenant, and returns the assignment.
//
// https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments, least permission
// RoleManagement.ReadWrite.Directory.
func (c *Client) AssignRole(ctx context.Context, g RoleGrant) (RoleAssignment, Receipt, error) {
	op := "assign role " + g.RoleDefinitionID + " to " + g.PrincipalID
	info, err := c.sdk.RoleManagement().Directory().RoleAssignments().ToPostRequestInformation(ctx, emptyBody(models.NewUnifiedRoleAssignment), nil)
	if err != nil {
		return RoleAssignment{}, Receipt{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	answer, receipt, err := c.write(ctx, op, info, map[string]string{"@odata.type": "#microsoft.graph.unifiedRoleAssignment",
		"roleDefinitionId": g.RoleDefinitionID, "principalId": g.PrincipalID, "directoryScopeId": TenantScope})
	if err != nil {
		return RoleAssignment{}, receipt, err
	}
	var assignment RoleAssignment
	return assignment, receipt, decodeObject(op, answer, &assignment)
}

// RoleAssignedAlready says of a refusal of AssignRole that the principal has the role in the whole tenant.
// The status that comes with it is not documented.
func RoleAssignedAlready(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Code == "Request_MultipleObjectsWithSameKeyValue" ||
		refusedWith(err, http.StatusBadRequest, "conflicting object") || refusedWith(err, http.StatusConflict, "conflicting object")
}

// RemoveRoleAssignment ends an assignment, at whatever scope it is.
//
// https://learn.microsoft.com/graph/api/unifiedroleassignment-delete, least permission
// RoleManagement.ReadWrite.Directory.
func (c *Client) RemoveRoleAssignment(ctx context.Context, id string) (Receipt, error) {
	info, err := c.sdk.RoleManagement().Directory().RoleAssignments().ByUnifiedRoleAssignmentId(id).ToDeleteRequestInformation(ctx, nil)
	return c.change(ctx, "remove role assignment "+id, info, err, nil)
}

// RoleInstance is an assignment as Privileged Identity Management sees it.
// https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentscheduleinstance
type RoleInstance struct {
	ID string `json:"id"`
	// AssignmentType is "Activated" for one that its holder has activated for a while.
	AssignmentType   string `json:"assignmentType"`
	DirectoryScopeID string `json:"directoryScopeId"`
}

func (i RoleInstance) rowID() string { return i.ID }

// Activated says whether the holder is eligible for the role and has activated it.
func (i RoleInstance) Activated() bool { return i.AssignmentType == "Activated" }

// ListRoleInstances returns a page of what Privileged Identity Management knows of one holder of a role. A
// tenant without it refuses.
//
// https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentscheduleinstances, least permission
// RoleAssignmentSchedule.Read.Directory.
func (c *Client) ListRoleInstances(ctx context.Context, g RoleGrant, next string) (Page[RoleInstance], error) {
	return list[RoleInstance](ctx, c, listing{op: "list active instances of role " + g.RoleDefinitionID, first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.RoleManagement().Directory().RoleAssignmentScheduleInstances().ToGetRequestInformation(ctx,
			&rolemanagement.DirectoryRoleAssignmentScheduleInstancesRequestBuilderGetRequestConfiguration{
				QueryParameters: &rolemanagement.DirectoryRoleAssignmentScheduleInstancesRequestBuilderGetQueryParameters{Filter: ptr(g.filter())},
			})
	}}, next)
}
