package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Get of each resource type, for a targeted sync: one object, read and mapped as List reads and maps it. The SDK
// then writes this row alone. Entitlements and grants are those of all resources of a type together here, or the
// type has none, and of such types it asks for neither: a new group gets its entitlements with the next full sync.

// lookup is how one object of a resource type is read.
type lookup[T any] struct {
	resourceType string
	// read asks for the object. Found is false where the directory has none with the id, which is no error.
	read func(ctx context.Context, id string) (item T, found bool, err error)
	// kind, where it is set, says whether the object is one of the resource type.
	kind func(T) bool
	// mark says what List marks the object with; nil where it marks none.
	mark     func(T) mark
	resource func(T) (*v2.Resource, error)
}

// get is Get of every resource type.
func get[T any](ctx context.Context, id *v2.ResourceId, l lookup[T]) (*v2.Resource, annotations.Annotations, error) {
	out := connector.Lookup[T]{
		ResourceType: l.resourceType, IDs: ids(), Resource: l.resource,
		Read: func(ctx context.Context, id string) (T, bool, error) {
			item, found, err := l.read(ctx, id)
			return item, found && (err != nil || l.kind == nil || l.kind(item)), err
		},
	}
	if l.mark != nil {
		out.LeftOut = func(item T) string { return l.mark(item).what() }
	}
	return connector.Get(ctx, id, out)
}

// unlessMissing tells an object that is not there from one that could not be read.
func unlessMissing[T any](item T, err error) (T, bool, error) {
	if graph.Missing(err) {
		return item, false, nil
	}
	return item, err == nil, err
}

// Get returns a group. It takes one request.
func (s *groupSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return get(ctx, id, lookup[graph.Group]{
		resourceType: typeGroup,
		read: func(ctx context.Context, id string) (graph.Group, bool, error) {
			return unlessMissing(s.c.graph.GetGroupRow(ctx, id))
		},
		mark:     s.mark,
		resource: func(g graph.Group) (*v2.Resource, error) { return groupResource(g, s.c.cloud) },
	})
}

// Get returns a role definition. It takes one request.
func (s *roleSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return get(ctx, id, lookup[graph.RoleDefinition]{
		resourceType: typeRole,
		read: func(ctx context.Context, id string) (graph.RoleDefinition, bool, error) {
			return unlessMissing(s.c.graph.GetRoleDefinition(ctx, id))
		},
		resource: func(r graph.RoleDefinition) (*v2.Resource, error) { return roleResource(r, s.c.cloud) },
	})
}
