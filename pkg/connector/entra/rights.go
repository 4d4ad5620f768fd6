package entra

import (
	"context"
	"errors"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// rightOf reads what is asked for: the resource, and who is to have a right to it, are named by their object ids.
func rightOf(e *v2.Entitlement, holder *v2.ResourceId) (connector.Right, error) {
	return connector.RightOf(e, holder, func(id *v2.ResourceId) bool { return isObjectID(id.GetResource()) }, "their object ids")
}

// serviceObject says whether a holder is a service principal.
func serviceObject(holder *v2.ResourceId) bool {
	return slices.Contains([]string{typeApplication, typeManagedIdentity}, holder.GetResourceType())
}

// heldNoMore is the outcome of a revoke where the holder has no right of its own: it is gone already, unless it
// comes through one of the groups that have it. The sync's own word for that does not reach a revoke.
func (c *Connector) heldNoMore(ctx context.Context, r connector.Right, what string, groups []string) (connector.Outcome, error) {
	var through []string
	for _, g := range groups {
		in, err := c.graph.HasGroupMember(ctx, g, r.Holder.GetResource())
		if err != nil && !graph.Missing(err) {
			return connector.Failed, connector.Status(err)
		}
		if in {
			through = append(through, g)
		}
	}
	return connector.Unchanged, throughGroups(what, through)
}

// throughGroups refuses to take away what comes through groups, where there are any.
func throughGroups(what string, groups []string) error {
	if len(groups) == 0 {
		return nil
	}
	return connector.Precondition("%s is held as a member of group %s alone, so it cannot be taken away here: revoke the membership of the group",
		what, strings.Join(groups, " and of group "))
}

// mayPass says of a write that it was refused for a reason that may pass: an object that a replica does not
// know of yet, or another change to the same object.
func mayPass(_ context.Context, err error) bool { return graph.Missing(err) || graph.Collided(err) }

// collided is mayPass for what may be gone for good.
func collided(_ context.Context, err error) bool { return graph.Collided(err) }

// unanswered says of a read that it failed for a reason that may pass, so that it shows nothing yet.
func unanswered(err error) bool {
	var refused connector.Refusal
	decided := errors.As(err, &refused) && !graph.Throttled(err) && !graph.Unclear(err)
	return err != nil && !decided
}

// removal is a change that takes something away. Graph says of what is gone what it says of what a replica
// does not know yet, so such a refusal is believed only where a read does not show the thing any more, or is
// refused itself.
func (c *Connector) removal(ch change) change {
	gone, write, doubt := ch.already, ch.write, false
	passes := func(ctx context.Context, err error) bool {
		if !gone(err) {
			return collided(ctx, err)
		}
		so, readErr := ch.holds(ctx)
		doubt = readErr == nil && !so || unanswered(readErr)
		return doubt
	}
	ch.write = explaining(c.patient(write, passes), func(err error) error {
		if doubt && gone(err) {
			return connector.Explain(codes.Unavailable, err, "Graph does not know what is to be removed (%s), and reading does not show that it is gone: try again", ch.action)
		}
		return err
	})
	ch.already = func(err error) bool { return gone(err) && !doubt }
	return ch
}
