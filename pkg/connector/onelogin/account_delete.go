package onelogin

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

var _ connectorbuilder.ResourceDeleterV2 = (*userSyncer)(nil)

// Delete deletes a user for good: OneLogin has nothing to bring one back from.
func (s *userSyncer) Delete(ctx context.Context, id, _ *v2.ResourceId) (annotations.Annotations, error) {
	user, err := userOf(id)
	if err != nil {
		return nil, err
	}
	result, err := s.c.apply(ctx, connector.Change{
		Action: "delete user", Targets: map[string]string{typeUser: string(user)},
		Write: func(ctx context.Context) (string, error) {
			return "", lacking(s.c.api.DeleteUser(ctx, user), "delete the user "+string(user), scopeManageUsers)
		},
		Already: onelogin.Missing,
		Holds: func(ctx context.Context) (bool, error) {
			_, err := s.c.api.GetUser(ctx, user)
			if onelogin.Missing(err) {
				return true, nil
			}
			return false, err
		},
	})
	if err == nil && result == connector.Unchanged {
		return annotations.New(&v2.ResourceDoesNotExist{}), nil
	}
	return nil, err
}

// userOf is the id of a user resource. Another kind of resource, or an id that is none, goes no further.
func userOf(id *v2.ResourceId) (onelogin.ID, error) {
	if id.GetResourceType() != typeUser || !isID(id) {
		return "", connector.Malformed("resource_id", "is not that of a user: its type has to be user, and its id a number")
	}
	return onelogin.ID(id.GetResource()), nil
}
