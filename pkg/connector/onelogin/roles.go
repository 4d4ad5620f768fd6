package onelogin

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// roleSyncer lists roles, and who is a member or an admin of each. A role gives its members apps.
type roleSyncer struct{ c *Connector }

// ResourceType describes roles.
func (s *roleSyncer) ResourceType(context.Context) *v2.ResourceType { return roleType() }

// List returns a page of roles, and notes which apps each gives.
func (s *roleSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	return list(ctx, s.c, o, collection[onelogin.Role]{
		walk:         walk[onelogin.Role]{list: typeRole, name: "roles", read: s.c.api.ListRoles, entry: roleEntry},
		resourceType: typeRole, resource: roleResource,
	})
}

// roleEntry notes the apps of a role where the row tells all of them.
func roleEntry(r onelogin.Role) entry {
	e := entry{ID: r.ID}
	if r.WholeApps() {
		e.Apps = r.Apps
	}
	return e
}

// StaticEntitlements are those of every role.
func (s *roleSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewAssignmentEntitlement(nil, slugMember, entitlement.WithGrantableTo(userType()), entitlement.WithDisplayName("Member"),
			entitlement.WithDescription("Member of the role, with the apps that it gives")),
		entitlement.NewPermissionEntitlement(nil, slugAdmin, entitlement.WithGrantableTo(userType()), entitlement.WithDisplayName("Admin"),
			entitlement.WithDescription("Admin of the role: may manage it and its members")),
	}, nil, nil
}

// Entitlements is never called: those of all roles are read together.
func (s *roleSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the grants of all roles are given together.
func (s *roleSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// GrantsForResourceType returns the members and the admins of roles: a page of one of the lists that were read with the
// entitlements. It takes no request.
func (s *roleSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
		switch cursor.Walk {
		case "":
			results, err := sideBySide(ctx, o, cursor, typeRole, []string{slugMember, slugAdmin}, every)
			return nil, results, err
		case slugMember, slugAdmin:
			return s.holders(ctx, o, cursor)
		}
		return nil, nil, connector.UnknownWalk(cursor.Walk)
	})
}

// holders gives a page of the members or admins of a role.
func (s *roleSyncer) holders(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	p := pages{holderList(cursor.Walk, cursor.Parent)}
	n, err := p.known(ctx, o)
	if err != nil || n == 0 {
		return nil, &rs.SyncOpResults{}, connector.Status(err)
	}
	cursor.Pages++
	rows, err := p.read(ctx, o, cursor.Pages)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	grants, err := s.c.userGrants(ctx, o, connector.ResourceID(typeRole, cursor.Parent), cursor.Walk, idsOf(rows))
	if err != nil || cursor.Pages == n {
		return grants, &rs.SyncOpResults{}, connector.Status(err)
	}
	results, err := connector.Resume(cursor)
	return grants, results, err
}

// roleResource maps a role.
func roleResource(r onelogin.Role) (*v2.Resource, error) {
	return rs.NewRoleResource(connector.NameOr(r.Name, string(r.ID)), roleType(), string(r.ID), nil)
}
