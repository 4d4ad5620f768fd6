package graph

import (
	"context"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/rolemanagement"
)

// RoleDefinition is a directory role, built-in or custom.
// https://learn.microsoft.com/graph/api/resources/unifiedroledefinition
type RoleDefinition struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	IsBuiltIn   bool   `json:"isBuiltIn"`
	// IsEnabled is false for a role that can no longer be assigned.
	IsEnabled  *bool  `json:"isEnabled"`
	TemplateID string `json:"templateId"`
}

func (r RoleDefinition) rowID() string { return r.ID }

// RoleAssignment gives a principal a role at a scope.
// https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
type RoleAssignment struct {
	ID               string `json:"id"`
	PrincipalID      string `json:"principalId"`
	RoleDefinitionID string `json:"roleDefinitionId"`
	// DirectoryScopeID is "/" for the whole tenant, else the path of what the role is limited to.
	DirectoryScopeID string `json:"directoryScopeId"`
	// AppScopeID is the scope within one application's own model, where the assignment has such a one.
	AppScopeID string `json:"appScopeId"`
	// Principal is nil where the principal is gone.
	Principal *Object `json:"principal"`
}

func (a RoleAssignment) rowID() string { return a.ID }

// ListRoleDefinitions returns a page of directory roles, built-in and custom.
//
// https://learn.microsoft.com/graph/api/rbacapplication-list-roledefinitions, least permission
// RoleManagement.Read.Directory.
func (c *Client) ListRoleDefinitions(ctx context.Context, next string) (Page[RoleDefinition], error) {
	return list[RoleDefinition](ctx, c, listing{op: "list role definitions", first: c.roleDefinitionsQuery(ctx)}, next)
}

// ProbeRoles asks for the role definitions, which no $top makes shorter: it succeeds where the lists of
// this file may be called.
func (c *Client) ProbeRoles(ctx context.Context) error {
	_, err := list[RoleDefinition](ctx, c, listing{op: "list role definitions", first: c.roleDefinitionsQuery(ctx)}, "")
	return err
}

// roleDefinitionSelect names what RoleDefinition has.
func roleDefinitionSelect() []string {
	return []string{"id", "displayName", "description", "isBuiltIn", "isEnabled", "templateId"}
}

// roleDefinitionsQuery leaves out the rolePermissions, by far the largest part, where the service lets it.
func (c *Client) roleDefinitionsQuery(ctx context.Context) func(bool) (*abstractions.RequestInformation, error) {
	return func(plain bool) (*abstractions.RequestInformation, error) {
		q := &rolemanagement.DirectoryRoleDefinitionsRequestBuilderGetQueryParameters{}
		if !plain {
			q.Select = roleDefinitionSelect()
		}
		return c.sdk.RoleManagement().Directory().RoleDefinitions().ToGetRequestInformation(ctx,
			&rolemanagement.DirectoryRoleDefinitionsRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}
}

// ListRoleAssignments returns a page of role assignments at every scope, permanent ones and those that
// are active just now, each with its principal.
//
// https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments, least permission
// RoleManagement.Read.Directory. The page size is not documented; 999 is accepted (seen in AzureHound).
func (c *Client) ListRoleAssignments(ctx context.Context, next string) (Page[RoleAssignment], error) {
	return list[RoleAssignment](ctx, c, listing{op: "list role assignments", first: func(plain bool) (*abstractions.RequestInformation, error) {
		q := &rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetQueryParameters{Expand: []string{"principal"}}
		if !plain {
			q.Top = ptr(maxPage)
		}
		return c.sdk.RoleManagement().Directory().RoleAssignments().ToGetRequestInformation(ctx,
			&rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}}, next)
}
