package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// roleSyncer lists directory roles, and who is assigned to them at any scope.
type roleSyncer struct{ c *Connector }

// ResourceType describes directory roles.
func (s *roleSyncer) ResourceType(context.Context) *v2.ResourceType { return roleType() }

// List returns a page of role definitions, built-in and custom.
func (s *roleSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	return list(ctx, s.c, o, collection[graph.RoleDefinition]{
		resourceType: typeRole, name: "role definitions", always: true, // Graph does not count them
		read:     pages(s.c.graph.ListRoleDefinitions),
		id:       func(r graph.RoleDefinition) string { return r.ID },
		resource: func(r graph.RoleDefinition) (*v2.Resource, error) { return roleResource(r, s.c.cloud) },
	})
}

// StaticEntitlements are those of every role.
func (s *roleSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewAssignmentEntitlement(nil, slugAssigned,
			entitlement.WithGrantableTo(userType(), groupType(), applicationType(), managedIdentityType()),
			entitlement.WithDisplayName("Assigned"),
			entitlement.WithDescription("Assigned to the role, in the whole tenant or in the scopes that the grant names")),
	}, nil, nil
}

// Entitlements is never called: all entitlements are static.
func (s *roleSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: assignments are read for all roles together.
func (s *roleSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// roleResource maps a role definition.
func roleResource(r graph.RoleDefinition, cloud graph.Cloud) (*v2.Resource, error) {
	values := connector.Profile{"isBuiltIn": r.IsBuiltIn}
	values.Flag("isEnabled", r.IsEnabled)
	values.Text("templateId", r.TemplateID)
	options := []rs.ResourceOption{
		rs.WithResourceProfile(values),
		rs.WithDescription(r.Description),
		rs.WithAnnotation(roleLink(cloud)),
	}
	if r.IsEnabled != nil && !*r.IsEnabled {
		options = append(options, rs.WithResourceStatus(v2.Status_RESOURCE_STATUS_DISABLED, "the role can no longer be assigned"))
	} else {
		options = append(options, rs.WithResourceStatus(v2.Status_RESOURCE_STATUS_ENABLED, ""))
	}
	return rs.NewRoleResource(connector.NameOr(r.DisplayName, r.ID), roleType(), r.ID, nil, options...)
}
