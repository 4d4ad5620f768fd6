package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// MaxReferences is how many owners and members together one request can name.
// https://learn.microsoft.com/graph/api/group-post-groups
const MaxReferences = 20

// NewGroup is a group that is to be made: a security group, or a Microsoft 365 group.
type NewGroup struct {
	DisplayName  string
	MailNickname string
	Description  string
	Microsoft365 bool
	// IsAssignableToRole lets a security group hold directory roles. It is decided once, here.
	IsAssignableToRole bool
	// Owners and Members are references (Cloud.Reference), each once, and together up to MaxReferences.
	Owners, Members []string
}

// body leaves out what is not asked for: Graph refuses an empty list of references.
func (g NewGroup) body() map[string]any {
	b := map[string]any{
		"displayName": g.DisplayName, "mailNickname": g.MailNickname,
		"mailEnabled": g.Microsoft365, "securityEnabled": !g.Microsoft365, "groupTypes": []string{},
	}
	if g.Microsoft365 {
		b["groupTypes"] = []string{"Unified"}
	}
	if g.Description != "" {
		b["description"] = g.Description
	}
	if g.IsAssignableToRole {
		b["isAssignableToRole"] = true
	}
	if len(g.Owners) > 0 {
		b["owners@odata.bind"] = g.Owners
	}
	if len(g.Members) > 0 {
		b["members@odata.bind"] = g.Members
	}
	return b
}

// Made says whether a group is one that this would have made, whoever its owners and members are.
func (g NewGroup) Made(is Group) bool {
	return is.DisplayName == g.DisplayName && is.MailNickname == g.MailNickname && is.Description == g.Description &&
		is.Microsoft365() == g.Microsoft365 && is.MailEnabled == g.Microsoft365 && is.SecurityEnabled == !g.Microsoft365 &&
		is.IsAssignableToRole == g.IsAssignableToRole && !is.Dynamic() && !is.OnPremisesSyncEnabled
}

// CreateGroup makes a group with its first owners and members, all or nothing.
//
// https://learn.microsoft.com/graph/api/group-post-groups, least permission Group.Create; one that may hold
// roles takes RoleManagement.ReadWrite.Directory as well. Display names need not be unique, nor mail nicknames
// but those of Microsoft 365 groups: making one twice makes two.
func (c *Client) CreateGroup(ctx context.Context, g NewGroup) (Group, Receipt, error) {
	const op = "create a group"
	info, err := c.sdk.Groups().ToPostRequestInformation(ctx, emptyBody(models.NewGroup), nil)
	if err != nil {
		return Group{}, Receipt{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	answer, receipt, err := c.write(ctx, op, info, g.body())
	if err != nil {
		return Group{}, receipt, err
	}
	var made Group
	if err := json.Unmarshal(answer, &made); err != nil {
		return Group{}, receipt, fmt.Errorf("graph: %s: decode the answer: %w", op, err)
	}
	if made.ID == "" {
		return Group{}, receipt, fmt.Errorf("graph: %s: %w", op, errors.New("the answer has no id"))
	}
	return made, receipt, nil
}

// AddGroupMembers adds up to MaxReferences members to a group, all or none: one that is a member already, or
// that is not known, fails the others.
//
// https://learn.microsoft.com/graph/api/group-post-members, least permission Group.ReadWrite.All.
func (c *Client) AddGroupMembers(ctx context.Context, groupID string, references []string) (Receipt, error) {
	info, err := c.sdk.Groups().ByGroupId(groupID).ToPatchRequestInformation(ctx, emptyBody(models.NewGroup), nil)
	return c.change(ctx, fmt.Sprintf("add %d members to group %s", len(references), groupID), info, err,
		map[string]any{"members@odata.bind": references})
}

// FindGroupsByMailNickname returns the groups with a mail nickname, which may be many, and the time of the
// answer by the clock of the directory, zero where the answer does not say.
//
// https://learn.microsoft.com/graph/api/group-list, least permission GroupMember.Read.All.
func (c *Client) FindGroupsByMailNickname(ctx context.Context, mailNickname string) ([]Group, time.Time, error) {
	const op = "find groups by mail nickname"
	filter := "mailNickname eq " + literal(mailNickname)
	first := func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Groups().ToGetRequestInformation(ctx, &groups.GroupsRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.GroupsRequestBuilderGetQueryParameters{Select: groupSelect, Filter: &filter, Top: ptr(maxPage)}})
	}
	info, err := first(false)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	body, header, err := c.answer(ctx, op, info)
	if err != nil {
		return nil, time.Time{}, err
	}
	page, err := decodePage[Group](body)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("graph: %s: %w", op, err)
	}
	read, _ := http.ParseTime(header.Get("Date")) // RFC 9110 6.6.1; one that cannot be read is none
	if page.Next == "" {
		return page.Items, read, nil
	}
	const all = 100_000
	rest, err := find[Group](ctx, c, all, listing{op: op, first: func(bool) (*abstractions.RequestInformation, error) { return c.follow(page.Next) }})
	return append(page.Items, rest...), read, err
}
