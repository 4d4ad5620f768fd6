package entra

import (
	"context"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// inGraph is the change of a tie through Graph.
func (s *groupSyncer) inGraph(g graph.GroupState, t tie, add bool) change {
	if add {
		return s.adding(g, t)
	}
	return s.removing(g, t)
}

// adding is the change that makes a tie. A group with all the owners that it can have refuses one that it has
// for the number, so that is checked by reading.
func (s *groupSyncer) adding(g graph.GroupState, t tie) change {
	there := false
	write := s.c.inTurn(t.Resource, func(ctx context.Context) (graph.Receipt, error) {
		receipt, err := s.add(ctx, t)
		if graph.QuotaExceeded(err) {
			has, readErr := s.has(ctx, t)
			there = has && readErr == nil
		}
		return receipt, err
	})
	return change{action: "add group " + t.singular(), targets: t.targets(),
		already: func(err error) bool { return graph.LinkExists(err) || there },
		write:   explaining(s.c.patient(write, mayPass), func(err error) error { return t.explain(err, g, true) }),
		holds:   func(ctx context.Context) (bool, error) { return s.has(ctx, t) },
	}
}

// removing is the change that cuts a tie. Graph says of one that it does not know what it says of one that
// its replica does not know yet, so a refusal is checked by reading before it is believed.
func (s *groupSyncer) removing(g graph.GroupState, t tie) change {
	gone := func(err error) bool { return graph.Missing(err) || graph.LinkMissing(err) }
	doubt := false
	passes := func(ctx context.Context, err error) bool {
		if gone(err) {
			there, readErr := s.has(ctx, t)
			doubt = there || unanswered(readErr)
			return doubt
		}
		return graph.Collided(err)
	}
	write := s.c.inTurn(t.Resource, func(ctx context.Context) (graph.Receipt, error) { return s.remove(ctx, t) })
	return change{action: "remove group " + t.singular(), targets: t.targets(),
		already: func(err error) bool { return gone(err) && !doubt },
		write: explaining(s.c.patient(write, passes), func(err error) error {
			if gone(err) && doubt {
				return connector.Explain(codes.Unavailable, err, "Graph does not know %s among the %s of the group %s when it is to be removed, and reading does not show that it is gone: try again",
					t.Holder.GetResource(), t.Slug, t.Resource)
			}
			return t.explain(err, g, false)
		}),
		holds: func(ctx context.Context) (bool, error) {
			if g.HiddenMembership() && t.Slug == slugMembers {
				// An application without the permission for it reads no members, which proves nothing.
				return false, nil
			}
			there, err := s.has(ctx, t)
			return !there, err
		},
	}
}

func (s *groupSyncer) add(ctx context.Context, t tie) (graph.Receipt, error) {
	reference := s.c.cloud.Reference(t.Holder.GetResource())
	if t.Slug == slugOwners {
		return s.c.graph.AddGroupOwner(ctx, t.Resource, reference)
	}
	return s.c.graph.AddGroupMember(ctx, t.Resource, reference)
}

func (s *groupSyncer) remove(ctx context.Context, t tie) (graph.Receipt, error) {
	if t.Slug == slugOwners {
		return s.c.graph.RemoveGroupOwner(ctx, t.Resource, t.Holder.GetResource())
	}
	return s.c.graph.RemoveGroupMember(ctx, t.Resource, t.Holder.GetResource())
}

// has reads whether the tie is there.
func (s *groupSyncer) has(ctx context.Context, t tie) (bool, error) {
	if t.Slug == slugOwners {
		return s.c.graph.HasGroupOwner(ctx, t.Resource, t.Holder.GetResource())
	}
	return s.c.graph.HasGroupMember(ctx, t.Resource, t.Holder.GetResource())
}

func (t tie) targets() map[string]string {
	return map[string]string{typeGroup: t.Resource, "principal": t.Holder.GetResource()}
}

// singular is what the tie makes of the principal.
func (t tie) singular() string {
	if t.Slug == slugOwners {
		return "owner"
	}
	return "member"
}

// inTurn is a write that no other of this connector to the same object meets.
func (c *Connector) inTurn(objectID string, write func(context.Context) (graph.Receipt, error)) func(context.Context) (graph.Receipt, error) {
	return func(ctx context.Context) (graph.Receipt, error) {
		giveBack, err := c.turns.Take(ctx, objectID)
		if err != nil {
			return graph.Receipt{}, err
		}
		defer giveBack()
		return write(ctx)
	}
}

// explaining is a write whose errors are put into sentences.
func explaining(write func(context.Context) (graph.Receipt, error), sentence func(error) error) func(context.Context) (graph.Receipt, error) {
	return func(ctx context.Context) (graph.Receipt, error) {
		receipt, err := write(ctx)
		if err != nil {
			err = sentence(err)
		}
		return receipt, err
	}
}
