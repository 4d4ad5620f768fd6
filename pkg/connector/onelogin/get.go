package onelogin

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// Get of each resource type, for a targeted sync: one object, read and mapped as List reads and maps it. Entitlements and
// grants are those of all resources of a type together here, and of such types the SDK asks for neither.

// one is Get of every resource type.
func one[T any](ctx context.Context, id *v2.ResourceId, ids connector.IDForm, read func(context.Context, onelogin.ID) (T, error), resource func(T) (*v2.Resource, error)) (
	*v2.Resource, annotations.Annotations, error,
) {
	return connector.Get(ctx, id, connector.Lookup[T]{ResourceType: id.GetResourceType(), IDs: ids, Resource: resource,
		Read: func(ctx context.Context, id string) (T, bool, error) {
			item, err := read(ctx, onelogin.ID(id))
			if onelogin.Missing(err) {
				return item, false, nil
			}
			return item, err == nil, err
		}})
}

// numbers is the form of most ids, uuids that of the ids of privileges.
func numbers() connector.IDForm {
	return connector.IDForm{Is: isNumber, Noun: "OneLogin id", Form: "a number"}
}

func uuids() connector.IDForm {
	return connector.IDForm{Is: uuid.MatchString, Noun: "id", Form: "a UUID"}
}

// Get returns a user. It takes one request, and another for the mail of a manager.
func (s *userSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return one(ctx, id, numbers(), s.c.api.GetUser, func(u onelogin.User) (*v2.Resource, error) {
		mail, err := s.managerMail(ctx, u.ManagerUserID)
		if err != nil {
			return nil, err
		}
		return userResource(u, mail, s.c.switches.attributes)
	})
}

// managerMail is the mail of a manager, "" of one who is gone.
func (s *userSyncer) managerMail(ctx context.Context, manager onelogin.ID) (string, error) {
	if manager == "" {
		return "", nil
	}
	m, err := s.c.api.GetUser(ctx, manager)
	if onelogin.Missing(err) {
		return "", nil
	}
	return m.Email, err
}

// Get returns a role. It takes one request.
func (s *roleSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return one(ctx, id, numbers(), s.c.api.GetRole, roleResource)
}

// Get returns a group. It takes one request.
func (s *groupSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return one(ctx, id, numbers(), s.c.api.GetGroup, groupResource)
}

// Get returns an app, and whether OneLogin makes accounts in it. It takes one request.
func (s *appSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return one(ctx, id, numbers(), s.c.api.GetApp, appResource)
}

// Get returns a privilege. It takes one request.
func (s *privilegeSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return one(ctx, id, uuids(), s.c.api.GetPrivilege, privilegeResource)
}
