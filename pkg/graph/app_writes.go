package graph

import (
	"context"
	"net/http"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
)

// AppRoleGrant names a role of an application, and who is to have it.
type AppRoleGrant struct{ ApplicationID, RoleID, PrincipalID string }

// GetApplication returns an application with the roles that it offers, and none of its links.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-get, least permission Application.Read.All.
func (c *Client) GetApplication(ctx context.Context, objectID string) (AppLinks, error) {
	q := &serviceprincipals.ServicePrincipalItemRequestBuilderGetQueryParameters{Select: []string{"id", "displayName", "appRoles"}}
	info, err := c.sdk.ServicePrincipals().ByServicePrincipalId(objectID).ToGetRequestInformation(ctx,
		&serviceprincipals.ServicePrincipalItemRequestBuilderGetRequestConfiguration{QueryParameters: q})
	return single[AppLinks](ctx, c, "read application "+objectID, info, err)
}

// AssignAppRole gives a user, a group or a service principal a role of an application.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto, least permission
// AppRoleAssignment.ReadWrite.All with Application.Read.All.
func (c *Client) AssignAppRole(ctx context.Context, g AppRoleGrant) (Receipt, error) {
	info, err := c.sdk.ServicePrincipals().ByServicePrincipalId(g.ApplicationID).AppRoleAssignedTo().
		ToPostRequestInformation(ctx, emptyBody(models.NewAppRoleAssignment), nil)
	body := map[string]string{"principalId": g.PrincipalID, "resourceId": g.ApplicationID, "appRoleId": g.RoleID}
	return c.change(ctx, "assign a role of application "+g.ApplicationID+" to "+g.PrincipalID, info, err, body)
}

// AppRoleAssignedAlready says of a refusal of AssignAppRole that the principal has the role.
func AppRoleAssignedAlready(err error) bool {
	return refusedWith(err, http.StatusBadRequest, "Permission being assigned already exists on the object")
}

// RemoveAppRoleAssignment ends an assignment to an application. Its id is opaque: the list of assignments
// has it.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignedto, least permission
// AppRoleAssignment.ReadWrite.All.
func (c *Client) RemoveAppRoleAssignment(ctx context.Context, applicationID, assignmentID string) (Receipt, error) {
	info, err := c.sdk.ServicePrincipals().ByServicePrincipalId(applicationID).AppRoleAssignedTo().
		ByAppRoleAssignmentId(assignmentID).ToDeleteRequestInformation(ctx, nil)
	return c.change(ctx, "remove assignment "+assignmentID+" of application "+applicationID, info, err, nil)
}

// AddApplicationOwner makes a user or a service principal an owner of an application. The owner is given by
// its reference, see Cloud.Reference.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-post-owners, least permission
// Application.ReadWrite.OwnedBy for what the application owns, else Application.ReadWrite.All, with Directory.Read.All.
func (c *Client) AddApplicationOwner(ctx context.Context, applicationID, reference string) (Receipt, error) {
	info, err := c.sdk.ServicePrincipals().ByServicePrincipalId(applicationID).Owners().Ref().
		ToPostRequestInformation(ctx, emptyBody(models.NewReferenceCreate), nil)
	return c.change(ctx, "add an owner of application "+applicationID, info, err, map[string]string{"@odata.id": reference})
}

// RemoveApplicationOwner ends an ownership of an application.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-delete-owners, least permission
// Application.ReadWrite.OwnedBy for what the application owns, else Application.ReadWrite.All.
func (c *Client) RemoveApplicationOwner(ctx context.Context, applicationID, ownerID string) (Receipt, error) {
	info, err := c.sdk.ServicePrincipals().ByServicePrincipalId(applicationID).Owners().
		ByDirectoryObjectId(ownerID).Ref().ToDeleteRequestInformation(ctx, nil)
	return c.change(ctx, "remove owner "+ownerID+" of application "+applicationID, info, err, nil)
}
