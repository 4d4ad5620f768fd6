package graph

import (
	"context"
	"slices"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
)

// The kinds of service principal, as servicePrincipalType spells them.
const (
	KindApplication     = "Application"
	KindLegacy          = "Legacy"
	KindManagedIdentity = "ManagedIdentity"
)

// DefaultAppRole is the role id of an assignment to an application without naming a role.
// https://learn.microsoft.com/graph/api/resources/approleassignment
const DefaultAppRole = "00000000-0000-0000-0000-000000000000"

// ServicePrincipal is an application or a managed identity as this tenant has it.
// https://learn.microsoft.com/graph/api/resources/serviceprincipal
type ServicePrincipal struct {
	ID                        string   `json:"id"`
	AppID                     string   `json:"appId"`
	DisplayName               string   `json:"displayName"`
	Description               string   `json:"description"`
	ServicePrincipalType      string   `json:"servicePrincipalType"`
	AccountEnabled            *bool    `json:"accountEnabled"`
	AppOwnerOrganizationID    string   `json:"appOwnerOrganizationId"`
	AppRoleAssignmentRequired bool     `json:"appRoleAssignmentRequired"`
	Tags                      []string `json:"tags"`
	PreferredSingleSignOnMode string   `json:"preferredSingleSignOnMode"`
	Homepage                  string   `json:"homepage"`
	AlternativeNames          []string `json:"alternativeNames"`
	VerifiedPublisher         struct {
		DisplayName string `json:"displayName"`
		ID          string `json:"verifiedPublisherId"`
	} `json:"verifiedPublisher"`
	Info struct {
		SupportURL string `json:"supportUrl"`
	} `json:"info"`
	// Assignments are up to ExpandLimit of those to the application, where they were asked for.
	Assignments     []Object `json:"appRoleAssignedTo"`
	MoreAssignments string   `json:"appRoleAssignedTo@odata.nextLink"`
}

// Unassigned says whether nobody is assigned to the application, where that was asked for.
func (s ServicePrincipal) Unassigned() bool {
	return none(s.Assignments, s.MoreAssignments)
}

func (s ServicePrincipal) rowID() string { return s.ID }

// AppRole is a role that an application offers. Value may be empty.
// https://learn.microsoft.com/graph/api/resources/approle
type AppRole struct {
	ID                 string   `json:"id"`
	DisplayName        string   `json:"displayName"`
	Description        string   `json:"description"`
	Value              string   `json:"value"`
	IsEnabled          bool     `json:"isEnabled"`
	AllowedMemberTypes []string `json:"allowedMemberTypes"`
}

// ForUsers says whether users and groups can be given the role.
func (r AppRole) ForUsers() bool { return slices.Contains(r.AllowedMemberTypes, "User") }

// ForApplications says whether service principals can be given the role.
func (r AppRole) ForApplications() bool { return slices.Contains(r.AllowedMemberTypes, "Application") }

// AppRoleAssignment gives a principal a role of an application. The principal, or the role, may be gone.
// https://learn.microsoft.com/graph/api/resources/approleassignment
type AppRoleAssignment struct {
	ID          string `json:"id"`
	AppRoleID   string `json:"appRoleId"`
	PrincipalID string `json:"principalId"`
	// PrincipalType is "User", "Group" or "ServicePrincipal".
	PrincipalType string `json:"principalType"`
}

func (a AppRoleAssignment) rowID() string { return a.ID }

// AppLinks is an application with its roles and some of its assignments or owners: all of them where
// AllAssignments or AllOwners says so.
type AppLinks struct {
	ID              string              `json:"id"`
	DisplayName     string              `json:"displayName"`
	AppRoles        []AppRole           `json:"appRoles"`
	Assignments     []AppRoleAssignment `json:"appRoleAssignedTo"`
	Owners          []Object            `json:"owners"`
	MoreAssignments string              `json:"appRoleAssignedTo@odata.nextLink"`
	MoreOwners      string              `json:"owners@odata.nextLink"`
}

func (a AppLinks) rowID() string { return a.ID }

// AllAssignments says whether Assignments is all there is.
func (a AppLinks) AllAssignments() bool {
	return whole(a.Assignments, a.MoreAssignments)
}

// AllOwners says whether Owners is all there is.
func (a AppLinks) AllOwners() bool { return whole(a.Owners, a.MoreOwners) }

// Which service principals a list holds.
const (
	applicationsFilter      = "servicePrincipalType eq 'Application' or servicePrincipalType eq 'Legacy'"
	managedIdentitiesFilter = "servicePrincipalType eq 'ManagedIdentity'"
)

// servicePrincipalSelect names the properties of a service principal: unasked, Graph sends all of them,
// keys and permission texts included.
var servicePrincipalSelect = []string{"id", "appId", "displayName", "description", "servicePrincipalType", "accountEnabled",
	"appOwnerOrganizationId", "appRoleAssignmentRequired", "tags", "preferredSingleSignOnMode", "homepage",
	"alternativeNames", "verifiedPublisher", "info"}

