package onelogin

import (
	"context"
	"fmt"
	"strconv"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// userSyncer lists users, whatever their status. Users give nothing of their own.
type userSyncer struct{ c *Connector }

// ResourceType describes users.
func (s *userSyncer) ResourceType(context.Context) *v2.ResourceType { return userType() }

// walkHeld is the walk over the users whose manager stands on a later page than they do.
const walkHeld = "held"

// List returns a page of users. One whose manager has not been read yet is held back, and comes behind the list: the
// manager's mail is a join of rows, not a request.
func (s *userSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	cursor, err := connector.ParseCursor(o.PageToken.Token)
	if err != nil {
		return nil, nil, err
	}
	if cursor.Walk == walkHeld {
		return s.heldPage(ctx, o, cursor)
	}
	return list(ctx, s.c, o, collection[onelogin.User]{
		walk: walk[onelogin.User]{
			list: typeUser, name: "users", read: s.read,
			made:  func(u onelogin.User) time.Time { return u.CreatedAt.Time },
			entry: func(u onelogin.User) entry { return entry{ID: u.ID, Group: u.GroupID} },
		},
		resourceType: typeUser, always: true,
		note: func(u onelogin.User) string { return u.Email },
		rows: s.rows,
		then: &connector.Cursor{Walk: walkHeld},
	})
}

func (s *userSyncer) read(ctx context.Context, cursor string) (onelogin.Page[onelogin.User], error) {
	return s.c.api.ListUsers(ctx, len(s.c.switches.attributes) > 0, cursor)
}

// rows maps the users of a page whose manager is known, and holds back the others.
func (s *userSyncer) rows(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor, users []onelogin.User) ([]*v2.Resource, map[string]int, error) {
	users, left, err := s.completed(ctx, cursor, users)
	if err != nil {
		return nil, nil, err
	}
	mails, err := managerMails(ctx, o, users)
	if err != nil {
		return nil, nil, err
	}
	var now, later []onelogin.User
	for _, u := range users {
		if _, known := mails[u.ManagerUserID]; u.ManagerUserID != "" && !known {
			later = append(later, u)
			continue
		}
		now = append(now, u)
	}
	if err := writeJSON(ctx, o, held(), strconv.FormatInt(cursor.Pages, 10), heldOf(later)); err != nil {
		return nil, nil, err
	}
	resources, err := s.resources(now, mails)
	return resources, left, err
}

// heldPage maps the users of a page who were held back. By now every user has been read: a manager who is still not
// known is gone.
func (s *userSyncer) heldPage(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Resource, *rs.SyncOpResults, error) {
	n, err := pages{typeUser}.known(ctx, o)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	cursor.Pages++
	var back []heldUser
	if _, err := readJSON(ctx, o, held(), strconv.FormatInt(cursor.Pages, 10), &back); err != nil {
		return nil, nil, connector.Status(err)
	}
	users := make([]onelogin.User, len(back))
	for i, h := range back {
		users[i] = onelogin.User(h)
	}
	mails, err := managerMails(ctx, o, users)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	resources, err := s.resources(users, mails)
	if err != nil || cursor.Pages >= n {
		return resources, &rs.SyncOpResults{}, connector.Status(err)
	}
	results, err := connector.Resume(cursor)
	return resources, results, err
}

// heldUser is a user as it is noted: read as it was written, and not as an answer of OneLogin's, of which it would be told
// what is missing.
type heldUser onelogin.User

func heldOf(users []onelogin.User) []heldUser {
	out := make([]heldUser, len(users))
	for i, u := range users {
		out[i] = heldUser(u)
	}
	return out
}

// managerMails are the mails of the managers of users, as far as those have been listed.
func managerMails(ctx context.Context, o rs.SyncOpAttrs, users []onelogin.User) (map[onelogin.ID]string, error) {
	var ids []string
	for _, u := range users {
		if u.ManagerUserID != "" {
			ids = append(ids, string(u.ManagerUserID))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := listed(typeUser).Read(ctx, o, ids)
	mails := make(map[onelogin.ID]string, len(found))
	for id, mail := range found {
		mails[onelogin.ID(id)] = string(mail)
	}
	return mails, err
}

func (s *userSyncer) resources(users []onelogin.User, mails map[onelogin.ID]string) ([]*v2.Resource, error) {
	resources := make([]*v2.Resource, 0, len(users))
	for _, u := range users {
		r, err := userResource(u, mails[u.ManagerUserID], s.c.switches.attributes)
		if err != nil {
			return nil, fmt.Errorf("make a user of the object %s: %w", u.ID, err)
		}
		resources = append(resources, r)
	}
	return resources, nil
}

// Entitlements is never called: the resource type says so.
func (s *userSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the resource type says so.
func (s *userSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}
