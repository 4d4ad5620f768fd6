package onelogin

import (
	"context"
	"slices"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// userIDField is the argument that names a user.
func userIDField() *configpb.Field { return connector.UserIDField("OneLogin id of the user") }

// enableUserAction lets a user sign in again.
func (c *Connector) enableUserAction() connector.Action {
	return c.statusAction(connector.Action{
		Name: "enable_user", Title: "Enable user", Kinds: connector.AccountAction(v2.ActionType_ACTION_TYPE_ACCOUNT_ENABLE),
		Description: "Activates a user who is suspended or not activated (status 1). A user who is locked, or has to set a password first, stays so: " +
			"unlock_user ends a lock.",
	}, onelogin.StatusActive, onelogin.StatusSuspended, onelogin.StatusUnactivated)
}

// disableUserAction keeps a user from signing in.
func (c *Connector) disableUserAction() connector.Action {
	return c.statusAction(connector.Action{
		Name: "disable_user", Title: "Disable user", Kinds: connector.AccountAction(v2.ActionType_ACTION_TYPE_ACCOUNT_DISABLE),
		Description: "Suspends the user (status 2), who keeps all roles and apps. Sessions live on: log_out_user ends them.",
	}, onelogin.StatusSuspended)
}

// statusAction sets a status, where the user has one of some others, or any other where none is named. One who has
// none of these is as the action wants it.
func (c *Connector) statusAction(a connector.Action, want onelogin.Status, from ...onelogin.Status) connector.Action {
	a.Arguments = []*configpb.Field{userIDField()}
	a.Run = func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
		id, err := args.UserID()
		if err == nil {
			err = c.setStatus(ctx, a.Name, onelogin.ID(id), want, from)
		}
		return connector.Succeeded(err)
	}
	return a
}

func (c *Connector) setStatus(ctx context.Context, name string, user onelogin.ID, want onelogin.Status, from []onelogin.Status) error {
	u, err := c.api.GetUser(ctx, user)
	if err != nil {
		return connector.Status(onUser(err, user, "read the user "+string(user), scopeReadUsers))
	}
	if u.Status != nil && (*u.Status == want || len(from) > 0 && !slices.Contains(from, *u.Status)) {
		return nil
	}
	_, err = c.changeUser(ctx, userWrite{action: name, user: user, fields: map[string]any{"status": int(want)}})
	return err
}
