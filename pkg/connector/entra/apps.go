package entra

import (
	"context"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// applicationSyncer lists enterprise applications, Microsoft's own included, their roles, and who holds
// a role or owns the application.
type applicationSyncer struct{ c *Connector }

// ResourceType describes enterprise applications.
func (s *applicationSyncer) ResourceType(context.Context) *v2.ResourceType { return applicationType() }

// List returns a page of enterprise applications.
func (s *applicationSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	return list(ctx, s.c, o, collection[graph.ServicePrincipal]{
		resourceType: typeApplication, name: "enterprise applications", count: s.c.graph.CountApplications, always: true,
		read: pages(func(ctx context.Context, next string) (graph.Page[graph.ServicePrincipal], error) {
			return s.c.graph.ListApplications(ctx, s.c.switches.skipUnassignedApps, next)
		}),
		id:       func(p graph.ServicePrincipal) string { return p.ID },
		mark:     s.mark,
		resource: func(p graph.ServicePrincipal) (*v2.Resource, error) { return applicationResource(p, s.c.cloud) },
	})
}

// mark leaves out an application that nobody is assigned to, where that is asked for.
func (s *applicationSyncer) mark(p graph.ServicePrincipal) mark {
	if s.c.switches.skipUnassignedApps && p.Unassigned() {
		return unassigned
	}
	return plain
}

// StaticEntitlements are those of every application.
func (s *applicationSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewOwnershipEntitlement(nil, slugOwners,
			entitlement.WithGrantableTo(userType(), applicationType(), managedIdentityType()),
			entitlement.WithDisplayName("Owners"), entitlement.WithDescription("Owner of the application: can change its settings and assignments")),
	}, nil, nil
}

// Entitlements is never called: the roles of all applications are read together.
func (s *applicationSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the grants of all applications are read together.
func (s *applicationSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// EntitlementsForResourceType returns the roles of a page of applications.
func (s *applicationSyncer) EntitlementsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
		return s.roles(ctx, o, cursor)
	})
}

func (s *applicationSyncer) roles(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	page, err := s.c.graph.ListApplicationsWithRoles(ctx, cursor.Next)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	known, err := recall(ctx, o, appIDs(page.Items))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	offered := map[string][]string{}
	var entitlements []*v2.Entitlement
	for _, app := range page.Items {
		if !known[app.ID].listed(typeApplication) {
			continue // left out, or newer than its list: its links are counted when the grants are read
		}
		for _, role := range offeredRoles(app) {
			offered[app.ID] = append(offered[app.ID], role.ID)
			entitlements = append(entitlements, roleEntitlement(app, role))
		}
	}
	if err := rememberRoles(ctx, o, offered); err != nil {
		return nil, nil, connector.Status(err)
	}
	results, err := connector.NextPage(cursor, page.Next)
	return entitlements, results, err
}

// GrantsForResourceType reads the assignments and the owners of all applications, as two walks.
func (s *applicationSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
		switch cursor.Walk {
		case "":
			results, err := connector.Begin(connector.Cursor{Walk: slugAssigned}, connector.Cursor{Walk: slugOwners})
			return nil, results, err
		case slugAssigned:
			return s.assignments(ctx, o, cursor)
		case slugOwners:
			return s.c.grants(ctx, o, s.owners(), cursor)
		}
		return nil, nil, connector.UnknownWalk(cursor.Walk)
	})
}

func (s *applicationSyncer) owners() walk {
	return walk{name: slugOwners, resourceType: typeApplication, slug: slugOwners, links: s.c.graph.ListApplicationOwners,
		parents: func(ctx context.Context, next string) (graph.Page[parent], error) {
			page, err := s.c.graph.ListApplicationsWithOwners(ctx, next)
			return mapPage(page, func(a graph.AppLinks) parent {
				return parent{id: a.ID, whole: a.AllOwners(), links: principalsOf(a.Owners)}
			}), err
		}}
}

// applicationResource maps a service principal that stands for an application.
func applicationResource(p graph.ServicePrincipal, cloud graph.Cloud) (*v2.Resource, error) {
	trait := []rs.AppTraitOption{rs.WithAppFlags(appFlags(p)...)}
	if p.Info.SupportURL != "" {
		trait = append(trait, rs.WithAppHelpURL(p.Info.SupportURL))
	}
	status, details := servicePrincipalStatus(p)
	return rs.NewAppResource(connector.NameOr(p.DisplayName, p.AppID, p.ID), applicationType(), p.ID, trait,
		rs.WithResourceProfile(applicationProfile(p)),
		rs.WithResourceStatus(status, details),
		rs.WithDescription(p.Description),
		rs.WithAnnotation(servicePrincipalLink(cloud, p.ID, p.AppID)))
}

// appFlags reads the flags off the list's own properties. HideApp is the tag behind the portal's
// "Visible to users".
func appFlags(p graph.ServicePrincipal) []v2.AppTrait_AppFlag {
	var flags []v2.AppTrait_AppFlag
	if slices.Contains(p.Tags, "HideApp") {
		flags = append(flags, v2.AppTrait_APP_FLAG_HIDDEN)
	}
	if p.AccountEnabled != nil && !*p.AccountEnabled {
		flags = append(flags, v2.AppTrait_APP_FLAG_INACTIVE)
	}
	switch p.PreferredSingleSignOnMode {
	case "saml":
		flags = append(flags, v2.AppTrait_APP_FLAG_SAML)
	case "oidc":
		flags = append(flags, v2.AppTrait_APP_FLAG_OIDC)
	}
	return flags
}

func applicationProfile(p graph.ServicePrincipal) map[string]any {
	values := connector.Profile{"appRoleAssignmentRequired": p.AppRoleAssignmentRequired}
	values.Text("appId", p.AppID)
	values.Text("servicePrincipalType", p.ServicePrincipalType)
	values.Text("appOwnerOrganizationId", p.AppOwnerOrganizationID)
	values.Text("preferredSingleSignOnMode", p.PreferredSingleSignOnMode)
	values.Text("verifiedPublisher", p.VerifiedPublisher.DisplayName)
	values.Text("homepage", p.Homepage)
	values.List("tags", p.Tags)
	return values
}

func appIDs(apps []graph.AppLinks) []string {
	ids := make([]string, len(apps))
	for i, a := range apps {
		ids[i] = a.ID
	}
	return ids
}
