package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// GroupState is what decides whether, and where, a group's members and owners can be changed.
type GroupState struct {
	GroupKind
	// IsAssignableToRole is true of a group that may hold directory roles: no group can be in it.
	IsAssignableToRole bool `json:"isAssignableToRole"`
	// IsManagementRestricted is true of a group in a restricted management administrative unit, which only
	// administrators of that unit can change.
	IsManagementRestricted bool   `json:"isManagementRestricted"`
	Visibility             string `json:"visibility"`
}

// HiddenMembership says whether only an application with Member.Read.Hidden reads who is a member.
func (g GroupState) HiddenMembership() bool { return g.Visibility == "HiddenMembership" }

// groupStateSelect is what GroupState needs; isAssignableToRole and isManagementRestricted come only when they
// are selected.
var groupStateSelect = append([]string{"isAssignableToRole", "isManagementRestricted", "visibility"}, groupKindSelect...)

// GetGroup returns the state of one group.
//
// https://learn.microsoft.com/graph/api/group-get, least permission GroupMember.Read.All.
func (c *Client) GetGroup(ctx context.Context, groupID string) (GroupState, error) {
	op := "get group " + groupID
	info, err := c.sdk.Groups().ByGroupId(groupID).ToGetRequestInformation(ctx, &groups.GroupItemRequestBuilderGetRequestConfiguration{
		QueryParameters: &groups.GroupItemRequestBuilderGetQueryParameters{Select: groupStateSelect},
	})
	if err != nil {
		return GroupState{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	body, err := c.send(ctx, op, info)
	if err != nil {
		return GroupState{}, err
	}
	var g GroupState
	if err := json.Unmarshal(body, &g); err != nil {
		return GroupState{}, fmt.Errorf("graph: %s: the answer cannot be read: %w", op, err)
	}
	if g.ID == "" {
		return GroupState{}, fmt.Errorf("graph: %s: %w", op, errors.New("the answer is no group: it has no id"))
	}
	return g, nil
}

// HasGroupMember says whether an object is a direct member of a group, by one request however many there
// are. It is an advanced query, for service principals to be found (see ListGroupMembers): its index comes
// a little behind what was written.
//
// https://learn.microsoft.com/graph/api/group-list-members, least permission GroupMember.Read.All.
func (c *Client) HasGroupMember(ctx context.Context, groupID, objectID string) (bool, error) {
	op := "look for a member of group " + groupID
	info, err := c.sdk.Groups().ByGroupId(groupID).Members().ToGetRequestInformation(ctx, &groups.ItemMembersRequestBuilderGetRequestConfiguration{
		QueryParameters: &groups.ItemMembersRequestBuilderGetQueryParameters{Select: []string{"id"}, Count: ptr(true),
			Filter: ptr("id eq " + literal(objectID))},
	})
	if err != nil {
		return false, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	var page Page[Object]
	err = c.sendListing(ctx, listing{op: op, eventual: true}, info, func(body io.Reader) (err error) {
		page, err = readPage[Object](body)
		return err
	})
	if err != nil {
		return false, err
	}
	return amongObjects(page.Items, objectID), nil
}

// HasGroupOwner says whether an object is an owner of a group. A group has a hundred owners at the most,
// which come in one page.
//
// https://learn.microsoft.com/graph/api/group-list-owners, least permission GroupMember.Read.All.
func (c *Client) HasGroupOwner(ctx context.Context, groupID, objectID string) (bool, error) {
	for next := ""; ; {
		page, err := c.ListGroupOwners(ctx, groupID, next)
		if err != nil || amongObjects(page.Items, objectID) {
			return err == nil, err
		}
		if next = page.Next; next == "" {
			return false, nil
		}
	}
}

func amongObjects(objects []Object, id string) bool {
	return slices.ContainsFunc(objects, func(o Object) bool { return strings.EqualFold(o.ID, id) })
}
