package entra

import (
	"context"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// enableUserAction lets a user sign in again.
func (c *Connector) enableUserAction() action {
	return c.accountEnabledAction(action{
		name: "enable_user", title: "Enable user", kinds: account(v2.ActionType_ACTION_TYPE_ACCOUNT_ENABLE),
		description: "Lets the user sign in (accountEnabled: true).",
	}, true)
}

// disableUserAction keeps a user from signing in.
func (c *Connector) disableUserAction() action {
	return c.accountEnabledAction(action{
		name: "disable_user", title: "Disable user", kinds: account(v2.ActionType_ACTION_TYPE_ACCOUNT_DISABLE),
		description: "Keeps the user from signing in (accountEnabled: false). Sessions live on: revoke_sessions ends them.",
	}, false)
}

func (c *Connector) accountEnabledAction(a action, enabled bool) action {
	a.arguments = []*configpb.Field{userIDField()}
	a.run = func(ctx context.Context, args arguments) (*structpb.Struct, error) {
		userID, err := args.userID()
		if err == nil {
			_, err = c.changeUser(ctx, userID, a.name, map[string]any{"accountEnabled": enabled})
		}
		return succeeded(err)
	}
	return a
}

// succeeded is the result of an action that has none but that it succeeded.
func succeeded(err error, fields ...actions.ReturnField) (*structpb.Struct, error) {
	if err != nil {
		return nil, err
	}
	return actions.NewReturnValues(true, fields...), nil
}

// restoreUserAction brings a user back from the recycle bin.
func (c *Connector) restoreUserAction() action {
	return action{
		name: "restore_user", title: "Restore user", kinds: dynamic(), arguments: []*configpb.Field{userIDField()},
		description: "Brings a user back from the recycle bin, where deleted users are for 30 days, with the memberships that the user had.",
		run: func(ctx context.Context, args arguments) (*structpb.Struct, error) {
			userID, err := args.userID()
			if err == nil {
				err = c.restoreUser(ctx, userID)
			}
			return succeeded(err)
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
		return explain(codes.AlreadyExists, err, "the user %s cannot be restored: somebody else has got the user principal name or an "+
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
	return explain(codes.NotFound, cause, "there is no user with the object id %s, neither in the directory nor in its recycle bin, "+
		"which keeps deleted users for 30 days", userID)
}

func (c *Connector) userExists(ctx context.Context, userID string) (bool, error) {
	_, err := c.graph.GetUser(ctx, userID)
	if graph.Missing(err) {
		return false, nil
	}
	return err == nil, err
}
