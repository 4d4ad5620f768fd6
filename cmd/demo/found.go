package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
	_ "github.com/conductorone/baton-sdk/pkg/dotc1z/engine/pebble" // registers the engine that the file is written with
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
	if isDirect(g) {
		c.direct++
	} else {
		c.derived++
	}
}

// isDirect tells a grant that stands in the directory from one that follows from others: a derived grant names the grants
// that it comes from, and a direct one that is also derived names itself among them.
func isDirect(g *v2.Grant) bool {
	sources := g.GetSources().GetSources()
	_, itself := sources[g.GetEntitlement().GetId()]
	return itself || len(sources) == 0
}

// read counts the rows of a c1z file.
func read(ctx context.Context, path string) (found, error) {
	f := found{}
	return f, readRows(ctx, path, f)
}

// readRows goes through a c1z file.
func readRows(ctx context.Context, path string, r reader) error {
	return open(ctx, path, func(store c1zstore.Store) error {
		for _, kind := range []func(context.Context, c1zstore.Store, reader, string) (string, error){resources, entitlements, grants} {
			if err := everyPage(func(token string) (string, error) { return kind(ctx, store, r, token) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// open lets do read a c1z file with the SDK's own reader.
func open(ctx context.Context, path string, do func(c1zstore.Store) error) (err error) {
	temporary, err := os.MkdirTemp("", "baton-demo-read-")
	if err != nil {
		return fmt.Errorf("make a place to unpack %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(temporary))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, store.Close(ctx)) }()
	if err := do(store); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

func everyPage(next func(token string) (string, error)) error {
	for token := ""; ; {
		var err error
		if token, err = next(token); err != nil || token == "" {
			return err
		}
	}
}

func resources(ctx context.Context, store c1zstore.Store, to reader, token string) (string, error) {
	page, err := store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
	for _, r := range page.GetList() {
		to.resource(r)
	}
	return page.GetNextPageToken(), err
}

func entitlements(ctx context.Context, store c1zstore.Store, to reader, token string) (string, error) {
	page, err := store.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{PageToken: token}.Build())
	for _, e := range page.GetList() {
		to.entitlement(e)
	}
	return page.GetNextPageToken(), err
}

func grants(ctx context.Context, store c1zstore.Store, to reader, token string) (string, error) {
	page, err := store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
	for _, g := range page.GetList() {
		to.grant(g)
	}
	return page.GetNextPageToken(), err
}
