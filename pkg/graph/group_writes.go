package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// Members and owners are links of a group. One is added by a reference, which Cloud.Reference makes, and
// removed by the path of the link, which must end in /$ref: without it the path names the object itself,
// which Graph deletes where it may.

// AddGroupMember makes an object a direct member of a group.
//
// https://learn.microsoft.com/graph/api/group-post-members, least permission GroupMember.ReadWrite.All, and
// RoleManagement.ReadWrite.Directory where the group may hold roles.
func (c *Client) AddGroupMember(ctx context.Context, groupID, reference string) (Receipt, error) {
	op := "add a member to group " + groupID
	info, err := c.sdk.Groups().ByGroupId(groupID).Members().Ref().ToPostRequestInformation(ctx, referenceTo(reference), nil)
	return c.writeLink(ctx, op, info, err)
}

// RemoveGroupMember takes a direct member out of a group.
//
// https://learn.microsoft.com/graph/api/group-delete-members, least permission GroupMember.ReadWrite.All, and
// RoleManagement.ReadWrite.Directory where the group may hold roles.
func (c *Client) RemoveGroupMember(ctx context.Context, groupID, memberID string) (Receipt, error) {
	op := "remove member " + memberID + " from group " + groupID
	info, err := c.sdk.Groups().ByGroupId(groupID).Members().ByDirectoryObjectId(memberID).Ref().ToDeleteRequestInformation(ctx, nil)
	return c.writeLink(ctx, op, info, err)
}

// AddGroupOwner makes an object an owner of a group, which makes it no member.
//
// https://learn.microsoft.com/graph/api/group-post-owners, least permission Group.ReadWrite.All, and
// RoleManagement.ReadWrite.Directory where the group may hold roles.
func (c *Client) AddGroupOwner(ctx context.Context, groupID, reference string) (Receipt, error) {
	op := "add an owner to group " + groupID
	info, err := c.sdk.Groups().ByGroupId(groupID).Owners().Ref().ToPostRequestInformation(ctx, referenceTo(reference), nil)
	return c.writeLink(ctx, op, info, err)
}

// RemoveGroupOwner makes an object no longer an owner of a group.
//
// https://learn.microsoft.com/graph/api/group-delete-owners, least permission Group.ReadWrite.All, and
// RoleManagement.ReadWrite.Directory where the group may hold roles.
func (c *Client) RemoveGroupOwner(ctx context.Context, groupID, ownerID string) (Receipt, error) {
	op := "remove owner " + ownerID + " from group " + groupID
	info, err := c.sdk.Groups().ByGroupId(groupID).Owners().ByDirectoryObjectId(ownerID).Ref().ToDeleteRequestInformation(ctx, nil)
	return c.writeLink(ctx, op, info, err)
}

func referenceTo(objectID string) models.ReferenceCreateable {
	body := emptyBody(models.NewReferenceCreate)
	body.SetOdataId(&objectID)
	return body
}

func (c *Client) writeLink(ctx context.Context, op string, info *abstractions.RequestInformation, formErr error) (Receipt, error) {
	if formErr != nil {
		return Receipt{}, fmt.Errorf("graph: %s: form the request: %w", op, formErr)
	}
	answer, receipt, err := c.write(ctx, op, info, nil)
	if err == nil && len(answer) > 0 {
		// Graph answers 204: a body is that of something in between, which decides nothing.
		err = fmt.Errorf("graph: %s: the answer is not one of Graph", op)
	}
	return receipt, err
}

// LinkExists says whether Graph refused to add a member or an owner who is one already.
func LinkExists(err error) bool {
	return refusedWith(err, http.StatusBadRequest, "added object references already exist")
}

// LinkMissing says whether Graph refused to remove a member or an owner because of those it names none is
// one. Graph says so of what was removed a moment ago; later it answers as Missing tells.
func LinkMissing(err error) bool {
	return refusedWith(err, http.StatusBadRequest, "removed object references do not exist")
}

// LastOwner says whether Graph refused to remove an owner because no other would be left.
func LastOwner(err error) bool {
	return refusedWith(err, http.StatusBadRequest, "must have at least one owner")
}

// QuotaExceeded says whether a group has as many members or owners as it can have, a hundred of the latter.
func QuotaExceeded(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusForbidden && refused.Code == "Directory_QuotaExceeded"
}

// Denied says whether Graph refused because of what the application may do.
func Denied(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusForbidden && !QuotaExceeded(err)
}

// Collided says whether Graph refused a write because another one was changing the same object: it did not
// happen, and can be tried again. One where a value is taken does not pass.
func Collided(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusConflict && !Taken(err)
}
