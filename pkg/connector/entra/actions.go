package entra

import (
	"context"

	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// ids is the form of the ids of directory objects.
func ids() connector.IDForm {
	return connector.IDForm{Is: isObjectID, Noun: "object id", Form: "a GUID"}
}

// GlobalActions registers the actions on users. It asks nothing of the directory.
func (c *Connector) GlobalActions(ctx context.Context, registry actions.ActionRegistry) error {
	return connector.RegisterActions(ctx, registry, ids(),
		c.enableUserAction(), c.disableUserAction(), c.updateUserAction(), c.updateProfileAction(), c.setManagerAction(),
		c.checkUPNAction(), c.revokeSessionsAction(), c.revokeMFAAction(), c.restoreUserAction())
}

// ResourceActions registers the action that makes a group.
func (s *groupSyncer) ResourceActions(ctx context.Context, registry actions.ActionRegistry) error {
	return connector.RegisterActions(ctx, registry, ids(), s.c.createGroupAction())
}

// onUser makes the errors of a change of a user such as people understand: who is not there, and what the
// application lacks. deed is what was to be done, and permission what it takes for any user.
func onUser(err error, userID, deed, permission string) error {
	switch {
	case graph.Missing(err):
		return connector.Explain(codes.NotFound, err, "the directory has no user with the object id %s", userID)
	case graph.FromOnPremises(err):
		return connector.Explain(codes.FailedPrecondition, err, "the user %s is synced from Active Directory, where it has to be changed", userID)
	case graph.Taken(err):
		return connector.Explain(codes.AlreadyExists, err, "another object of the directory has one of these values, which only one can have")
	}
	return refusedAdmin(err, deed, permission)
}
