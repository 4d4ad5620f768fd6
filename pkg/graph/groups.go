package graph

import (
	"context"
	"slices"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// Group is a group of any kind that Graph shows; dynamic distribution groups live in Exchange alone.
// https://learn.microsoft.com/graph/api/resources/group
type Group struct {
	GroupKind
	DisplayName                  string     `json:"displayName"`
	Description                  string     `json:"description"`
	Mail                         string     `json:"mail"`
	MailNickname                 string     `json:"mailNickname"`
	MembershipRule               string     `json:"membershipRule"`
	IsAssignableToRole           bool       `json:"isAssignableToRole"`
	Visibility                   string     `json:"visibility"`
	CreatedDateTime              *time.Time `json:"createdDateTime"`
	OnPremisesSamAccountName     string     `json:"onPremisesSamAccountName"`
	OnPremisesDomainName         string     `json:"onPremisesDomainName"`
	OnPremisesSecurityIdentifier string     `json:"onPremisesSecurityIdentifier"`
	// MemberOf is some of what the group itself is in, groups and administrative units: all of it where
	// AllMemberOf says so.
	MemberOf     []Object `json:"memberOf"`
	MoreMemberOf string   `json:"memberOf@odata.nextLink"`
	// AssignedLicenses are what the group gives to its direct members, where it was asked for.
	AssignedLicenses []AssignedLicense `json:"assignedLicenses"`
}

// AllMemberOf says whether MemberOf is all there is.
func (g Group) AllMemberOf() bool { return whole(g.MemberOf, g.MoreMemberOf) }

// GroupKind is what decides who may change a group's members and owners.
type GroupKind struct {
	ID                    string   `json:"id"`
	GroupTypes            []string `json:"groupTypes"`
	MailEnabled           bool     `json:"mailEnabled"`
	SecurityEnabled       bool     `json:"securityEnabled"`
	OnPremisesSyncEnabled bool     `json:"onPremisesSyncEnabled"`
}

func (g GroupKind) rowID() string { return g.ID }

// Dynamic says whether a rule decides who is a member.
func (g GroupKind) Dynamic() bool { return slices.Contains(g.GroupTypes, "DynamicMembership") }

// Microsoft365 says whether this is a Microsoft 365 group.
func (g GroupKind) Microsoft365() bool { return slices.Contains(g.GroupTypes, "Unified") }

// Distribution says whether this is a distribution list: mail only, no access.
func (g GroupKind) Distribution() bool {
	return g.MailEnabled && !g.SecurityEnabled && !g.Microsoft365()
}

// MailEnabledSecurity says whether this is a security group that Exchange owns.
func (g GroupKind) MailEnabledSecurity() bool {
	return g.MailEnabled && g.SecurityEnabled && !g.Microsoft365()
}

// GroupLinks is a group with some of its members or owners: all of them where AllMembers or AllOwners says so.
type GroupLinks struct {
	GroupKind
	Members     []Object `json:"members"`
	Owners      []Object `json:"owners"`
	MoreMembers string   `json:"members@odata.nextLink"`
	MoreOwners  string   `json:"owners@odata.nextLink"`
}

// AllMembers says whether Members is all there is.
func (g GroupLinks) AllMembers() bool { return whole(g.Members, g.MoreMembers) }

// AllOwners says whether Owners is all there is.
func (g GroupLinks) AllOwners() bool { return whole(g.Owners, g.MoreOwners) }

// groupSelect names the properties of a group; isAssignableToRole comes only when it is selected.
var groupSelect = []string{"id", "displayName", "description", "mail", "mailNickname", "mailEnabled", "securityEnabled",
	"groupTypes", "membershipRule", "onPremisesSyncEnabled", "onPremisesSamAccountName", "onPremisesDomainName",
	"onPremisesSecurityIdentifier", "isAssignableToRole", "visibility", "createdDateTime"}

// groupKindSelect is what GroupKind needs.
var groupKindSelect = []string{"id", "groupTypes", "mailEnabled", "securityEnabled", "onPremisesSyncEnabled"}

// ListGroups returns a page of groups, each with up to ExpandLimit of the groups that it is in, and with
// the licences that it gives where they are asked for.
//
// https://learn.microsoft.com/graph/api/group-list, least permission GroupMember.Read.All.
func (c *Client) ListGroups(ctx context.Context, licenses bool, next string) (Page[Group], error) {
	selected := groupSelect
	if licenses {
		selected = append(slices.Clone(selected), "assignedLicenses")
	}
	return list[Group](ctx, c, listing{op: "list groups", first: c.groupsQuery(ctx, selected, "memberOf", maxPage)}, next)
}

// ListGroupsWithMembers returns a page of groups with up to ExpandLimit members each, service
// principals among them. A hidden membership shows only to an application with Member.Read.Hidden.
//
// https://learn.microsoft.com/graph/api/group-list, least permission GroupMember.Read.All.
func (c *Client) ListGroupsWithMembers(ctx context.Context, next string) (Page[GroupLinks], error) {
	return list[GroupLinks](ctx, c, listing{op: "list groups with members", first: c.groupsQuery(ctx, groupKindSelect, "members", maxPage)}, next)
}

// ListGroupsWithOwners returns a page of groups with up to ExpandLimit owners each. Graph shows no
// owners of groups that Exchange or the on-premises directory owns.
//
// https://learn.microsoft.com/graph/api/group-list, least permission GroupMember.Read.All.
func (c *Client) ListGroupsWithOwners(ctx context.Context, next string) (Page[GroupLinks], error) {
	return list[GroupLinks](ctx, c, listing{op: "list groups with owners", first: c.groupsQuery(ctx, groupKindSelect, "owners", maxPage)}, next)
}

// ProbeGroups asks for one group with its owners: it succeeds where the lists above may be called. The
// owners are asked for because a permission that shows groups alone is not enough.
func (c *Client) ProbeGroups(ctx context.Context) error {
	_, err := list[GroupLinks](ctx, c, listing{op: "list groups with owners", first: c.groupsQuery(ctx, []string{"id"}, "owners", 1)}, "")
	return err
}

func (c *Client) groupsQuery(ctx context.Context, selected []string, expand string, top int32) func(bool) (*abstractions.RequestInformation, error) {
	return func(plain bool) (*abstractions.RequestInformation, error) {
		q := &groups.GroupsRequestBuilderGetQueryParameters{Select: selected, Expand: []string{expandIDs(expand, plain)}, Top: ptr(top)}
		return c.sdk.Groups().ToGetRequestInformation(ctx, &groups.GroupsRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}
}

// expandIDs asks for no more of the related objects than their ids; their type comes with it.
func expandIDs(relation string, plain bool) string {
	if plain {
		return relation
	}
	return relation + "($select=id)"
}

// ListGroupMembers returns a page of a group's direct members, of whatever kind.
//
// v1.0 leaves service principals out of this list, silently, except in an advanced query: hence the
// ConsistencyLevel header and $count, which also gives the size of the whole
// (https://learn.microsoft.com/graph/known-issues; msgraph-sdk-powershell#2853).
//
// https://learn.microsoft.com/graph/api/group-list-members, least permission GroupMember.Read.All.
func (c *Client) ListGroupMembers(ctx context.Context, groupID, next string) (Page[Object], error) {
	return list[Object](ctx, c, listing{op: "list members of group " + groupID, eventual: true,
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.Groups().ByGroupId(groupID).Members().ToGetRequestInformation(ctx, &groups.ItemMembersRequestBuilderGetRequestConfiguration{
				QueryParameters: &groups.ItemMembersRequestBuilderGetQueryParameters{Select: []string{"id"}, Count: ptr(true), Top: ptr(maxPage)},
			})
		}}, next)
}

// ListGroupOwners returns a page of a group's owners.
//
// https://learn.microsoft.com/graph/api/group-list-owners, least permission GroupMember.Read.All.
func (c *Client) ListGroupOwners(ctx context.Context, groupID, next string) (Page[Object], error) {
	return list[Object](ctx, c, listing{op: "list owners of group " + groupID,
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.Groups().ByGroupId(groupID).Owners().ToGetRequestInformation(ctx, &groups.ItemOwnersRequestBuilderGetRequestConfiguration{
				QueryParameters: &groups.ItemOwnersRequestBuilderGetQueryParameters{Select: []string{"id"}, Top: ptr(maxPage)},
			})
		}}, next)
}

// ListGroupMemberOf returns a page of what a group itself is in: groups and administrative units.
//
// https://learn.microsoft.com/graph/api/group-list-memberof, least permission GroupMember.Read.All.
func (c *Client) ListGroupMemberOf(ctx context.Context, groupID, next string) (Page[Object], error) {
	return list[Object](ctx, c, listing{op: "list what group " + groupID + " is in",
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.Groups().ByGroupId(groupID).MemberOf().ToGetRequestInformation(ctx, &groups.ItemMemberOfRequestBuilderGetRequestConfiguration{
				QueryParameters: &groups.ItemMemberOfRequestBuilderGetQueryParameters{Select: []string{"id"}, Top: ptr(maxPage)},
			})
		}}, next)
}
