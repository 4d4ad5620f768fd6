package onelogin

import (
	"context"
	"encoding/json"
	"strings"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// argManager is the argument of set_manager.
const argManager = "manager"

// fieldManagerID is OneLogin's field for the manager who is a user of the account.
const fieldManagerID = "manager_user_id"

// setManagerAction makes somebody the manager of a user, or nobody.
func (c *Connector) setManagerAction() connector.Action {
	return connector.Action{
		Name: "set_manager", Title: "Set manager", Kinds: connector.DynamicAction(),
		Description: "Sets the manager of a user. An empty manager leaves the user without one.",
		Arguments: []*configpb.Field{userIDField(), connector.TextField(argManager, "Manager",
			"OneLogin id, email address or username of the manager; empty for none")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			id, err := args.UserID()
			if err != nil {
				return nil, err
			}
			// One that is not there at all may be forgotten, and a manager is not taken away by mistake.
			if !args.Given(argManager) {
				return nil, connector.BadArgument(argManager, "is missing: an empty text leaves the user without a manager")
			}
			return connector.Succeeded(c.manage(ctx, onelogin.ID(id), args.Text(argManager)))
		},
	}
}

// manage makes whom an identifier names the manager of a user, or nobody where it names nobody.
func (c *Connector) manage(ctx context.Context, user onelogin.ID, identifier string) error {
	w := userWrite{action: "set_manager", user: user, fields: map[string]any{fieldManagerID: nil}}
	if identifier != "" {
		manager, err := c.findManager(ctx, "the argument "+argManager, identifier)
		switch {
		case err != nil:
			return err
		case manager == user:
			return connector.BadArgument(argManager, "is the user: nobody is their own manager")
		}
		w.fields[fieldManagerID] = json.Number(manager)
	}
	if _, err := c.changeUser(ctx, w); err != nil {
		return err
	}
	return c.checkManager(ctx, w)
}

// checkManager reads the manager again: what becomes of a null, and of an id that OneLogin does not like, is not
// documented.
func (c *Connector) checkManager(ctx context.Context, w userWrite) error {
	u, err := c.api.GetStoredUser(ctx, w.user)
	if err != nil {
		return connector.Status(onUser(err, w.user, "read the user "+string(w.user), scopeReadUsers))
	}
	if !w.stored(u) {
		return status.Errorf(codes.Aborted, "OneLogin took the change, and shows another manager of the user %s than was set", w.user)
	}
	return nil
}

// findManager returns the id of the user whom somebody named as a manager: by id, email address or username. What fits
// nobody, or more than one, is InvalidArgument.
func (c *Connector) findManager(ctx context.Context, field, identifier string) (onelogin.ID, error) {
	if isNumber(identifier) {
		u, err := c.api.GetUser(ctx, onelogin.ID(identifier))
		if err == nil || !onelogin.Missing(err) {
			return u.ID, connector.Status(lacking(err, "read the user "+identifier, scopeReadUsers))
		}
	}
	by := []string{fieldUsername}
	if strings.Contains(identifier, "@") {
		by = []string{fieldEmail, fieldUsername}
	}
	for _, name := range by {
		users, err := c.usersWith(ctx, name, identifier)
		switch {
		case err != nil:
			return "", connector.Status(lacking(err, "look up the manager", scopeReadUsers))
		case len(users) == 1:
			return users[0].ID, nil
		case len(users) > 1:
			return "", connector.Malformed(field, "fits more than one user: give the OneLogin id")
		}
	}
	return "", connector.Malformed(field, "names a user whom the account does not have")
}
