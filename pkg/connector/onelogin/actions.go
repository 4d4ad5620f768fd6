package onelogin

import (
	"context"

	"github.com/conductorone/baton-sdk/pkg/actions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// GlobalActions registers the actions on users. It asks nothing of the account.
func (c *Connector) GlobalActions(ctx context.Context, registry actions.ActionRegistry) error {
	ids := connector.IDForm{Is: isNumber, Noun: "OneLogin id", Form: "a number"}
	return connector.RegisterActions(ctx, registry, ids,
		c.enableUserAction(), c.disableUserAction(), c.lockUserAction(), c.unlockUserAction(), c.logOutUserAction(),
		c.updateUserAction(), c.updateProfileAction(), c.setManagerAction())
}
