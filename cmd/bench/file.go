package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorstore"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
	_ "github.com/conductorone/baton-sdk/pkg/dotc1z/engine/pebble" // registers the engine that the file is written with
)

// visitor is shown the rows of a c1z file, page by page; what it leaves nil is not read. A page belongs to it.
type visitor struct {
	types        func([]*v2.ResourceType) error
	resources    func([]*v2.Resource) error
	entitlements func([]*v2.Entitlement) error
	grants       func([]*v2.Grant) error
}

// visit reads a c1z file: types first, then resources, entitlements and grants.
func visit(ctx context.Context, path string, v visitor) error {
	return open(ctx, path, func(store c1zstore.Store) error {
		for _, pages := range []func(context.Context, c1zstore.Store) error{v.allTypes, v.allResources, v.allEntitlements, v.allGrants} {
			if err := pages(ctx, store); err != nil {
				return err
			}
		}
		return nil
	})
}

// callsOf is what the calls of a sync took together, as the SDK has noted it in the file: milliseconds by call and
// resource type, as "list-grants:group".
func callsOf(ctx context.Context, path string) (calls map[string]int64, err error) {
	calls = map[string]int64{}
	err = open(ctx, path, func(store c1zstore.Store) error {
		stats, err := store.SyncMeta().StatsV2(ctx, connectorstore.SyncTypeFull, "")
		for call, took := range stats.GetConnectorCallStats() {
			calls[call] = took.GetTotalMs()
		}
		return err
	})
	return calls, err
}

// open lets do read a c1z file with the SDK's own reader.
func open(ctx context.Context, path string, do func(c1zstore.Store) error) (err error) {
	temporary, err := os.MkdirTemp("", "baton-bench-read-")
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

// pageOf is what the SDK's lists answer with.
type pageOf[T any] interface {
	GetList() []T
	GetNextPageToken() string
}

// everyPage shows all pages of a list.
func everyPage[T any, P pageOf[T]](show func([]T) error, list func(token string) (P, error)) error {
	if show == nil {
		return nil
	}
	for token := ""; ; {
		page, err := list(token)
		if err == nil {
			err = show(page.GetList())
		}
		if err != nil {
			return err
		}
		if token = page.GetNextPageToken(); token == "" {
			return nil
		}
	}
}

func (v visitor) allTypes(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.types, func(token string) (*v2.ResourceTypesServiceListResourceTypesResponse, error) {
		return store.ListResourceTypes(ctx, v2.ResourceTypesServiceListResourceTypesRequest_builder{PageToken: token}.Build())
	})
}

func (v visitor) allResources(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.resources, func(token string) (*v2.ResourcesServiceListResourcesResponse, error) {
		return store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
	})
}

func (v visitor) allEntitlements(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.entitlements, func(token string) (*v2.EntitlementsServiceListEntitlementsResponse, error) {
		return store.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{PageToken: token}.Build())
	})
}

func (v visitor) allGrants(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.grants, func(token string) (*v2.GrantsServiceListGrantsResponse, error) {
		return store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
	})
}

// direct says whether a grant stands in the directory: one that follows from others names them, and not itself.
func direct(g *v2.Grant) bool {
	sources := g.GetSources().GetSources()
	_, itself := sources[g.GetEntitlement().GetId()]
	return itself || len(sources) == 0
}
