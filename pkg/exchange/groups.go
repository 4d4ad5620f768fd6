package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// All methods below take the application permission Exchange.ManageAsApp of Office 365 Exchange Online, and
// the directory role Exchange Administrator. Groups and recipients are named by their ids in the directory.
// What they change shows in Graph some minutes later. Those that write return the id of the request.

// AddGroupMember makes a recipient a member of a group.
//
// https://learn.microsoft.com/powershell/module/exchange/add-distributiongroupmember
func (c *Client) AddGroupMember(ctx context.Context, groupID, recipientID string) (requestID string, err error) {
	return c.write(ctx, command{op: "add a member to group " + groupID, name: "Add-DistributionGroupMember",
		parameters: map[string]any{"Identity": groupID, "Member": recipientID, bypass: true}})
}

// RemoveGroupMember takes a recipient out of a group.
//
// https://learn.microsoft.com/powershell/module/exchange/remove-distributiongroupmember
func (c *Client) RemoveGroupMember(ctx context.Context, groupID, recipientID string) (requestID string, err error) {
	return c.write(ctx, command{op: "remove a member from group " + groupID, name: "Remove-DistributionGroupMember",
		parameters: map[string]any{"Identity": groupID, "Member": recipientID, bypass: true, "Confirm": false}})
}

// AddGroupOwner makes a recipient an owner of a group: one that manages it.
//
// https://learn.microsoft.com/powershell/module/exchange/set-distributiongroup
func (c *Client) AddGroupOwner(ctx context.Context, groupID, recipientID string) (requestID string, err error) {
	return c.write(ctx, managers("add an owner to group ", groupID, "Add", recipientID))
}

// RemoveGroupOwner makes a recipient no longer an owner of a group.
//
// https://learn.microsoft.com/powershell/module/exchange/set-distributiongroup
func (c *Client) RemoveGroupOwner(ctx context.Context, groupID, recipientID string) (requestID string, err error) {
	return c.write(ctx, managers("remove an owner from group ", groupID, "Remove", recipientID))
}

// bypass lets the application change a group that it does not manage.
const bypass = "BypassSecurityGroupManagerCheck"

func managers(op, groupID, change, recipientID string) command {
	return command{op: op + groupID, name: "Set-DistributionGroup", parameters: map[string]any{"Identity": groupID, bypass: true,
		"ManagedBy": map[string]any{"@odata.type": "#Exchange.GenericHashTable", change: recipientID}}}
}

func (c *Client) write(ctx context.Context, cmd command) (string, error) {
	_, requestID, err := c.invoke(ctx, cmd, "")
	return requestID, err
}

// HasGroupMember says whether a recipient is a direct member of a group.
//
// https://learn.microsoft.com/powershell/module/exchange/get-distributiongroupmember
func (c *Client) HasGroupMember(ctx context.Context, groupID, recipientID string) (bool, error) {
	found := false
	err := c.each(ctx, command{op: "list members of group " + groupID, name: "Get-DistributionGroupMember",
		parameters: map[string]any{"Identity": groupID, "ResultSize": "Unlimited"}}, func(row json.RawMessage) error {
		var member struct {
			ID string `json:"ExternalDirectoryObjectId"`
		}
		if err := json.Unmarshal(row, &member); err != nil {
			return err
		}
		found = found || strings.EqualFold(member.ID, recipientID)
		return nil
	})
	return found, err
}

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// HasGroupOwner says whether a recipient is an owner of a group, and whether that is known: Exchange may name
// the owners in another way than by their ids.
//
// https://learn.microsoft.com/powershell/module/exchange/get-distributiongroup
func (c *Client) HasGroupOwner(ctx context.Context, groupID, recipientID string) (has, known bool, err error) {
	has, known = false, true
	groups := 0
	err = c.each(ctx, command{op: "read group " + groupID, name: "Get-DistributionGroup",
		parameters: map[string]any{"Identity": groupID}}, func(row json.RawMessage) error {
		groups++
		var group struct {
			ManagedBy []string `json:"ManagedBy"`
		}
		if err := json.Unmarshal(row, &group); err != nil {
			return err
		}
		for _, name := range group.ManagedBy {
			has = has || strings.EqualFold(name, recipientID)
			known = known && guid.MatchString(name)
		}
		return nil
	})
	if err == nil && groups != 1 {
		err = fmt.Errorf("exchange: read group %s: %d groups were answered", groupID, groups)
	}
	return has, known || has, err
}

// each reads the rows of a cmdlet that changes nothing, page by page. An answer that is no page must not look
// like one without rows.
func (c *Client) each(ctx context.Context, cmd command, row func(json.RawMessage) error) error {
	ctx = transport.ReadOnly(ctx)
	for next := ""; ; {
		got, _, err := c.invoke(ctx, cmd, next)
		switch {
		case err != nil:
			return err
		case got.Value == nil:
			return fmt.Errorf("exchange: %s: the answer has no value array", cmd.op)
		case got.Next != "" && got.Next == next:
			return fmt.Errorf("exchange: %s: the service gave the same link to the next page twice", cmd.op)
		}
		for _, r := range *got.Value {
			if err := row(r); err != nil {
				return fmt.Errorf("exchange: %s: a row cannot be read: %w", cmd.op, err)
			}
		}
		if next = got.Next; next == "" {
			return nil
		}
	}
}
