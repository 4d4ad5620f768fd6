package onelogin

import (
	"context"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// privilegeSyncer lists the privileges of delegated administration, and the users and roles that have them. It works where
// privileges are switched on.
type privilegeSyncer struct{ c *Connector }

// ResourceType describes privileges.
func (s *privilegeSyncer) ResourceType(context.Context) *v2.ResourceType { return privilegeType() }

// List returns a page of privileges.
func (s *privilegeSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	return list(ctx, s.c, o, collection[onelogin.Privilege]{
		walk: walk[onelogin.Privilege]{list: typePrivilege, name: "privileges", read: s.c.api.ListPrivileges,
			entry: func(p onelogin.Privilege) entry { return entry{ID: p.ID} }},
		resourceType: typePrivilege, resource: privilegeResource,
	})
}

// StaticEntitlements are those of every privilege.
func (s *privilegeSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewAssignmentEntitlement(nil, slugAssigned, entitlement.WithGrantableTo(userType(), roleType()), entitlement.WithDisplayName("Assigned"),
			entitlement.WithDescription("Has the privilege; a role passes it on to its members")),
	}, nil, nil
}

// Entitlements is never called: all entitlements are static.
func (s *privilegeSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the grants of all privileges are read together.
func (s *privilegeSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// GrantsForResourceType reads the users and the roles of each privilege.
func (s *privilegeSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
		relations := []string{string(onelogin.PrivilegeUsers), string(onelogin.PrivilegeRoles)}
		switch {
		case cursor.Walk == "":
			results, err := sideBySide(ctx, o, cursor, typePrivilege, relations, every)
			return nil, results, err
		case slices.Contains(relations, cursor.Walk):
			return s.holders(ctx, o, cursor, onelogin.PrivilegeRelation(cursor.Walk))
		}
		return nil, nil, connector.UnknownWalk(cursor.Walk)
	})
}

func (s *privilegeSyncer) holders(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor, relation onelogin.PrivilegeRelation) ([]*v2.Grant, *rs.SyncOpResults, error) {
	privilege := onelogin.ID(cursor.Parent)
	w := walk[onelogin.ID]{
		list: typePrivilege + "/" + holderList(cursor.Walk, cursor.Parent), name: string(relation) + " of privilege " + cursor.Parent,
		read: func(ctx context.Context, next string) (onelogin.Page[onelogin.ID], error) {
			return s.c.api.ListPrivilegeHolders(ctx, privilege, relation, next)
		},
		entry: func(id onelogin.ID) entry { return entry{ID: id} },
	}
	page, err := w.next(ctx, o, &cursor)
	if gone, failed := s.c.deleted(ctx, o, err, w.list, asks(s.c.api.GetPrivilege, cursor.Parent)); gone {
		return nil, &rs.SyncOpResults{}, connector.Status(failed)
	}
	if err == nil && page.Next == "" {
		err = w.complete(ctx, o, &cursor, page.Total)
	}
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	holderType := holderTypeOf(relation)
	known, err := s.c.principals(ctx, o, holderType, page.Items)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	var grants []*v2.Grant
	for _, id := range page.Items {
		if known[id] {
			grants = append(grants, privilegeGrant(privilege, relation, id))
		}
	}
	results, err := connector.NextPage(cursor, page.Next)
	return grants, results, err
}

func holderTypeOf(relation onelogin.PrivilegeRelation) string {
	if relation == onelogin.PrivilegeRoles {
		return typeRole
	}
	return typeUser
}

// privilegeGrant is a privilege that a user has, or a role and its members through it.
func privilegeGrant(privilege onelogin.ID, relation onelogin.PrivilegeRelation, holder onelogin.ID) *v2.Grant {
	var options []grant.GrantOption
	if relation == onelogin.PrivilegeRoles {
		options = append(options, grant.WithAnnotation(throughRole(holder)))
	}
	return grant.NewGrant(v2.Resource_builder{Id: connector.ResourceID(typePrivilege, string(privilege))}.Build(), slugAssigned,
		connector.ResourceID(holderTypeOf(relation), string(holder)), options...)
}

// privilegeResource maps a privilege. The order of its statements means nothing, so their parts are sorted.
func privilegeResource(p onelogin.Privilege) (*v2.Resource, error) {
	var actions, scopes []string
	for _, statement := range p.Policy.Statement {
		actions, scopes = append(actions, statement.Action...), append(scopes, statement.Scope...)
	}
	values := connector.Profile{}
	values.List("actions", sortedSet(actions))
	values.List("scopes", sortedSet(scopes))
	return rs.NewRoleResource(connector.NameOr(p.Name, string(p.ID)), privilegeType(), string(p.ID), nil,
		rs.WithResourceProfile(values), rs.WithDescription(p.Description))
}

func sortedSet(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }
