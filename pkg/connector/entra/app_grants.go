package entra

import (
	"context"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// permissionAppRoles is the least that gives and takes roles of applications.
const permissionAppRoles = "AppRoleAssignment.ReadWrite.All"

// Grant assigns somebody to a role of an application, or makes somebody its owner.
func (s *applicationSyncer) Grant(ctx context.Context, principal *v2.Resource, e *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	r, err := rightOf(e, principal.GetId())
	if err != nil {
		return nil, nil, err
	}
	if r.Slug == slugOwners {
		result, err := s.addOwner(ctx, r)
		return connector.Granted(result, ownerGrant(r), err)
	}
	role, ok := strings.CutPrefix(r.Slug, slugAssignment)
	if !ok {
		return nil, nil, r.Unknown()
	}
	result, err := s.assign(ctx, r, role)
	if err == nil {
		s.c.nudge(ctx, r)
	}
	return connector.Granted(result, assignmentGrant(r.Resource, role, r.Holder), err)
}

// Revoke ends an assignment to a role of an application, or an ownership.
func (s *applicationSyncer) Revoke(ctx context.Context, g *v2.Grant) (annotations.Annotations, error) {
	r, err := rightOf(g.GetEntitlement(), g.GetPrincipal().GetId())
	if err != nil {
		return nil, err
	}
	if r.Slug == slugOwners {
		return connector.Revoked(s.removeOwner(ctx, r))
	}
	role, ok := strings.CutPrefix(r.Slug, slugAssignment)
	if !ok {
		return nil, r.Unknown()
	}
	result, err := s.unassign(ctx, r, role)
	if err == nil {
		s.c.nudge(ctx, r)
	}
	return connector.Revoked(result, err)
}

func ownerGrant(r connector.Right) *v2.Grant {
	return grant.NewGrant(v2.Resource_builder{Id: connector.ResourceID(typeApplication, r.Resource)}.Build(), slugOwners, r.Holder)
}

func (s *applicationSyncer) assign(ctx context.Context, r connector.Right, role string) (connector.Outcome, error) {
	if err := s.assignable(ctx, r, role); err != nil {
		return connector.Failed, err
	}
	g := graph.AppRoleGrant{ApplicationID: r.Resource, RoleID: role, PrincipalID: r.Holder.GetResource()}
	return s.c.apply(ctx, change{
		action: "assign application role", targets: map[string]string{"application": g.ApplicationID, "role": g.RoleID, "principal": g.PrincipalID},
		write: s.c.patient(func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := s.c.graph.AssignAppRole(ctx, g)
			err = missingPartner("application", g.ApplicationID, g.PrincipalID, err)
			return receipt, lacking(err, "assign a role of application "+g.ApplicationID, permissionAppRoles)
		}, mayPass),
		already: graph.AppRoleAssignedAlready,
		holds: func(ctx context.Context) (bool, error) {
			found, err := s.assignees(ctx, r, role)
			return len(found.direct) > 0, err
		},
	})
}

// missingPartner explains that one of the two objects of a link is not there.
func missingPartner(what, id, holder string, err error) error {
	if !graph.Missing(err) {
		return err
	}
	return connector.Explain(codes.FailedPrecondition, err, "Entra ID knows no %s %s, or no %s to be given a right of it: one of them was deleted; sync again", what, id, holder)
}

// assignable refuses roles that cannot be given, or not to the holder, before anything is written: what Graph
// says of each is not documented.
func (s *applicationSyncer) assignable(ctx context.Context, r connector.Right, role string) error {
	if err := r.HeldBy("a role of an application", typeUser, typeGroup, typeApplication, typeManagedIdentity); err != nil {
		return err
	}
	if role == graph.DefaultAppRole {
		return nil // it is in no list
	}
	app, err := s.c.graph.GetApplication(ctx, r.Resource)
	if graph.Missing(err) {
		return connector.Explain(codes.FailedPrecondition, err, "the application %s is gone, so nobody can be assigned to it: sync again", r.Resource)
	}
	if err != nil {
		return connector.Status(err)
	}
	return roleOpenTo(app, role, r)
}

func roleOpenTo(app graph.AppLinks, role string, r connector.Right) error {
	for _, offered := range app.AppRoles {
		switch {
		case offered.ID != role:
			continue
		case !offered.IsEnabled:
			return connector.Precondition("the role %s of application %s is disabled, so nobody can be assigned to it: enable it in the app registration, or choose another role", role, app.ID)
		case serviceObject(r.Holder) && !offered.ForApplications():
			return connector.Precondition("the role %s of application %s is for users and groups, so it cannot be given to an application: choose another role", role, app.ID)
		case !serviceObject(r.Holder) && !offered.ForUsers():
			return connector.Precondition("the role %s of application %s is for applications, so it cannot be given to a user or a group: choose another role", role, app.ID)
		}
		return nil
	}
	return connector.Precondition("the application %s no longer has the role %s, so nobody can be assigned to it: sync again, and choose a role that it has", app.ID, role)
}

// unassign ends every assignment of the holder to the role. There is one, as a rule.
func (s *applicationSyncer) unassign(ctx context.Context, r connector.Right, role string) (connector.Outcome, error) {
	found, err := s.assignees(ctx, r, role)
	switch {
	case graph.Missing(err):
		return connector.Unchanged, nil // the application is gone, and its assignments with it
	case err != nil:
		return connector.Failed, connector.Status(err)
	case len(found.direct) == 0:
		return s.c.heldNoMore(ctx, r, "the role "+role+" of application "+r.Resource, found.groups)
	}
	result := connector.Unchanged
	for _, id := range found.direct {
		one, err := s.removeAssignment(ctx, r, role, id)
		if err != nil {
			return connector.Failed, err
		}
		if one != connector.Unchanged {
			result = one
		}
	}
	return result, nil
}

func (s *applicationSyncer) removeAssignment(ctx context.Context, r connector.Right, role, id string) (connector.Outcome, error) {
	return s.c.apply(ctx, s.c.removal(change{
		action: "remove application role", targets: map[string]string{
			"application": r.Resource, "role": role, "principal": r.Holder.GetResource(), "assignment": id},
		write: func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := s.c.graph.RemoveAppRoleAssignment(ctx, r.Resource, id)
			return receipt, lacking(err, "remove a role of application "+r.Resource, permissionAppRoles)
		},
		already: graph.Missing,
		holds: func(ctx context.Context) (bool, error) {
			found, err := s.assignees(ctx, r, role)
			return !slices.Contains(found.direct, id), err
		},
	}))
}

// assignees are who hold a role of an application, as far as one holder is concerned.
type assignees struct {
	// direct are the ids of the holder's own assignments.
	direct []string
	// groups hold the role, too.
	groups []string
}

// assignees finds the assignments to a role. They stand in the list of the application's assignments alone:
// an id is opaque.
func (s *applicationSyncer) assignees(ctx context.Context, r connector.Right, role string) (assignees, error) {
	var found assignees
	for next := ""; ; {
		page, err := s.c.graph.ListAppRoleAssignments(ctx, r.Resource, next)
		if err != nil {
			return assignees{}, err
		}
		for _, a := range page.Items {
			switch {
			case !strings.EqualFold(a.AppRoleID, role):
			case strings.EqualFold(a.PrincipalID, r.Holder.GetResource()):
				found.direct = append(found.direct, a.ID)
			case strings.EqualFold(a.PrincipalType, graph.TypeGroup):
				found.groups = append(found.groups, a.PrincipalID)
			}
		}
		if next = page.Next; next == "" {
			return found, nil
		}
	}
}
