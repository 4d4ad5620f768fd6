package connector

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Lookup is how one object of a resource type is read, for a targeted sync.
type Lookup[T any] struct {
	ResourceType string
	IDs          IDForm
	// Read asks for the object. Found is false where the directory has none with the id, which is no error.
	Read func(ctx context.Context, id string) (item T, found bool, err error)
	// LeftOut says what an object is that List leaves out ("it is …"), "" of one that it does not; nil where it leaves
	// out none.
	LeftOut  func(T) string
	Resource func(T) (*v2.Resource, error)
}

// Get is Get of a resource type. An object that is gone, or that List leaves out, is NotFound, which the SDK skips with a
// warning; an id that cannot be one of the directory is InvalidArgument, and nothing is asked.
func Get[T any](ctx context.Context, id *v2.ResourceId, l Lookup[T]) (*v2.Resource, annotations.Annotations, error) {
	if !l.IDs.Is(id.GetResource()) {
		// What stands in its place may be a name, and stays out of the error.
		return nil, nil, status.Errorf(codes.InvalidArgument, "read one %s: its id has to be %s, as in the file of a sync", l.ResourceType, l.IDs.Form)
	}
	item, found, err := l.Read(ctx, id.GetResource())
	switch {
	case err != nil:
		return nil, nil, Status(err)
	case !found:
		return nil, nil, status.Errorf(codes.NotFound, "the directory has no %s with the id %s", l.ResourceType, id.GetResource())
	}
	if l.LeftOut != nil {
		if what := l.LeftOut(item); what != "" {
			return nil, nil, status.Errorf(codes.NotFound, "the %s %s is left out: it is %s", l.ResourceType, id.GetResource(), what)
		}
	}
	r, err := l.Resource(item)
	if err != nil {
		return nil, nil, Status(fmt.Errorf("make a %s of the object %s: %w", l.ResourceType, id.GetResource(), err))
	}
	return r, nil, nil
}
