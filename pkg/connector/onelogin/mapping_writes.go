package onelogin

import (
	"context"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// lastAction is the custom attribute that a user is touched through. Its name is ConductorOne's.
const lastAction = "c1_last_action"

// touch makes the account's mappings look at a user: they run when a user is written, not when a role changes. The value
// has to be a new one each time.
func (c *Connector) touch(ctx context.Context, user onelogin.ID, value string) error {
	_, err := c.changeUser(ctx, userWrite{action: "run the mappings of a user", user: user,
		attributes: map[string]any{lastAction: value}, mappings: onelogin.MappingsSync})
	return err
}

// checkLastAction fails where the mappings of users are to be run and the account lacks the attribute for it.
func (c *Connector) checkLastAction(ctx context.Context) error {
	if !c.switches.applyUserMappings {
		return nil
	}
	there, err := found(ctx, c.api.ListAttributes, func(a onelogin.Attribute) onelogin.ID { return a.ID },
		func(a onelogin.Attribute) bool { return a.ShortName == lastAction })
	switch {
	case err != nil:
		return connector.Status(lacking(err, "list the custom attributes", scopeReadUsers))
	case !there:
		return connector.Explain(codes.FailedPrecondition, nil, "--apply-user-mappings needs a custom user field with the name and the shortname %s, which the account does not have: "+
			"add it under Users > Custom User Fields, or leave the option off", lastAction)
	}
	return nil
}
