package entra

import (
	"context"
	"errors"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// right is what a grant or a revoke is about: an entitlement of a resource, and who is to have it, or no
// longer.
type right struct {
	resource string
	slug     string
	holder   *v2.ResourceId
}

// rightOf reads what is asked for. The resource is the entitlement's own; the slug stands in its id alone.
func rightOf(e *v2.Entitlement, holder *v2.ResourceId) (right, error) {
	_, slug, err := connector.ParseEntitlementID(e.GetId())
	if err != nil {
		return right{}, status.Error(codes.InvalidArgument, err.Error())
	}
	resource := e.GetResource().GetId().GetResource()
	if !isObjectID(resource) || !isObjectID(holder.GetResource()) {
		// What is none could lead a request astray, and the refusal of one pass for what is gone.
		return right{}, status.Errorf(codes.InvalidArgument, "the request for %q names no resource, or nobody who is to have it: both are named by their object ids", e.GetId())
	}
	return right{resource: resource, slug: slug, holder: holder}, nil
}

// unknown refuses an entitlement that the resource type does not have.
func (r right) unknown() error {
	return status.Errorf(codes.InvalidArgument, "the entitlement %q is none that can be given here", r.slug)
}

// heldBy refuses whoever is of none of the resource types.
func (r right) heldBy(what string, types ...string) error {
	if slices.Contains(types, r.holder.GetResourceType()) {
		return nil
	}
	return connector.Precondition("%s cannot be given to a resource of type %s, only to one of type %s", what, r.holder.GetResourceType(), strings.Join(types, ", "))
}

// serviceObject says whether the holder is a service principal.
func (r right) serviceObject() bool {
	return slices.Contains([]string{typeApplication, typeManagedIdentity}, r.holder.GetResourceType())
}

// heldNoMore is the outcome of a revoke where the holder has no right of its own: it is gone already, unless it
// comes through one of the groups that have it. The sync's own word for that does not reach a revoke.
func (c *Connector) heldNoMore(ctx context.Context, r right, what string, groups []string) (connector.Outcome, error) {
	var through []string
	for _, g := range groups {
		in, err := c.graph.HasGroupMember(ctx, g, r.holder.GetResource())
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
