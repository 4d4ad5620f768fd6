package entra

import (
	"context"
	"errors"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Revoke ends the assignments that the grant names, whatever else the holder has, or all of them where it
// names none. The answer names those that were ended, in the form of a grant's own metadata.
func (s *roleSyncer) Revoke(ctx context.Context, g *v2.Grant) (annotations.Annotations, error) {
	r, err := rightOf(g.GetEntitlement(), g.GetPrincipal().GetId())
	if err != nil {
		return nil, err
	}
	if r.Slug != slugAssigned {
		return nil, r.Unknown()
	}
	named, err := namedAssignments(g)
	if err != nil {
		return nil, err
	}
	held, err := s.held(ctx, r)
	if err != nil {
		return nil, connector.Status(err)
	}
	if len(held) == 0 {
		return connector.Revoked(s.notHeld(ctx, r))
	}
	if len(named) > 0 {
		held = slices.DeleteFunc(held, func(a scoped) bool { return !slices.Contains(named, a.ID) })
	}
	result, err := s.unassign(ctx, r, held)
	notes, err := connector.Revoked(result, err)
	if err == nil && result != connector.Unchanged {
		notes = append(notes, removedNote(g, held)...)
	}
	return notes, err
}

// removedNote names the assignments that were ended.
func removedNote(g *v2.Grant, removed []scoped) annotations.Annotations {
	answer := grant.NewGrant(g.GetEntitlement().GetResource(), slugAssigned, g.GetPrincipal().GetId(), grant.WithGrantMetadata(roleMetadata(removed)))
	return answer.GetAnnotations()
}

// namedAssignments reads the ids out of a grant's metadata. Metadata that cannot be read must not pass for
// none, which would end every assignment.
func namedAssignments(g *v2.Grant) ([]string, error) {
	var told v2.GrantMetadata
	notes := annotations.Annotations(g.GetAnnotations())
	found, err := notes.Pick(&told)
	if err != nil || !found {
		return nil, err
	}
	entries := told.GetMetadata().GetFields()["assignments"]
	if entries != nil && entries.GetListValue() == nil {
		return nil, connector.Precondition("the assignments in the grant's metadata are no list, so it is not known which ones to end: sync again")
	}
	var ids []string
	for _, entry := range entries.GetListValue().GetValues() {
		id := entry.GetStructValue().GetFields()["id"].GetStringValue()
		if id == "" {
			return nil, connector.Precondition("the grant's metadata names an assignment without an id, so it is not known which one to end: sync again")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// unassign ends assignments one after the other.
func (s *roleSyncer) unassign(ctx context.Context, r connector.Right, assignments []scoped) (connector.Outcome, error) {
	result := connector.Unchanged
	for _, a := range assignments {
		one, err := s.end(ctx, r, a)
		if err != nil {
			return connector.Failed, err
		}
		if one != connector.Unchanged {
			result = one
		}
	}
	return result, nil
}

func (s *roleSyncer) end(ctx context.Context, r connector.Right, a scoped) (connector.Outcome, error) {
	return s.c.apply(ctx, s.c.removal(change{
		action:  "remove directory role",
		targets: map[string]string{"role": r.Resource, "principal": r.Holder.GetResource(), "assignment": a.ID, "scope": a.Scope},
		write: func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := s.c.graph.RemoveRoleAssignment(ctx, a.ID)
			return receipt, lacking(s.activation(ctx, r, a, err), "end an assignment of the directory role "+r.Resource, permissionAssignRoles)
		},
		already: graph.Missing,
		holds: func(ctx context.Context) (bool, error) {
			held, err := s.held(ctx, r)
			return !slices.ContainsFunc(held, func(h scoped) bool { return h.ID == a.ID }), err
		},
	}))
}

// activation explains the refusal to end an assignment that its holder has activated for a while: what can be
// taken away is the eligibility. Only a refusal asks for it, since not every tenant has Privileged Identity
// Management.
func (s *roleSyncer) activation(ctx context.Context, r connector.Right, a scoped, err error) error {
	var refused *graph.Error
	if !errors.As(err, &refused) || refused.Status != 400 && refused.Status != 403 {
		return err
	}
	for next := ""; ; {
		page, readErr := s.c.graph.ListRoleInstances(ctx, roleOf(r), next)
		if readErr != nil {
			return err
		}
		if slices.ContainsFunc(page.Items, func(i graph.RoleInstance) bool { return i.Activated() && i.DirectoryScopeID == a.Scope }) {
			return connector.Explain(codes.FailedPrecondition, err, "%s has activated the directory role %s in Privileged Identity Management for a while, "+
				"so the assignment cannot be removed here: deactivate it and remove the eligibility there, or wait until it ends", r.Holder.GetResource(), r.Resource)
		}
		if next = page.Next; next == "" {
			return err
		}
	}
}

// notHeld is the outcome where the holder has no assignment of the role: it is revoked already, unless the
// role comes through a group.
func (s *roleSyncer) notHeld(ctx context.Context, r connector.Right) (connector.Outcome, error) {
	all, err := s.assignmentsTo(ctx, graph.RoleGrant{RoleDefinitionID: r.Resource})
	if err != nil {
		return connector.Failed, connector.Status(err)
	}
	var groups []string
	for _, a := range all {
		if a.Principal != nil && a.Principal.Type() == graph.TypeGroup && !slices.Contains(groups, a.PrincipalID) {
			groups = append(groups, a.PrincipalID)
		}
	}
	return s.c.heldNoMore(ctx, r, "the directory role "+r.Resource, groups)
}
