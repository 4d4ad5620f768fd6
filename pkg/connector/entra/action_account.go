package entra

import (
	"context"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// enableUserAction lets a user sign in again.
func (c *Connector) enableUserAction() connector.Action {
	return c.accountEnabledAction(connector.Action{
		Name: "enable_user", Title: "Enable user", Kinds: connector.AccountAction(v2.ActionType_ACTION_TYPE_ACCOUNT_ENABLE),
		Description: "Lets the user sign in (accountEnabled: true).",
	}, true)
}

// disableUserAction keeps a user from signing in.
func (c *Connector) disableUserAction() connector.Action {
	return c.accountEnabledAction(connector.Action{
		Name: "disable_user", Title: "Disable user", Kinds: connector.AccountAction(v2.ActionType_ACTION_TYPE_ACCOUNT_DISABLE),
		Description: "Keeps the user from signing in (accountEnabled: false). Sessions live on: revoke_sessions ends them.",
	}, false)
}

func (c *Connector) accountEnabledAction(a connector.Action, enabled bool) connector.Action {
	a.Arguments = []*configpb.Field{userIDField()}
	a.Run = func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
		userID, err := args.UserID()
		if err == nil {
			_, err = c.changeUser(ctx, userID, a.Name, map[string]any{"accountEnabled": enabled})
		}
		return connector.Succeeded(err)
	}
	return a
}

// restoreUserAction brings a user back from the recycle bin.
func (c *Connector) restoreUserAction() connector.Action {
	return connector.Action{
		Name: "restore_user", Title: "Restore user", Kinds: connector.DynamicAction(), Arguments: []*configpb.Field{userIDField()},
		Description: "Brings a user back from the recycle bin, where deleted users are for 30 days, with the memberships that the user had.",
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			userID, err := args.UserID()
			if err == nil {
				err = c.restoreUser(ctx, userID)
			}
			return connector.Succeeded(err)
		},
	}
}

// restoreUser succeeds also for a user who is not deleted, which is what it is for. The recycle bin gives back
// whatever has the id, so that first of all it has to be that of a user.
func (c *Connector) restoreUser(ctx context.Context, userID string) error {
	if err := c.userSomewhere(ctx, userID); err != nil {
		return err
	}
	there := false
	_, err := c.apply(ctx, change{
		action: "restore_user", targets: map[string]string{"user": userID},
		write: func(ctx context.Context) (receipt graph.Receipt, err error) {
			receipt, err = c.graph.RestoreUser(ctx, userID)
			if graph.Missing(err) {
				exists, lookErr := c.userExists(ctx, userID)
				if lookErr != nil {
					return receipt, lookErr
				}
				there = exists
			}
			return receipt, onRestore(err, userID)
		},
		already: func(error) bool { return there },
		holds:   func(ctx context.Context) (bool, error) { return c.userExists(ctx, userID) },
	})
	return err
}

// onRestore makes the errors of bringing a user back such as people understand.
func onRestore(err error, userID string) error {
	switch {
	case graph.Missing(err):
		return noSuchUser(err, userID)
	case graph.Taken(err):
		return connector.Explain(codes.AlreadyExists, err, "the user %s cannot be restored: somebody else has got the user principal name or an "+
			"address since", userID)
	}
	return onUser(err, userID, "restore the user", "User.DeleteRestore.All")
}

// userSomewhere refuses an id that is not that of a user, neither in the directory nor in its recycle bin. A
// recycle bin that cannot be searched leaves that to whoever named the user.
func (c *Connector) userSomewhere(ctx context.Context, userID string) error {
	is, err := c.graph.IsDeletedUser(ctx, userID)
	if err == nil && !is {
		is, err = c.userExists(ctx, userID)
	}
	switch {
	case is || graph.Denied(err) || graph.Invalid(err):
		return nil
	case err != nil:
		return connector.Status(err)
	}
	return noSuchUser(nil, userID)
}

func noSuchUser(cause error, userID string) error {
	return connector.Explain(codes.NotFound, cause, "there is no user with the object id %s, neither in the directory nor in its recycle bin, "+
		"which keeps deleted users for 30 days", userID)
}

func (c *Connector) userExists(ctx context.Context, userID string) (bool, error) {
	_, err := c.graph.GetUser(ctx, userID)
	if graph.Missing(err) {
		return false, nil
	}
	return err == nil, err
}
