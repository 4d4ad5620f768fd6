package main

import (
	"context"
	"errors"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// choose takes a group that can be granted and a user who is not in it, and finds both in what was uploaded, which is
// all that ConductorOne knows of them.
func (s *service) choose(ctx context.Context) error {
	census := s.tenant.sim.Census()
	g := slices.IndexFunc(census.Groups, grantable)
	if g < 0 {
		return errors.New("the tenant has no group whose members could be granted")
	}
	s.group = census.Groups[g]
	u := slices.IndexFunc(census.Users, func(u graphsim.Record) bool { return nameable(u) && !isIn(s.group.Members, u.ID()) })
	if u < 0 {
		return errors.New("every user is in the group already")
	}
	s.user = census.Users[u]
	err := c1zfile.Visit(ctx, s.upload, c1zfile.Visitor{Entitlements: each(s.findEntitlement), Resources: each(s.findPrincipal)})
	if err == nil && (s.entitlement == nil || s.principal == nil) {
		err = errors.New("the group or the user was not uploaded")
	}
	return err
}

// grantable says whether a group is one whose members Graph lets be changed.
func grantable(g graphsim.Record) bool {
	types, _ := g.Get("groupTypes").([]string)
	return nameable(g) && len(types) == 0 && g.Get("mailEnabled") == false && g.Get("securityEnabled") == true &&
		g.Get("onPremisesSyncEnabled") != true && g.Get("isAssignableToRole") != true && g.Get("isManagementRestricted") != true
}

// nameable says whether something has a name that fits on a line.
func nameable(r graphsim.Record) bool {
	name := r.Text("displayName")
	return name != "" && len(name) < 30
}

func isIn(all []graphsim.Ref, id string) bool {
	return slices.ContainsFunc(all, func(r graphsim.Ref) bool { return r.ID == id })
}

func (s *service) isMember() bool {
	for _, g := range s.tenant.sim.Census().Groups {
		if g.ID() == s.group.ID() {
			return isIn(g.Members, s.user.ID())
		}
	}
	return false
}

func (s *service) findEntitlement(e *v2.Entitlement) {
	id := e.GetResource().GetId()
	if id.GetResourceType() == "group" && id.GetResource() == s.group.ID() && e.GetSlug() == "members" {
		s.entitlement = e
	}
}

func (s *service) findPrincipal(r *v2.Resource) {
	if id := r.GetId(); id.GetResourceType() == "user" && id.GetResource() == s.user.ID() {
		s.principal = r
	}
}

// isGrant says whether an event tells of the grant.
func (s *service) isGrant(e *v2.Event) bool {
	grant := e.GetCreateGrantEvent()
	return e.GetId() != "" && grant.GetEntitlement().GetId() == s.entitlement.GetId() &&
		grant.GetPrincipal().GetId().GetResource() == s.user.ID()
}

// holdsWhatWasDone looks for the account and the membership in the last upload.
func (s *service) holdsWhatWasDone(ctx context.Context) error {
	account, member := false, false
	err := c1zfile.Visit(ctx, s.upload, c1zfile.Visitor{
		Resources: each(func(r *v2.Resource) {
			account = account || r.GetId().GetResourceType() == "user" && r.GetId().GetResource() == s.account
		}),
		Grants: each(func(g *v2.Grant) {
			member = member || g.GetEntitlement().GetId() == s.entitlement.GetId() && g.GetPrincipal().GetId().GetResource() == s.user.ID()
		}),
	})
	switch {
	case err != nil:
		return err
	case !account:
		return errors.New("the new account is not in the upload")
	case !member:
		return errors.New("the new membership is not in the upload")
	}
	return nil
}
