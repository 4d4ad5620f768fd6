package onelogin

import (
	"context"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

var _ connectorbuilder.ResourceProvisionerV2 = (*appSyncer)(nil)

// Grant lets a role give an app. OneLogin's API has no call that gives one to a user.
func (s *appSyncer) Grant(ctx context.Context, principal *v2.Resource, e *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	r, err := assignmentOf(e, principal.GetId())
	if err != nil {
		return nil, nil, err
	}
	if r.Holder.GetResourceType() == typeUser {
		return nil, nil, connector.Precondition("OneLogin's API cannot give the app %s to a user: grant a role which holds this app, or the app to a role that the user has", r.Resource)
	}
	result, err := s.c.linkApp(ctx, r, true)
	return connector.Granted(result, roleAppGrant(r.resourceID(), r.holderID()), err)
}

// Revoke takes an app from a role. What a user has comes through roles, or was given by hand, and is taken there.
func (s *appSyncer) Revoke(ctx context.Context, g *v2.Grant) (annotations.Annotations, error) {
	r, err := assignmentOf(g.GetEntitlement(), g.GetPrincipal().GetId())
	if err != nil {
		return nil, err
	}
	if r.Holder.GetResourceType() == typeUser {
		return connector.Revoked(connector.Unchanged, s.keeps(ctx, r))
	}
	return connector.Revoked(s.c.linkApp(ctx, r, false))
}

func assignmentOf(e *v2.Entitlement, holder *v2.ResourceId) (right, error) {
	r, err := rightOf(e, holder)
	if err == nil && r.Slug != slugAssigned {
		err = r.Unknown()
	}
	if err == nil {
		err = r.HeldBy("an app", typeRole, typeUser)
	}
	return r, err
}

// keeps says why the app cannot be taken from the user; nil where the user does not have it any more.
func (s *appSyncer) keeps(ctx context.Context, r right) error {
	u, err := s.c.api.GetStoredUser(ctx, r.holderID())
	if onelogin.Missing(err) {
		return nil
	}
	if err != nil {
		return connector.Status(lacking(err, "read the user "+string(r.holderID()), scopeReadUsers))
	}
	app, err := s.c.api.GetApp(ctx, r.resourceID())
	if onelogin.Missing(err) {
		return nil
	}
	if err != nil {
		return connector.Status(lacking(err, "read the app "+r.Resource, scopeReadAll))
	}
	roles, _ := u.RoleIDs()
	var through []string
	for _, role := range app.RoleIDs {
		if slices.Contains(roles, role) {
			through = append(through, string(role))
		}
	}
	if len(through) > 0 {
		return connector.Precondition("the user %s has the app %s as a member of the role %s, so it cannot be taken away here: revoke the role",
			r.holderID(), r.Resource, strings.Join(through, " and of the role "))
	}
	return s.byHand(ctx, r)
}

// byHand refuses to take away what was given by hand.
func (s *appSyncer) byHand(ctx context.Context, r right) error {
	there, err := found(ctx, func(ctx context.Context, cursor string) (onelogin.Page[onelogin.AppUser], error) {
		return s.c.api.ListAppUsers(ctx, r.resourceID(), cursor)
	}, func(u onelogin.AppUser) onelogin.ID { return u.ID }, func(u onelogin.AppUser) bool { return u.ID == r.holderID() })
	switch {
	case onelogin.Missing(err), err == nil && !there:
		return nil
	case err != nil:
		return connector.Status(lacking(err, "list the users of the app "+r.Resource, scopeReadAll))
	}
	return connector.Precondition("the user %s was given the app %s by hand, which OneLogin's API cannot take back: remove it from the user under Users > Applications",
		r.holderID(), r.Resource)
}
