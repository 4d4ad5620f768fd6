package connector

import (
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Right is what a grant or a revoke is about: an entitlement of a resource, and who is to have it, or no longer.
type Right struct {
	Resource string
	Slug     string
	Holder   *v2.ResourceId
}

// RightOf reads what is asked for. The resource is the entitlement's own; the slug stands in its id alone. Named says whether
// an id has the form that the service gives, and ids is what a refusal calls such ids. Every error has the code
// InvalidArgument.
func RightOf(e *v2.Entitlement, holder *v2.ResourceId, named func(*v2.ResourceId) bool, ids string) (Right, error) {
	_, slug, err := ParseEntitlementID(e.GetId())
	if err != nil {
		return Right{}, status.Error(codes.InvalidArgument, err.Error())
	}
	resource := e.GetResource().GetId()
	if !named(resource) || !named(holder) {
		// What is none could lead a request astray, and the refusal of one pass for what is gone.
		return Right{}, status.Errorf(codes.InvalidArgument, "the request for %q names no resource, or nobody who is to have it: both are named by %s", e.GetId(), ids)
	}
	return Right{Resource: resource.GetResource(), Slug: slug, Holder: holder}, nil
}

// Unknown refuses an entitlement that the resource type does not have.
func (r Right) Unknown() error {
	return status.Errorf(codes.InvalidArgument, "the entitlement %q is none that can be given here", r.Slug)
}

// HeldBy refuses whoever is of none of the resource types.
func (r Right) HeldBy(what string, types ...string) error {
	if slices.Contains(types, r.Holder.GetResourceType()) {
		return nil
	}
	return Precondition("%s cannot be given to a resource of type %s, only to one of type %s", what, r.Holder.GetResourceType(), strings.Join(types, ", "))
}
