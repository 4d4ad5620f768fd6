package onelogin

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// groupSyncer lists groups, which carry the security policy of their users. A user is in one at the most.
type groupSyncer struct{ c *Connector }

// ResourceType describes groups.
func (s *groupSyncer) ResourceType(context.Context) *v2.ResourceType { return groupType() }

// List returns a page of groups. OneLogin does not count them.
func (s *groupSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	return list(ctx, s.c, o, collection[onelogin.Group]{
		walk: walk[onelogin.Group]{list: typeGroup, name: "groups", read: s.c.api.ListGroups,
			entry: func(g onelogin.Group) entry { return entry{ID: g.ID} }},
		resourceType: typeGroup, resource: groupResource,
	})
}

// StaticEntitlements are those of every group. Nobody is put into a group here: that moves a user out of another, and
// changes the rules of the sign-in.
func (s *groupSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewAssignmentEntitlement(nil, slugMember, entitlement.WithGrantableTo(userType()), entitlement.WithDisplayName("Member"),
			entitlement.WithDescription("In the group, and so under its security policy; a user is in one group at the most"),
			entitlement.WithAnnotation(&v2.EntitlementImmutable{})),
	}, nil, nil
}

// Entitlements is never called: all entitlements are static.
func (s *groupSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: grants are read for all groups together.
func (s *groupSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// reasonGroupGone is why a user's group becomes no grant.
const reasonGroupGone = "the user's group is deleted, or newer than its list"

// GrantsForResourceType returns the members among a page of users: their group stands in their rows. It takes no request.
func (s *groupSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
		users := pages{typeUser}
		n, err := users.count(ctx, o)
		if err != nil || n == 0 {
			return nil, &rs.SyncOpResults{}, connector.Status(err)
		}
		cursor.Pages++
		rows, err := users.read(ctx, o, cursor.Pages)
		if err != nil {
			return nil, nil, connector.Status(err)
		}
		grants, err := s.members(ctx, o, rows)
		if err != nil || cursor.Pages == n {
			return grants, &rs.SyncOpResults{}, connector.Status(err)
		}
		results, err := connector.Resume(cursor)
		return grants, results, err
	})
}

func (s *groupSyncer) members(ctx context.Context, o rs.SyncOpAttrs, users []entry) ([]*v2.Grant, error) {
	var ids []onelogin.ID
	for _, u := range users {
		if u.Group != "" {
			ids = append(ids, u.Group)
		}
	}
	known, err := those(ctx, o, typeGroup, ids)
	if err != nil {
		return nil, err
	}
	var grants []*v2.Grant
	gone := 0
	for _, u := range users {
		switch {
		case u.Group == "":
		case !known[u.Group]:
			gone++
		default:
			grants = append(grants, holderGrant(connector.ResourceID(typeGroup, string(u.Group)), slugMember, u.ID))
		}
	}
	s.c.summaries.Skip(o.SyncID, reasonGroupGone, gone)
	return grants, nil
}

// holderGrant gives an entitlement of a resource to a user.
func holderGrant(resource *v2.ResourceId, slug string, user onelogin.ID) *v2.Grant {
	return grant.NewGrant(v2.Resource_builder{Id: resource}.Build(), slug, connector.ResourceID(typeUser, string(user)))
}

// groupResource maps a group.
func groupResource(g onelogin.Group) (*v2.Resource, error) {
	return rs.NewGroupResource(connector.NameOr(g.Name, string(g.ID)), groupType(), string(g.ID), nil)
}
