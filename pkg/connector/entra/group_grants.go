package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Grant makes a principal a member or an owner of a group: through Exchange where Exchange owns the group,
// else through Graph.
func (s *groupSyncer) Grant(ctx context.Context, holder *v2.Resource, e *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	tie, err := tieOf(e, holder.GetId())
	if err != nil {
		return nil, nil, err
	}
	g, err := s.groupOf(ctx, tie)
	if err != nil {
		return nil, nil, err
	}
	result, err := s.changeTie(ctx, g, tie, true)
	return connector.Granted(result, tie.grant(), err)
}

// Revoke takes it back. A group that is gone has no members and no owners.
func (s *groupSyncer) Revoke(ctx context.Context, g *v2.Grant) (annotations.Annotations, error) {
	tie, err := tieOf(g.GetEntitlement(), g.GetPrincipal().GetId())
	if err != nil {
		return nil, err
	}
	state, err := s.c.graph.GetGroup(ctx, tie.Resource)
	switch {
	case graph.Missing(err):
		return connector.Revoked(connector.Unchanged, nil)
	case err != nil:
		return nil, connector.Status(err)
	}
	return connector.Revoked(s.changeTie(ctx, state, tie, false))
}

// tie is what binds a principal to a group: being its member, or its owner.
type tie struct{ connector.Right }

func tieOf(e *v2.Entitlement, holder *v2.ResourceId) (tie, error) {
	r, err := rightOf(e, holder)
	if err == nil && r.Slug != slugMembers && r.Slug != slugOwners {
		err = r.Unknown()
	}
	return tie{r}, err
}

// grant is the tie as a sync shows it.
func (t tie) grant() *v2.Grant {
	var options []grant.GrantOption
	if t.Slug == slugMembers && t.Holder.GetResourceType() == typeGroup {
		options = append(options, grant.WithAnnotation(throughGroup(t.Holder.GetResource())))
	}
	return grant.NewGrant(v2.Resource_builder{Id: connector.ResourceID(typeGroup, t.Resource)}.Build(), t.Slug, t.Holder, options...)
}

// groupOf reads the group of a grant. One that was made a moment ago may not be known everywhere.
func (s *groupSyncer) groupOf(ctx context.Context, t tie) (graph.GroupState, error) {
	var g graph.GroupState
	read := s.c.patient(func(ctx context.Context) (graph.Receipt, error) {
		var err error
		g, err = s.c.graph.GetGroup(ctx, t.Resource)
		return graph.Receipt{}, err
	}, mayPass)
	_, err := read(ctx)
	if graph.Missing(err) {
		err = connector.Explain(codes.FailedPrecondition, err, "the group %s does not exist: it was deleted after the last sync", t.Resource)
	}
	return g, connector.Status(err)
}

// changeTie makes or cuts a tie, where the group allows it.
func (s *groupSyncer) changeTie(ctx context.Context, g graph.GroupState, t tie, add bool) (connector.Outcome, error) {
	if err := t.refusal(g, add); err != nil {
		return connector.Failed, err
	}
	if ofExchange(g.GroupKind) {
		return s.c.changeInExchange(ctx, t, add)
	}
	return s.c.apply(ctx, s.inGraph(g, t, add))
}

// ofExchange says whether Exchange owns a group, so that Graph shows it and cannot change it.
func ofExchange(g graph.GroupKind) bool { return g.Distribution() || g.MailEnabledSecurity() }
