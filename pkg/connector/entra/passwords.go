package entra

import (
	"context"
	"errors"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/crypto"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// longestPassword is the longest that the SDK makes; Entra takes four times that.
const longestPassword = 64

// permissionPasswords is the least that sets passwords. User.ReadWrite.All holds it.
const permissionPasswords = "User-PasswordProfile.ReadWrite.All"

// throwawayPassword is for who is not to have one: nobody knows it.
func throwawayPassword() (string, error) {
	return crypto.GenerateRandomPassword(v2.LocalCredentialOptions_RandomPassword_builder{Length: longestPassword}.Build())
}

// setPassword gives a user a password. Whether one was set cannot be read, so after a lost answer the same
// one is set once more, which changes nothing where it had been.
func (c *Connector) setPassword(ctx context.Context, userID string, password graph.Password, passes func(context.Context, error) bool) error {
	_, err := c.apply(ctx, change{
		action:  "set password",
		targets: map[string]string{"user": userID},
		write: c.patient(func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := c.graph.SetPassword(ctx, userID, password)
			return receipt, passwordRefused(err, userID)
		}, func(ctx context.Context, err error) bool {
			return graph.Unclear(err) || graph.Collided(err) || passes(ctx, err)
		}),
		holds: func(context.Context) (bool, error) {
			return false, errors.New("whether the password was set cannot be read: set another one")
		},
	})
	return err
}

// passwordRefused says what the application lacks.
func passwordRefused(err error, userID string) error {
	if !graph.Denied(err) {
		return onUser(err, userID, "set the password of the user "+userID, permissionPasswords)
	}
	return connector.Explain(codes.PermissionDenied, err, "Microsoft Graph does not let this application set the password of the user %s: besides "+
		"the permission %s it needs a directory role, for ordinary users %s, and where the user is an administrator %s",
		userID, permissionPasswords, rolesForPasswords, rolesForAdmins)
}
