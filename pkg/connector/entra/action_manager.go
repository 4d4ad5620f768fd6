package entra

import (
	"context"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

const argManager = "manager_identifier"

// setManagerAction gives a user a manager, or none.
func (c *Connector) setManagerAction() connector.Action {
	return connector.Action{
		Name: "set_manager", Title: "Set manager", Kinds: connector.DynamicAction(),
		Description: "Makes somebody the manager of the user. An empty identifier leaves the user without a manager.",
		Arguments: []*configpb.Field{userIDField(), connector.TextField(argManager, "Manager",
			"Object id, user principal name or employee id of the manager; empty for none")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			userID, err := args.UserID()
			if err != nil {
				return nil, err
			}
			// One that is not there at all may be forgotten, and a manager is not taken away by mistake.
			if !args.Given(argManager) {
				return nil, connector.BadArgument(argManager, "is missing: an empty text leaves the user without a manager")
			}
			return connector.Succeeded(c.manage(ctx, userID, args.Text(argManager)))
		},
	}
}

// manage makes whom an identifier names the manager of a user, or nobody where it names nobody.
func (c *Connector) manage(ctx context.Context, userID, identifier string) error {
	// Graph does not say which of the two is not there.
	if _, err := c.graph.GetUser(ctx, userID); err != nil {
		return onUser(err, userID, "read the user", permissionUsers)
	}
	if identifier == "" {
		_, err := c.removeManager(ctx, userID)
		return err
	}
	managerID, err := c.findManager(ctx, "the argument "+argManager, identifier)
	if err != nil {
		return err
	}
	_, err = c.assignManager(ctx, userID, managerID)
	return err
}

// removeManager leaves a user, who is there, without a manager.
func (c *Connector) removeManager(ctx context.Context, userID string) (connector.Outcome, error) {
	return c.apply(ctx, c.removal(change{
		action: "remove manager", targets: map[string]string{"user": userID},
		write:   func(ctx context.Context) (graph.Receipt, error) { return c.graph.RemoveManager(ctx, userID) },
		already: graph.Missing, // it is the manager that is not there
		holds: func(ctx context.Context) (bool, error) {
			u, err := c.graph.GetUser(ctx, userID)
			return err == nil && u.Manager == nil, err
		},
	}))
}
