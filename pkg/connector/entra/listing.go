package entra

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// listResources is List of every resource type: one page read, its ids remembered for the grants, its
// rows mapped.
func listResources[T any](ctx context.Context, o rs.SyncOpAttrs, resourceType string, read func(context.Context, string) (graph.Page[T], error),
	id func(T) string, resource func(T) (*v2.Resource, error)) ([]*v2.Resource, *rs.SyncOpResults, error) {
	cursor, err := connector.ParseCursor(o.PageToken.Token)
	if err != nil {
		return nil, nil, err
	}
	page, err := read(ctx, cursor.Next)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	err = remember(ctx, o, resourceType, func(yield func(string) bool) {
		for _, item := range page.Items {
			if !yield(id(item)) {
				return
			}
		}
	})
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	resources := make([]*v2.Resource, 0, len(page.Items))
	for _, item := range page.Items {
		r, err := resource(item)
		if err != nil {
			return nil, nil, connector.Status(rowError(resourceType, id(item), err))
		}
		resources = append(resources, r)
	}
	results, err := connector.NextPage(cursor, page.Next)
	return resources, results, err
}

func rowError(resourceType, id string, err error) error {
	return fmt.Errorf("make a %s of the object %s: %w", resourceType, id, err)
}
