package entra

import (
	"context"
	"time"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// revokeSessionsAction ends all sessions of a user.
func (c *Connector) revokeSessionsAction() connector.Action {
	const effect = "Refresh tokens and session cookies are no longer accepted. Access tokens that were given out before live on for up to an hour."
	return connector.Action{
		Name: "revoke_sessions", Title: "Revoke sessions", Kinds: connector.DynamicAction(), Arguments: []*configpb.Field{userIDField()},
		Description: "Ends all sessions of the user. " + effect,
		Results:     []*configpb.Field{connector.TextResult("message", "Message")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			userID, err := args.UserID()
			if err == nil {
				err = c.revokeSessions(ctx, userID)
			}
			return connector.Succeeded(err, actions.NewStringReturnField("message", effect))
		},
	}
}

// sessionsValidFrom is the property of a user that says since when sessions are valid: revoking moves it.
const sessionsValidFrom = "signInSessionsValidFromDateTime"

// revokeSlack is how far the time of a revocation may lie before that of the request, by rounding.
const revokeSlack = 5 * time.Second

func (c *Connector) revokeSessions(ctx context.Context, userID string) error {
	began := c.clock.Now()
	_, err := c.apply(ctx, change{
		action: "revoke_sessions", targets: map[string]string{"user": userID},
		write: func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := c.graph.RevokeSignInSessions(ctx, userID)
			return receipt, onUser(err, userID, "revoke the sessions of the user", "User.RevokeSessions.All")
		},
		holds: func(ctx context.Context) (bool, error) {
			u, err := c.graph.GetStoredUser(ctx, userID, sessionsValidFrom)
			if err != nil {
				return false, err
			}
			// The times are the directory's; only how long it is ago is taken from here.
			text, _ := u.Properties[sessionsValidFrom].(string)
			from, err := time.Parse(time.RFC3339, text)
			return err == nil && !from.Before(u.Read.Add(-c.clock.Now().Sub(began)-revokeSlack)), nil
		},
	})
	return err
}
