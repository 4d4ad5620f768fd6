package onelogin

import (
	"context"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// appSyncer lists the apps of the portal, and who has each: roles, which pass it on to their members, and users who have
// it otherwise.
type appSyncer struct{ c *Connector }

// ResourceType describes apps.
func (s *appSyncer) ResourceType(context.Context) *v2.ResourceType { return appType() }

// List returns a page of apps.
func (s *appSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	return list(ctx, s.c, o, collection[onelogin.App]{
		walk: walk[onelogin.App]{list: typeApp, name: "apps", read: s.c.api.ListApps,
			made:  func(a onelogin.App) time.Time { return a.CreatedAt.Time },
			entry: func(a onelogin.App) entry { return entry{ID: a.ID} }},
		resourceType: typeApp, resource: appResource,
	})
}

// StaticEntitlements are those of every app.
func (s *appSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewAssignmentEntitlement(nil, slugAssigned, entitlement.WithGrantableTo(userType(), roleType()), entitlement.WithDisplayName("Assigned"),
			entitlement.WithDescription("Has the app. It can be given to roles alone, which pass it on to their members")),
	}, nil, nil
}

// Entitlements is never called: all entitlements are static.
func (s *appSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the grants of all apps are read together.
func (s *appSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// appResource maps an app. Whether OneLogin makes accounts in it is told where a single app was read.
func appResource(a onelogin.App) (*v2.Resource, error) {
	p := connector.Profile{}
	p.Text("connector_id", string(a.ConnectorID))
	p.Text("auth_method", a.AuthMethodName())
	p.Flag("visible", a.Visible)
	if a.Provisioning != nil {
		p.Flag("scim_provisioned", a.Provisioning.Enabled)
	}
	moment(p, "updated_at", a.UpdatedAt)
	options := []rs.ResourceOption{rs.WithResourceProfile(p), rs.WithDescription(a.Description)}
	if !a.CreatedAt.IsZero() {
		options = append(options, rs.WithResourceCreatedAt(a.CreatedAt.Time))
	}
	return rs.NewAppResource(connector.NameOr(a.Name, string(a.ID)), appType(), string(a.ID), nil, options...)
}
