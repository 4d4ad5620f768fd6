package onelogin

import (
	"context"
	"maps"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// Who has an app, in three steps:
//
//  1. The apps of all roles, which are known by now, are turned into the roles of each app.
//  2. The users of each app are read, the apps beside each other.
//  3. A role that gives the app has a grant that expands to its members. A user of the app who is a member of no such
//     role has it otherwise, by hand or on request, and has a grant. OneLogin does not tell who has it both ways.

// walkUsers reads the users of an app.
const walkUsers = "users"

// reasonAppGone is why an app of a role becomes no grant.
const reasonAppGone = "the app of a role is deleted, or newer than its list"

// GrantsForResourceType returns who has the apps.
func (s *appSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
		switch cursor.Walk {
		case "":
			if cursor.Pages == 0 {
				if err := s.turn(ctx, o); err != nil {
					return nil, nil, connector.Status(err)
				}
			}
			results, err := sideBySide(ctx, o, cursor, typeApp, []string{walkUsers}, every)
			return nil, results, err
		case walkUsers:
			return s.users(ctx, o, cursor)
		}
		return nil, nil, connector.UnknownWalk(cursor.Walk)
	})
}

// turn turns the apps of roles into the roles of apps.
func (s *appSyncer) turn(ctx context.Context, o rs.SyncOpAttrs) error {
	var roles []entry
	all := pages{typeRole}
	n, err := all.count(ctx, o) // none where roles are not synced
	if err != nil {
		return err
	}
	if err := all.each(ctx, o, n, func(role entry) { roles = append(roles, role) }); err != nil {
		return err
	}
	of := map[onelogin.ID][]onelogin.ID{}
	for _, role := range roles {
		apps, err := appsOf(ctx, o, role)
		if err != nil {
			return err
		}
		for _, app := range apps {
			if !slices.Contains(of[app], role.ID) {
				of[app] = append(of[app], role.ID)
			}
		}
	}
	known, err := those(ctx, o, typeApp, slices.Sorted(maps.Keys(of)))
	if err != nil {
		return err
	}
	for app, roles := range of {
		if !known[app] {
			s.c.summaries.Skip(o.SyncID, reasonAppGone, len(roles))
			continue
		}
		if err := writeJSON(ctx, o, givers(), string(app), roles); err != nil {
			return err
		}
	}
	return nil
}

// appsOf are the apps of a role: those in its row, or those of the list of its own.
func appsOf(ctx context.Context, o rs.SyncOpAttrs, role entry) (apps []onelogin.ID, err error) {
	if role.Apps != nil {
		return *role.Apps, nil
	}
	err = wholePages(ctx, o, holderList(walkApps, string(role.ID)), func(app entry) { apps = append(apps, app.ID) })
	return apps, err
}

// users reads a page of an app's users. The roles that give the app come with the first.
func (s *appSyncer) users(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	app := onelogin.ID(cursor.Parent)
	first := cursor.Next == ""
	w := walk[onelogin.AppUser]{
		list: holderList(walkUsers, cursor.Parent), name: "users of app " + cursor.Parent,
		read: func(ctx context.Context, next string) (onelogin.Page[onelogin.AppUser], error) {
			return s.c.api.ListAppUsers(ctx, app, next)
		},
		entry: func(u onelogin.AppUser) entry { return entry{ID: u.ID} },
	}
	page, err := w.next(ctx, o, &cursor)
	if gone, failed := s.c.deleted(ctx, o, err, w.list, asks(s.c.api.GetApp, cursor.Parent)); gone {
		return nil, &rs.SyncOpResults{}, connector.Status(failed)
	}
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	if page.Next == "" {
		if err := w.complete(ctx, o, &cursor, page.Total); err != nil {
			return nil, nil, connector.Status(err)
		}
	}
	grants, err := s.grants(ctx, o, app, page.Items, first)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	results, err := connector.NextPage(cursor, page.Next)
	return grants, results, err
}

func (s *appSyncer) grants(ctx context.Context, o rs.SyncOpAttrs, app onelogin.ID, users []onelogin.AppUser, withRoles bool) ([]*v2.Grant, error) {
	var roles []onelogin.ID
	if _, err := readJSON(ctx, o, givers(), string(app), &roles); err != nil {
		return nil, err
	}
	through := map[onelogin.ID]bool{}
	for _, role := range roles {
		if err := wholePages(ctx, o, holderList(slugMember, string(role)), func(user entry) { through[user.ID] = true }); err != nil {
			return nil, err
		}
	}
	var otherwise []onelogin.ID
	for _, u := range users {
		if !through[u.ID] {
			otherwise = append(otherwise, u.ID)
		}
	}
	grants, err := s.c.userGrants(ctx, o, connector.ResourceID(typeApp, string(app)), slugAssigned, otherwise)
	if err != nil || !withRoles {
		return grants, err
	}
	for _, role := range roles {
		grants = append(grants, roleAppGrant(app, role))
	}
	return grants, nil
}

// roleAppGrant is an app that a role has, and that its members have through it.
func roleAppGrant(app, role onelogin.ID) *v2.Grant {
	return grant.NewGrant(v2.Resource_builder{Id: connector.ResourceID(typeApp, string(app))}.Build(), slugAssigned, connector.ResourceID(typeRole, string(role)),
		grant.WithAnnotation(throughRole(role)))
}

// throughRole expands a grant to a role to its members.
func throughRole(role onelogin.ID) *v2.GrantExpandable {
	return v2.GrantExpandable_builder{
		EntitlementIds:  []string{connector.EntitlementID(connector.ResourceID(typeRole, string(role)), slugMember)},
		ResourceTypeIds: []string{typeUser},
		Shallow:         true,
	}.Build()
}
