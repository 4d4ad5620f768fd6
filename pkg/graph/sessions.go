package graph

import "context"

// RevokeSignInSessions ends the sessions of a user: refresh tokens die at once, access tokens live on for up
// to an hour where an application does not evaluate access continuously. Of a guest it ends nothing in the
// guest's own tenant. Doing it again is harmless.
//
// https://learn.microsoft.com/graph/api/user-revokesigninsessions, least permission User.RevokeSessions.All. For
// an administrator it takes a directory role as well: Privileged Authentication or Global Administrator.
func (c *Client) RevokeSignInSessions(ctx context.Context, userID string) (Receipt, error) {
	info, err := c.sdk.Users().ByUserId(userID).RevokeSignInSessions().ToPostRequestInformation(ctx, nil)
	return c.change(ctx, "revoke the sessions of user "+userID, info, err, nil)
}
