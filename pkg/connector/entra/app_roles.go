package entra

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// offeredRoles decides which of an application's roles become entitlements: those that can be given,
// those that somebody holds though they are disabled, and the default role where no enabled role takes
// users, or somebody holds it. Where not all assignments are in sight, anybody may hold any role.
func offeredRoles(app graph.AppLinks) []graph.AppRole {
	held := map[string]bool{}
	for _, a := range app.Assignments {
		held[a.AppRoleID] = true
	}
	var roles []graph.AppRole
	takesUsers := false
	for _, r := range app.AppRoles {
		takesUsers = takesUsers || r.IsEnabled && r.ForUsers()
		if r.IsEnabled || held[r.ID] || !app.AllAssignments() {
			roles = append(roles, r)
		}
	}
	if !takesUsers || held[graph.DefaultAppRole] || !app.AllAssignments() {
		roles = append(roles, defaultRole())
	}
	return roles
}

func defaultRole() graph.AppRole {
	return graph.AppRole{ID: graph.DefaultAppRole, DisplayName: "Default Access", IsEnabled: true,
		Description: "Assigned to the application without a role", AllowedMemberTypes: []string{"User", "Application"}}
}

// roleEntitlement maps an app role. Its name may be missing, and two roles may share one.
func roleEntitlement(app graph.AppLinks, r graph.AppRole) *v2.Entitlement {
	resource := v2.Resource_builder{Id: connector.ResourceID(typeApplication, app.ID), DisplayName: app.DisplayName}.Build()
	var holders []*v2.ResourceType
	if r.ForUsers() {
		holders = append(holders, userType(), groupType())
	}
	if r.ForApplications() {
		holders = append(holders, applicationType(), managedIdentityType())
	}
	options := []entitlement.EntitlementOption{
		entitlement.WithGrantableTo(holders...),
		entitlement.WithDisplayName(connector.NameOr(r.DisplayName, r.Value, r.ID)),
		entitlement.WithDescription(roleDescription(r)),
	}
	if !r.IsEnabled {
		options = append(options, entitlement.WithAnnotation(&v2.EntitlementImmutable{}))
	}
	return entitlement.NewAssignmentEntitlement(resource, slugAssignment+r.ID, options...)
}

func roleDescription(r graph.AppRole) string {
	if r.IsEnabled {
		return connector.NameOr(r.Description, r.Value)
	}
	return "Disabled. " + connector.NameOr(r.Description, r.Value)
}

// assignments reads a page of the walk over who holds which role.
func (s *applicationSyncer) assignments(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	if cursor.Queue != "" {
		return handOut(cursor)
	}
	apps, next, err := s.assignmentsPage(ctx, o, cursor)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	r, err := s.c.resolve(ctx, o, assignmentIDs(apps))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	offered, err := rolesOf(ctx, o, appIDs(apps))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	var grants []*v2.Grant
	var large []parent
	for _, app := range apps {
		if !r.listed(typeApplication, app.ID, len(app.Assignments)) {
			continue
		}
		if cursor.Parent == "" && !app.AllAssignments() {
			large = append(large, parent{id: app.ID})
			continue
		}
		grants = append(grants, assignmentGrants(app, offered[app.ID], r)...)
	}
	results, err := connector.NextPage(cursor, next, oneByOne(connector.Cursor{Walk: slugAssigned, Restarts: cursor.Restarts}, large)...)
	if err != nil {
		return nil, nil, err
	}
	r.report(o)
	return grants, results, nil
}

// assignmentsPage reads a page of applications with their assignments, or, for the cursor of one large
// application, a page of its own.
func (s *applicationSyncer) assignmentsPage(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]graph.AppLinks, string, error) {
	if cursor.Parent == "" {
		page, err := s.c.graph.ListApplicationsWithAssignments(ctx, cursor.Next)
		return page.Items, page.Next, err
	}
	page, err := s.c.graph.ListAppRoleAssignments(ctx, cursor.Parent, cursor.Next)
	err = s.c.unlessDeleted(ctx, o, typeApplication, cursor.Parent, err)
	return []graph.AppLinks{{ID: cursor.Parent, Assignments: page.Items}}, page.Next, err
}

// assignmentGrants makes the grants of an application, given the roles that have an entitlement.
func assignmentGrants(app graph.AppLinks, offered map[string]bool, r *resolver) []*v2.Grant {
	var grants []*v2.Grant
	for _, a := range app.Assignments {
		if !offered[a.AppRoleID] {
			r.left[reasonRoleGone]++
			continue
		}
		if holder := r.resource(principal{a.PrincipalID, a.PrincipalType}); holder != nil {
			grants = append(grants, assignmentGrant(app.ID, a.AppRoleID, holder))
		}
	}
	return grants
}

func assignmentGrant(appID, roleID string, holder *v2.ResourceId) *v2.Grant {
	resource := v2.Resource_builder{Id: connector.ResourceID(typeApplication, appID)}.Build()
	var options []grant.GrantOption
	if holder.GetResourceType() == typeGroup {
		options = append(options, grant.WithAnnotation(toDirectMembers(holder.GetResource())))
	}
	return grant.NewGrant(resource, slugAssignment+roleID, holder, options...)
}

// toDirectMembers passes a role on to the direct members of a group, and to no group: that is how far
// Entra goes with applications. The types are named because a shallow expansion gives the right to the
// groups within the group as well.
func toDirectMembers(groupID string) *v2.GrantExpandable {
	e := throughGroup(groupID)
	e.SetShallow(true)
	e.SetResourceTypeIds([]string{typeUser, typeApplication, typeManagedIdentity})
	return e
}

func assignmentIDs(apps []graph.AppLinks) []string {
	var ids []string
	for _, app := range apps {
		ids = append(ids, app.ID)
		for _, a := range app.Assignments {
			ids = append(ids, a.PrincipalID)
		}
	}
	return ids
}

// rememberRoles notes which roles of which applications have an entitlement.
func rememberRoles(ctx context.Context, o rs.SyncOpAttrs, offered map[string][]string) error {
	if err := session.SetManyJSON(ctx, o.Session, offered, sessions.WithPrefix(prefixRoles)); err != nil {
		return fmt.Errorf("remember the roles of %d applications: %w", len(offered), err)
	}
	return nil
}

func rolesOf(ctx context.Context, o rs.SyncOpAttrs, apps []string) (map[string]map[string]bool, error) {
	lists, err := session.GetManyJSON[[]string](ctx, o.Session, apps, sessions.WithPrefix(prefixRoles))
	if err != nil {
		return nil, fmt.Errorf("look up the roles of %d applications: %w", len(apps), err)
	}
	offered := make(map[string]map[string]bool, len(lists))
	for app, roles := range lists {
		offered[app] = map[string]bool{}
		for _, id := range roles {
			offered[app][id] = true
		}
	}
	return offered, nil
}
