package entra

import (
	"context"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Get returns an enterprise application. It takes one request.
func (s *applicationSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return get(ctx, id, lookup[graph.ServicePrincipal]{
		resourceType: typeApplication,
		read:         s.c.servicePrincipal(s.c.switches.skipUnassignedApps),
		kind:         ofKind(graph.KindApplication, graph.KindLegacy),
		mark:         s.mark,
		resource:     func(p graph.ServicePrincipal) (*v2.Resource, error) { return applicationResource(p, s.c.cloud) },
	})
}

// Get returns a managed identity. It takes one request.
func (s *managedIdentitySyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return get(ctx, id, lookup[graph.ServicePrincipal]{
		resourceType: typeManagedIdentity,
		read:         s.c.servicePrincipal(false),
		kind:         ofKind(graph.KindManagedIdentity),
		resource:     func(p graph.ServicePrincipal) (*v2.Resource, error) { return managedIdentityResource(p, s.c.cloud) },
	})
}

// servicePrincipal makes a reader of service principals, with their assignments or without.
func (c *Connector) servicePrincipal(assignments bool) func(context.Context, string) (graph.ServicePrincipal, bool, error) {
	return func(ctx context.Context, id string) (graph.ServicePrincipal, bool, error) {
		return unlessMissing(c.graph.GetServicePrincipal(ctx, id, assignments))
	}
}

func ofKind(kinds ...string) func(graph.ServicePrincipal) bool {
	return func(p graph.ServicePrincipal) bool { return slices.Contains(kinds, p.ServicePrincipalType) }
}

// Get returns a product. It takes one request, the list's: Graph knows a single product by another id, and the
// list is short.
func (s *licenseSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return get(ctx, id, lookup[graph.SubscribedSku]{
		resourceType: typeLicense,
		read: func(ctx context.Context, id string) (sku graph.SubscribedSku, found bool, err error) {
			err = eachPage(ctx, s.c.graph.ListSubscribedSkus, func(skus []graph.SubscribedSku) bool {
				i := slices.IndexFunc(skus, func(l graph.SubscribedSku) bool { return strings.EqualFold(l.SkuID, id) })
				if found = i >= 0; found {
					sku = skus[i]
				}
				return found
			})
			return sku, found, err
		},
		resource: licenseResource,
	})
}

// eachPage hands on the pages of a list until it has what it looks for.
func eachPage[T any](ctx context.Context, read func(context.Context, string) (graph.Page[T], error), enough func([]T) bool) error {
	for next := ""; ; {
		page, err := read(ctx, next)
		if err != nil || enough(page.Items) {
			return err
		}
		if next = page.Next; next == "" {
			return nil
		}
	}
}
