package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

var _ connectorbuilder.ResourceDeleterV2 = (*userSyncer)(nil)

// permissionDelete is the least that deletes ordinary users.
const permissionDelete = "User.DeleteRestore.All"

// Delete puts a user into the recycle bin, from where the action restore_user brings the user back for 30 days.
func (s *userSyncer) Delete(ctx context.Context, id, _ *v2.ResourceId) (annotations.Annotations, error) {
	userID, err := userOf(id)
	if err != nil {
		return nil, err
	}
	result, err := s.c.apply(ctx, s.c.removal(change{
		action:  "delete user",
		targets: map[string]string{"user": userID},
		write: func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := s.c.graph.DeleteUser(ctx, userID)
			return receipt, onUser(err, userID, "delete the user "+userID, permissionDelete)
		},
		already: graph.Missing,
		holds: func(ctx context.Context) (bool, error) {
			_, err := s.c.graph.GetUser(ctx, userID)
			if graph.Missing(err) {
				return true, nil
			}
			return false, err
		},
	}))
	if err == nil && result == connector.Unchanged {
		return annotations.New(&v2.ResourceDoesNotExist{}), nil
	}
	return nil, err
}

// userOf is the object id of a user resource. Another kind of resource, or an id that is none, goes no further.
func userOf(id *v2.ResourceId) (string, error) {
	if id.GetResourceType() != typeUser || !isObjectID(id.GetResource()) {
		return "", connector.Malformed("resource_id", "is not that of a user: its type has to be user, and its id an object id")
	}
	return id.GetResource(), nil
}