// ListApplications returns a page of the service principals that stand for applications (kinds
// Application and Legacy), Microsoft's own included, each with up to ExpandLimit of its assignments where
// they are asked for.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) ListApplications(ctx context.Context, assignments bool, next string) (Page[ServicePrincipal], error) {
	expand := ""
	if assignments {
		expand = "appRoleAssignedTo"
	}
	page, err := list[ServicePrincipal](ctx, c, listing{op: "list enterprise applications",
		first: c.servicePrincipalsQuery(ctx, applicationsFilter, servicePrincipalSelect, expand, maxPage)}, next)
	return only(page, KindApplication, KindLegacy), err
}

// ListManagedIdentities returns a page of the service principals of managed identities.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) ListManagedIdentities(ctx context.Context, next string) (Page[ServicePrincipal], error) {
	page, err := list[ServicePrincipal](ctx, c, listing{op: "list managed identities",
		first: c.servicePrincipalsQuery(ctx, managedIdentitiesFilter, servicePrincipalSelect, "", maxPage)}, next)
	return only(page, KindManagedIdentity), err
}

// only keeps service principals of some kinds: a filter that Graph does not support it may ignore, without a word.
func only(page Page[ServicePrincipal], kinds ...string) Page[ServicePrincipal] {
	page.Items = slices.DeleteFunc(page.Items, func(s ServicePrincipal) bool { return !slices.Contains(kinds, s.ServicePrincipalType) })
	return page
}

// ListApplicationsWithRoles returns a page of applications (and of other service principals, where the
// service refuses or ignores the filter, as do the two lists below) with their app roles and up to ExpandLimit
// assignments each.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) ListApplicationsWithRoles(ctx context.Context, next string) (Page[AppLinks], error) {
	return list[AppLinks](ctx, c, listing{op: "list enterprise applications with their roles",
		first: c.servicePrincipalsQuery(ctx, applicationsFilter, []string{"id", "displayName", "appRoles"}, "appRoleAssignedTo", maxPage)}, next)
}

// ListApplicationsWithAssignments returns a page of applications with up to ExpandLimit assignments each.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) ListApplicationsWithAssignments(ctx context.Context, next string) (Page[AppLinks], error) {
	return list[AppLinks](ctx, c, listing{op: "list enterprise applications with assignments",
		first: c.servicePrincipalsQuery(ctx, applicationsFilter, []string{"id"}, "appRoleAssignedTo", maxPage)}, next)
}

// ListApplicationsWithOwners returns a page of applications with up to ExpandLimit owners each.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) ListApplicationsWithOwners(ctx context.Context, next string) (Page[AppLinks], error) {
	return list[AppLinks](ctx, c, listing{op: "list enterprise applications with owners",
		first: c.servicePrincipalsQuery(ctx, applicationsFilter, []string{"id"}, "owners", maxPage)}, next)
}

// ProbeServicePrincipals asks for one service principal: it succeeds where the lists above may be called.
func (c *Client) ProbeServicePrincipals(ctx context.Context) error {
	_, err := list[Object](ctx, c, listing{op: "list service principals",
		first: c.servicePrincipalsQuery(ctx, "", []string{"id"}, "", 1)}, "")
	return err
}

func (c *Client) servicePrincipalsQuery(ctx context.Context, filter string, selected []string, expand string, top int32) func(bool) (*abstractions.RequestInformation, error) {
	return func(plain bool) (*abstractions.RequestInformation, error) {
		q := &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{Select: selected, Top: ptr(top)}
		if filter != "" && !plain {
			q.Filter = ptr(filter)
		}
		switch expand {
		case "":
		case "owners", "memberOf":
			q.Expand = []string{expandIDs(expand, plain)}
		default:
			q.Expand = []string{expand}
		}
		return c.sdk.ServicePrincipals().ToGetRequestInformation(ctx,
			&serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}
}

// ListAppRoleAssignments returns a page of the assignments to an application, whoever holds them.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto, least permission Application.Read.All.
func (c *Client) ListAppRoleAssignments(ctx context.Context, objectID, next string) (Page[AppRoleAssignment], error) {
	return list[AppRoleAssignment](ctx, c, listing{op: "list assignments of application " + objectID,
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.ServicePrincipals().ByServicePrincipalId(objectID).AppRoleAssignedTo().ToGetRequestInformation(ctx,
				&serviceprincipals.ItemAppRoleAssignedToRequestBuilderGetRequestConfiguration{
					QueryParameters: &serviceprincipals.ItemAppRoleAssignedToRequestBuilderGetQueryParameters{Top: ptr(maxPage)},
				})
		}}, next)
}

// ListApplicationOwners returns a page of an application's owners.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list-owners, least permission Application.Read.All.
func (c *Client) ListApplicationOwners(ctx context.Context, objectID, next string) (Page[Object], error) {
	return list[Object](ctx, c, listing{op: "list owners of application " + objectID,
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.ServicePrincipals().ByServicePrincipalId(objectID).Owners().ToGetRequestInformation(ctx,
				&serviceprincipals.ItemOwnersRequestBuilderGetRequestConfiguration{
					QueryParameters: &serviceprincipals.ItemOwnersRequestBuilderGetQueryParameters{Select: []string{"id"}, Top: ptr(maxPage)},
				})
		}}, next)
}
