package graph

import (
	"context"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// DirectoryObject is what decides which resource a user, group or service principal is, if any, and which of its
// rights are somebody else's to decide.
type DirectoryObject struct {
	ID string `json:"id"`
	// Type is TypeUser, TypeGroup or TypeServicePrincipal.
	Type        string `json:"-"`
	DisplayName string `json:"displayName"`
	// AppID and ServicePrincipalType are of service principals.
	AppID                string `json:"appId"`
	ServicePrincipalType string `json:"servicePrincipalType"`
	// OnPremisesSyncEnabled is of users and groups, null where it never was true.
	OnPremisesSyncEnabled bool `json:"onPremisesSyncEnabled"`
	// GroupTypes are of groups.
	GroupTypes []string `json:"groupTypes"`
	// AssignedLicenses are of users and groups; LicenseAssignmentStates, of users, tell how they were got.
	AssignedLicenses        []AssignedLicense `json:"assignedLicenses"`
	LicenseAssignmentStates []LicenseState    `json:"licenseAssignmentStates"`
}

// Dynamic says whether it is a group of which a rule decides who is a member.
func (o DirectoryObject) Dynamic() bool { return GroupKind{GroupTypes: o.GroupTypes}.Dynamic() }

func (o DirectoryObject) rowID() string { return o.ID }

// maxIn is how many values a filter's "in" takes. https://learn.microsoft.com/graph/aad-advanced-queries
const maxIn = 15

// directoryQuestion asks one collection for the objects with some values of a property.
type directoryQuestion struct {
	kind, property string
	values         []string
}

// GetByIDs returns the objects of some kinds (TypeUser, TypeGroup, TypeServicePrincipal) with some object ids, by the
// id in lower case. Ids of anything else, and of what is gone, are missing in the answer. For 90 ids of three kinds
// it takes one request. Graph's own directoryObjects/getByIds would take one for 1,000, but a permission that the
// lists do without, Directory.Read.All.
//
// https://learn.microsoft.com/graph/api/user-list, …/group-list and …/serviceprincipal-list, least permissions
// User.Read.All, GroupMember.Read.All and Application.Read.All, each for its kind.
func (c *Client) GetByIDs(ctx context.Context, ids []string, kinds ...string) (map[string]DirectoryObject, error) {
	var questions []directoryQuestion
	for some := range slices.Chunk(distinct(ids), maxIn) {
		for _, kind := range kinds {
			questions = append(questions, directoryQuestion{kind, "id", some})
		}
	}
	return c.lookUpObjects(ctx, "look up objects by id", questions, DirectoryObject.rowID)
}

// GetServicePrincipalsByAppID returns the service principals of some applications, by the application (client) id
// in lower case. One that the tenant does not have is missing in the answer. For 300 it takes one request.
//
// https://learn.microsoft.com/graph/api/serviceprincipal-list, least permission Application.Read.All.
func (c *Client) GetServicePrincipalsByAppID(ctx context.Context, appIDs []string) (map[string]DirectoryObject, error) {
	var questions []directoryQuestion
	for some := range slices.Chunk(distinct(appIDs), maxIn) {
		questions = append(questions, directoryQuestion{TypeServicePrincipal, "appId", some})
	}
	return c.lookUpObjects(ctx, "look up service principals by application id", questions, func(o DirectoryObject) string { return o.AppID })
}

// lookUpObjects asks the questions, and returns what it found by a key of it.
func (c *Client) lookUpObjects(ctx context.Context, op string, questions []directoryQuestion, key func(DirectoryObject) string) (map[string]DirectoryObject, error) {
	found := map[string]DirectoryObject{}
	err := askAll(ctx, c, op, questions, func(q directoryQuestion) (*abstractions.RequestInformation, error) {
		return c.form(ctx, q)
	}, func(q directoryQuestion, a batchAnswer) error {
		objects, err := answered[DirectoryObject](ctx, c, op, a)
		for _, o := range objects {
			o.Type = q.kind
			found[strings.ToLower(key(o))] = o
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (c *Client) form(ctx context.Context, q directoryQuestion) (*abstractions.RequestInformation, error) {
	filter := q.property + " in (" + strings.Join(literals(q.values), ",") + ")"
	switch q.kind {
	case TypeUser:
		return c.sdk.Users().ToGetRequestInformation(ctx, &users.UsersRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UsersRequestBuilderGetQueryParameters{Filter: &filter,
				Select: []string{"id", "displayName", "onPremisesSyncEnabled", "assignedLicenses", "licenseAssignmentStates"}}})
	case TypeGroup:
		return c.sdk.Groups().ToGetRequestInformation(ctx, &groups.GroupsRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.GroupsRequestBuilderGetQueryParameters{Filter: &filter,
				Select: []string{"id", "displayName", "onPremisesSyncEnabled", "groupTypes", "assignedLicenses"}}})
	}
	return c.sdk.ServicePrincipals().ToGetRequestInformation(ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
		QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{Filter: &filter,
			Select: []string{"id", "displayName", "appId", "servicePrincipalType"}}})
}

func literals(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = literal(v)
	}
	return out
}

// distinct is each value once, in order, and none that is empty.
func distinct(values []string) []string {
	folded := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" {
			folded = append(folded, strings.ToLower(v))
		}
	}
	slices.Sort(folded)
	return slices.Compact(folded)
}
