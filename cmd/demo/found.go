package main

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
)

// reader is told of every row of a file.
type reader interface {
	resource(r *v2.Resource)
	entitlement(e *v2.Entitlement)
	grant(g *v2.Grant)
}

// count is how much there is of one resource type.
type count struct{ resources, entitlements, direct, derived int }

// found counts what a file holds, by resource type.
type found map[string]*count

func (f found) of(resourceType string) *count {
	c := f[resourceType]
	if c == nil {
		c = &count{}
		f[resourceType] = c
	}
	return c
}

func (f found) resource(r *v2.Resource) { f.of(r.GetId().GetResourceType()).resources++ }

func (f found) entitlement(e *v2.Entitlement) {
	f.of(e.GetResource().GetId().GetResourceType()).entitlements++
}

func (f found) grant(g *v2.Grant) {
	c := f.of(g.GetEntitlement().GetResource().GetId().GetResourceType())
	if c1zfile.Direct(g) {
		c.direct++
	} else {
		c.derived++
	}
}

// read counts the rows of a c1z file.
func read(ctx context.Context, path string) (found, error) {
	f := found{}
	return f, readRows(ctx, path, f)
}

// readRows goes through a c1z file.
func readRows(ctx context.Context, path string, r reader) error {
	return c1zfile.Visit(ctx, path, c1zfile.Visitor{Resources: each(r.resource), Entitlements: each(r.entitlement), Grants: each(r.grant)})
}

// each tells of the rows of a page one by one.
func each[T any](tell func(T)) func([]T) error {
	return func(page []T) error {
		for _, row := range page {
			tell(row)
		}
		return nil
	}
}
