package onelogin

import (
	"context"
	"slices"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// The lists of a role. Which apps a user has through roles has to be known before the grants of apps are given, and
// those of different types are given side by side: so all lists of roles are read with the entitlements, which the SDK
// asks for first.

// walkApps is the walk over the apps of a role; those over its members and admins have the names of the entitlements.
const walkApps = "apps"

// holderList names the notes of a list of a role.
func holderList(walk, role string) string { return walk + "/" + role }

// EntitlementsForResourceType reads the members, the admins and, where they are not known, the apps of each role. The
// entitlements themselves are those of every role.
func (s *roleSyncer) EntitlementsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
		switch cursor.Walk {
		case "":
			results, err := s.begin(ctx, o, cursor)
			return nil, results, err
		case slugMember, slugAdmin:
			relation := onelogin.RoleUsers
			if cursor.Walk == slugAdmin {
				relation = onelogin.RoleAdmins
			}
			results, err := readList(ctx, s.c, o, cursor, s.holderWalk(cursor, relation))
			return nil, results, err
		case walkApps:
			results, err := readList(ctx, s.c, o, cursor, s.appWalk(cursor))
			return nil, results, err
		}
		return nil, nil, connector.UnknownWalk(cursor.Walk)
	})
}

// begin starts the walks over the lists of the roles of a page.
func (s *roleSyncer) begin(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) (*rs.SyncOpResults, error) {
	walks := []string{slugMember, slugAdmin}
	if s.c.syncs(typeApp) {
		walks = append(walks, walkApps)
	}
	return sideBySide(ctx, o, cursor, typeRole, walks, func(walk string, role entry) bool { return walk != walkApps || role.Apps == nil })
}

func (s *roleSyncer) holderWalk(cursor connector.Cursor, relation onelogin.RoleRelation) walk[onelogin.Holder] {
	return walk[onelogin.Holder]{
		list: holderList(cursor.Walk, cursor.Parent), name: string(relation) + " of role " + cursor.Parent,
		read: func(ctx context.Context, next string) (onelogin.Page[onelogin.Holder], error) {
			page, err := s.c.api.ListRoleHolders(ctx, onelogin.ID(cursor.Parent), relation, next)
			page.Items = slices.DeleteFunc(page.Items, func(h onelogin.Holder) bool { return !h.Holds() })
			return page, err
		},
		made:  func(h onelogin.Holder) time.Time { return h.AddedAt.Time },
		entry: func(h onelogin.Holder) entry { return entry{ID: h.ID} },
	}
}

func (s *roleSyncer) appWalk(cursor connector.Cursor) walk[onelogin.App] {
	return walk[onelogin.App]{
		list: holderList(walkApps, cursor.Parent), name: "apps of role " + cursor.Parent,
		read: func(ctx context.Context, next string) (onelogin.Page[onelogin.App], error) {
			return s.c.api.ListRoleApps(ctx, onelogin.ID(cursor.Parent), next)
		},
		entry: func(a onelogin.App) entry { return entry{ID: a.ID} },
	}
}

// readList reads a page of a list of a role, and notes it.
func readList[T any](ctx context.Context, c *Connector, o rs.SyncOpAttrs, cursor connector.Cursor, w walk[T]) (*rs.SyncOpResults, error) {
	page, err := w.next(ctx, o, &cursor)
	if gone, failed := c.deleted(ctx, o, err, w.list, asks(c.api.GetRole, cursor.Parent)); gone {
		return &rs.SyncOpResults{}, connector.Status(failed)
	}
	if err != nil {
		return nil, connector.Status(err)
	}
	if page.Next == "" {
		if err := w.complete(ctx, o, &cursor, page.Total); err != nil {
			return nil, connector.Status(err)
		}
	}
	return connector.NextPage(cursor, page.Next)
}
