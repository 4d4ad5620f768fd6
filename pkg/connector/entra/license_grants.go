package entra

import (
	"context"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Grant gives a user a licence directly, also where a group gives it as well.
func (s *licenseSyncer) Grant(ctx context.Context, principal *v2.Resource, e *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	r, err := rightOf(e, principal.GetId())
	if err != nil {
		return nil, nil, err
	}
	result, err := s.change(ctx, r, s.assign)
	return connector.Granted(result, licenseGrant(r.Resource, r.Holder), err)
}

// Revoke takes back a licence that the user was given directly.
func (s *licenseSyncer) Revoke(ctx context.Context, g *v2.Grant) (annotations.Annotations, error) {
	r, err := rightOf(g.GetEntitlement(), g.GetPrincipal().GetId())
	if err != nil {
		return nil, err
	}
	return connector.Revoked(s.change(ctx, r, s.remove))
}

// change does a change of one user's licences while no other is being done: they conflict.
func (s *licenseSyncer) change(ctx context.Context, r connector.Right, do func(context.Context, graph.LicenseGrant) (connector.Outcome, error)) (connector.Outcome, error) {
	if r.Slug != slugAssigned {
		return connector.Failed, r.Unknown()
	}
	if r.Holder.GetResourceType() == typeGroup {
		return connector.Failed, connector.Precondition("the licences of group %s are not changed here, since they are those of all its members: "+
			"change them in the admin center, or the membership of the group", r.Holder.GetResource())
	}
	if err := r.HeldBy("a licence", typeUser); err != nil {
		return connector.Failed, err
	}
	giveBack, err := s.c.turns.Take(ctx, r.Holder.GetResource())
	if err != nil {
		return connector.Failed, connector.Status(err)
	}
	defer giveBack()
	return do(ctx, graph.LicenseGrant{UserID: r.Holder.GetResource(), SkuID: r.Resource})
}

// assign gives a licence that the user does not have directly. One that is there is left alone: to give it
// again would switch on all its services.
func (s *licenseSyncer) assign(ctx context.Context, g graph.LicenseGrant) (connector.Outcome, error) {
	u, err := s.licensesOf(ctx, g.UserID)
	switch {
	case graph.Missing(err):
		return connector.Failed, connector.Explain(codes.FailedPrecondition, err, "the user %s is gone, so no licence can be given: sync again", g.UserID)
	case err != nil:
		return connector.Failed, connector.Status(err)
	case hasDirectly(u, g.SkuID):
		return connector.Unchanged, nil
	case u.UsageLocation == "":
		return connector.Failed, needsLocation(nil, g)
	}
	return s.c.apply(ctx, change{
		action: "assign licence", targets: licenseTargets(g),
		write: explaining(s.c.patient(func(ctx context.Context) (graph.Receipt, error) {
			return s.c.graph.AssignLicense(ctx, g)
		}, mayPass), func(err error) error { return refusedLicense(err, g) }),
		holds: func(ctx context.Context) (bool, error) {
			u, err := s.c.graph.GetUserLicenses(ctx, g.UserID)
			return hasDirectly(u, g.SkuID), err
		},
	})
}

// licensesOf reads the licences of a user, who may have been made a moment ago.
func (s *licenseSyncer) licensesOf(ctx context.Context, userID string) (graph.User, error) {
	var u graph.User
	_, err := s.c.patient(func(ctx context.Context) (graph.Receipt, error) {
		var err error
		u, err = s.c.graph.GetUserLicenses(ctx, userID)
		return graph.Receipt{}, err
	}, mayPass)(ctx)
	return u, err
}

func (s *licenseSyncer) remove(ctx context.Context, g graph.LicenseGrant) (connector.Outcome, error) {
	u, err := s.c.graph.GetUserLicenses(ctx, g.UserID)
	switch {
	case graph.Missing(err):
		return connector.Unchanged, nil // who is gone has no licence
	case err != nil:
		return connector.Failed, connector.Status(err)
	case !hasDirectly(u, g.SkuID):
		return connector.Unchanged, throughGroups("the licence "+g.SkuID, inheritedFrom(u, g.SkuID))
	}
	return s.c.apply(ctx, s.c.removal(change{
		action: "remove licence", targets: licenseTargets(g),
		write: explaining(func(ctx context.Context) (graph.Receipt, error) {
			return s.c.graph.RemoveLicense(ctx, g)
		}, func(err error) error { return refusedLicense(err, g) }),
		already: func(err error) bool { return graph.Missing(err) || graph.WhyNoLicense(err) == graph.LicenseNotHeld },
		holds: func(ctx context.Context) (bool, error) {
			u, err := s.c.graph.GetUserLicenses(ctx, g.UserID)
			if graph.Missing(err) {
				return true, nil
			}
			return !hasDirectly(u, g.SkuID), err
		},
	}))
}

func licenseTargets(g graph.LicenseGrant) map[string]string {
	return map[string]string{"user": g.UserID, "licence": g.SkuID}
}

// hasDirectly says whether a user was given a licence directly, as a sync would see it.
func hasDirectly(u graph.User, sku string) bool {
	return slices.ContainsFunc(userLicenses(u).SKUs, func(s string) bool { return strings.EqualFold(s, sku) })
}

// inheritedFrom are the groups that give a user a licence.
func inheritedFrom(u graph.User, sku string) []string {
	var groups []string
	for _, l := range u.LicenseAssignmentStates {
		if l.AssignedByGroup != nil && strings.EqualFold(l.SkuID, sku) {
			groups = append(groups, *l.AssignedByGroup)
		}
	}
	return groups
}

func needsLocation(cause error, g graph.LicenseGrant) error {
	return connector.Explain(codes.FailedPrecondition, cause, "the user %s has no usage location, or one where the licence %s is not offered, "+
		"so it cannot be given: set the user's usageLocation first (action update_user)", g.UserID, g.SkuID)
}

// refusedLicense puts a refusal that has a remedy into a sentence.
func refusedLicense(err error, g graph.LicenseGrant) error {
	sentence := func(format string) error {
		return connector.Explain(codes.FailedPrecondition, err, format, g.SkuID, g.UserID)
	}
	switch graph.WhyNoLicense(err) {
	case graph.LicenseNeedsLocation:
		return needsLocation(err, g)
	case graph.LicensesUsedUp:
		return sentence("no seat of the licence %s is free, so user %s cannot be given it: buy more seats, or take the licence from somebody")
	case graph.LicenseExcluded:
		return sentence("the licence %s has services that exclude services of another licence that user %s has, so it cannot be given: take the other licence away first")
	case graph.LicenseDepends:
		return sentence("the licence %s cannot be changed for user %s, since a service depends on one of another licence: give that one first, or take away first what depends on this one")
	case graph.LicenseInherited:
		return sentence("the licence %s comes to user %s through a group, so it cannot be taken away here: revoke the membership of the group")
	}
	return lacking(err, "change the licences of user "+g.UserID, "LicenseAssignment.ReadWrite.All")
}
