package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// Password is one that is set for a user: it goes to Graph, and nowhere else. Errors of what sends it do not
// hold it, even where an answer repeats it.
type Password struct {
	Text string
	// Change makes the user choose another at the next sign-in.
	Change bool
}

func (p Password) profile() map[string]any {
	return map[string]any{"password": p.Text, "forceChangePasswordNextSignIn": p.Change}
}

// CreateUser makes a user from properties by Graph's names, who has all of them and the new id.
//
// https://learn.microsoft.com/graph/api/user-post-users, least permission User.ReadWrite.All. The answer has
// only Graph's default properties: the rest of the user is what was sent. A manager cannot be set with it.
func (c *Client) CreateUser(ctx context.Context, properties map[string]any, password Password) (User, Receipt, error) {
	const op = "create a user"
	info, err := c.sdk.Users().ToPostRequestInformation(ctx, emptyBody(models.NewUser), nil)
	if err != nil {
		return User{}, Receipt{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	body := maps.Clone(properties)
	body["passwordProfile"] = password.profile()
	answer, receipt, err := c.write(ctx, op, info, body)
	if err != nil {
		return User{}, receipt, withoutSecret(err, password.Text)
	}
	u, err := createdUser(properties, answer)
	if err != nil {
		return User{}, receipt, fmt.Errorf("graph: %s: %w", op, err)
	}
	return u, receipt, nil
}

// createdUser is what was sent, and over it what was answered.
func createdUser(properties map[string]any, answer []byte) (User, error) {
	sent, err := json.Marshal(properties)
	if err != nil {
		return User{}, fmt.Errorf("form the user: %w", err)
	}
	var u User
	if err := json.Unmarshal(sent, &u); err != nil {
		return User{}, fmt.Errorf("read the properties that were sent: %w", err)
	}
	if err := json.Unmarshal(answer, &u); err != nil {
		return User{}, fmt.Errorf("decode the answer: %w", err)
	}
	if u.ID == "" {
		return User{}, errors.New("the answer has no id")
	}
	return u, nil
}

// UpdateUser changes the named properties of a user and no others. A nil clears one, which Graph refuses for
// displayName, userPrincipalName and usageLocation.
//
// https://learn.microsoft.com/graph/api/user-update, least permission User.ReadWrite.All; for accountEnabled
// alone User.EnableDisableAccount.All with User.Read.All. The account of an administrator takes a directory
// role as well: Privileged Authentication Administrator or Global Administrator.
func (c *Client) UpdateUser(ctx context.Context, userID string, properties map[string]any) (Receipt, error) {
	return c.patchUser(ctx, "update user "+userID, userID, properties)
}

// SetPassword gives a user another password.
//
// https://learn.microsoft.com/graph/api/user-update, least permission User-PasswordProfile.ReadWrite.All (or
// User.ReadWrite.All), and a directory role: for ordinary users Helpdesk, Password or User Administrator, for
// administrators Privileged Authentication or Global Administrator. The resetPassword action beside it is for
// signed-in users only.
func (c *Client) SetPassword(ctx context.Context, userID string, password Password) (Receipt, error) {
	receipt, err := c.patchUser(ctx, "set the password of user "+userID, userID, map[string]any{"passwordProfile": password.profile()})
	return receipt, withoutSecret(err, password.Text)
}

func (c *Client) patchUser(ctx context.Context, op, userID string, properties map[string]any) (Receipt, error) {
	info, err := c.sdk.Users().ByUserId(userID).ToPatchRequestInformation(ctx, emptyBody(models.NewUser), nil)
	return c.change(ctx, op, info, err, properties)
}

// DeleteUser puts a user into the recycle bin, from where RestoreUser brings the user back for 30 days.
//
// https://learn.microsoft.com/graph/api/user-delete, least permission User.DeleteRestore.All or
// User.ReadWrite.All. To delete an administrator takes a directory role, as with UpdateUser.
func (c *Client) DeleteUser(ctx context.Context, userID string) (Receipt, error) {
	info, err := c.sdk.Users().ByUserId(userID).ToDeleteRequestInformation(ctx, nil)
	return c.change(ctx, "delete user "+userID, info, err, nil)
}

// RestoreUser brings a user back from the recycle bin, with the links that the user had. The error is
// Missing for one who is not there, which is the case also for a user who was never deleted.
//
// https://learn.microsoft.com/graph/api/directory-deleteditems-restore, least permission User.DeleteRestore.All.
func (c *Client) RestoreUser(ctx context.Context, userID string) (Receipt, error) {
	info, err := c.sdk.Directory().DeletedItems().ByDirectoryObjectId(userID).Restore().ToPostRequestInformation(ctx, nil)
	return c.change(ctx, "restore user "+userID, info, err, nil)
}

// SetManager makes the object of a reference (Cloud.Reference) the manager of a user, in the place of whoever
// was it before. The error is Missing where one of the two is not known, or not known yet.
//
// https://learn.microsoft.com/graph/api/user-post-manager, least permission User.ReadWrite.All.
func (c *Client) SetManager(ctx context.Context, userID, reference string) (Receipt, error) {
	info, err := c.sdk.Users().ByUserId(userID).Manager().Ref().ToPutRequestInformation(ctx, emptyBody(models.NewReferenceUpdate), nil)
	return c.change(ctx, "set the manager of user "+userID, info, err, map[string]any{"@odata.id": reference})
}

// RemoveManager leaves a user without a manager. The error is Missing for one who has none.
//
// https://learn.microsoft.com/graph/api/user-delete-manager, least permission User.ReadWrite.All.
func (c *Client) RemoveManager(ctx context.Context, userID string) (Receipt, error) {
	info, err := c.sdk.Users().ByUserId(userID).Manager().Ref().ToDeleteRequestInformation(ctx, nil)
	return c.change(ctx, "remove the manager of user "+userID, info, err, nil)
}

// withoutSecret takes a secret out of what a refusal says: Graph's texts may repeat what they refuse, as it was
// or as JSON.
func withoutSecret(err error, secret string) error {
	var refused *Error
	if secret == "" || !errors.As(err, &refused) {
		return err
	}
	spellings := []string{secret}
	if quoted, err := json.Marshal(secret); err == nil {
		spellings = append(spellings, string(quoted[1:len(quoted)-1]))
	}
	for _, s := range spellings {
		s = oneLine(s) // as the message is
		refused.Message, refused.Code = withoutText(refused.Message, s), withoutText(refused.Code, s)
	}
	return err
}

// withoutText takes one text out of another, also where that was cut off in the middle of it.
func withoutText(message, text string) string {
	if text == "" {
		return message
	}
	message = strings.ReplaceAll(message, text, "…")
	whole, cut := strings.CutSuffix(message, "…")
	for n := len(text) - 1; cut && n > 0; n-- {
		if strings.HasSuffix(whole, text[:n]) {
			return whole[:len(whole)-n] + "…"
		}
	}
	return message
}

// Taken says whether Graph refused to make or change an object because another one has the same value where
// that has to be the only one, like a user principal name.
// https://learn.microsoft.com/graph/api/user-post-users
func Taken(err error) bool {
	return refusedWith(err, http.StatusBadRequest, "another object with the same value") || refusedWith(err, http.StatusConflict, "another object with the same value")
}

// FromOnPremises says whether Graph refused to change an object because its home is an Active Directory.
func FromOnPremises(err error) bool {
	return refusedWith(err, http.StatusBadRequest, "on-premises mastered")
}
