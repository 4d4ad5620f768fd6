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

// permissionAssignRoles is the least that assigns directory roles and ends assignments.
const permissionAssignRoles = "RoleManagement.ReadWrite.Directory"

// Grant assigns a directory role in the whole tenant. An assignment within a narrower scope is left as it
// is, and is not enough.
func (s *roleSyncer) Grant(ctx context.Context, principal *v2.Resource, e *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	r, err := rightOf(e, principal.GetId())
	if err != nil {
		return nil, nil, err
	}
	if r.Slug != slugAssigned {
		return nil, nil, r.Unknown()
	}
	if err := s.assignable(ctx, r); err != nil {
		return nil, nil, err
	}
	held, err := s.held(ctx, r)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	result := connector.Unchanged
	if !tenantWide(held) {
		result, held, err = s.assign(ctx, r, held)
	}
	return connector.Granted(result, roleGrant(rolePair{r.Resource, r.Holder.GetResource()}, r.Holder.GetResourceType(), held), err)
}

// assign makes the assignment, and returns all that the holder then has.
func (s *roleSyncer) assign(ctx context.Context, r connector.Right, held []scoped) (connector.Outcome, []scoped, error) {
	wanted := roleOf(r)
	result, err := s.c.apply(ctx, change{
		action: "assign directory role", targets: map[string]string{"role": wanted.RoleDefinitionID, "principal": wanted.PrincipalID},
		write: s.c.patient(func(ctx context.Context) (graph.Receipt, error) {
			made, receipt, err := s.c.graph.AssignRole(ctx, wanted)
			if err == nil {
				held = union(held, []scoped{{ID: made.ID, Scope: graph.TenantScope}})
			}
			err = missingPartner("directory role", wanted.RoleDefinitionID, wanted.PrincipalID, err)
			return receipt, lacking(err, "assign the directory role "+r.Resource, permissionAssignRoles)
		}, func(ctx context.Context, err error) bool { return !graph.RoleAssignedAlready(err) && mayPass(ctx, err) }),
		already: graph.RoleAssignedAlready,
		holds:   func(ctx context.Context) (bool, error) { return s.look(ctx, r, &held) },
	})
	if err == nil && !tenantWide(held) {
		_, err = s.look(ctx, r, &held) // it was there already, behind what was read before
	}
	return result, held, connector.Status(err)
}

// look reads what the holder has, and says whether the whole tenant is among it.
func (s *roleSyncer) look(ctx context.Context, r connector.Right, held *[]scoped) (bool, error) {
	now, err := s.held(ctx, r)
	if err == nil {
		*held = now
	}
	return tenantWide(now), err
}

func roleOf(r connector.Right) graph.RoleGrant {
	return graph.RoleGrant{RoleDefinitionID: r.Resource, PrincipalID: r.Holder.GetResource()}
}

func tenantWide(held []scoped) bool {
	return slices.ContainsFunc(held, func(a scoped) bool { return a.Scope == graph.TenantScope && a.App == "" })
}

// held reads the holder's own assignments to the role, at every scope.
func (s *roleSyncer) held(ctx context.Context, r connector.Right) ([]scoped, error) {
	assignments, err := s.assignmentsTo(ctx, roleOf(r))
	var out []scoped
	for _, a := range assignments {
		if strings.EqualFold(a.PrincipalID, r.Holder.GetResource()) && strings.EqualFold(a.RoleDefinitionID, r.Resource) {
			out = append(out, scoped{ID: a.ID, Scope: a.DirectoryScopeID, App: a.AppScopeID})
		}
	}
	return union(nil, out), err
}

func (s *roleSyncer) assignmentsTo(ctx context.Context, g graph.RoleGrant) ([]graph.RoleAssignment, error) {
	var all []graph.RoleAssignment
	for next := ""; ; {
		page, err := s.c.graph.ListRoleAssignmentsOf(ctx, g, next)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if next = page.Next; next == "" {
			return all, nil
		}
	}
}

// assignable refuses roles that cannot be assigned, and groups that cannot hold any, before anything is
// written.
func (s *roleSyncer) assignable(ctx context.Context, r connector.Right) error {
	if err := r.HeldBy("a directory role", typeUser, typeGroup, typeApplication, typeManagedIdentity); err != nil {
		return err
	}
	role, err := s.c.graph.GetRoleDefinition(ctx, r.Resource)
	switch {
	case graph.Missing(err):
		return connector.Explain(codes.FailedPrecondition, err, "the directory role %s is gone, so it cannot be assigned: sync again", r.Resource)
	case err != nil:
		return connector.Status(err)
	case role.IsEnabled != nil && !*role.IsEnabled:
		return connector.Precondition("the directory role %s is disabled, so it can no longer be assigned: enable it, or choose another role", r.Resource)
	case r.Holder.GetResourceType() == typeGroup:
		return s.mayHoldRoles(ctx, r.Holder.GetResource())
	}
	return nil
}

// mayHoldRoles refuses groups that were not made for directory roles. That is settled when a group is made.
func (s *roleSyncer) mayHoldRoles(ctx context.Context, groupID string) error {
	g, err := s.c.graph.GetGroup(ctx, groupID)
	switch {
	case graph.Missing(err):
		return connector.Explain(codes.FailedPrecondition, err, "the group %s is gone, so it can be given no directory role: sync again", groupID)
	case err != nil:
		return connector.Status(err)
	case !g.IsAssignableToRole:
		return connector.Precondition("the group %s was not made role-assignable, which cannot be changed later, so it can be given no directory role: "+
			"use a group that was made with isAssignableToRole", groupID)
	}
	return nil
}
