// Package c1zfile reads c1z files with the SDK's own reader, for programs that look at what a sync has written.
package c1zfile

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

// Visitor is shown the rows of a c1z file, page by page; what it leaves nil is not read. A page belongs to it.
type Visitor struct {
	Types        func([]*v2.ResourceType) error
	Resources    func([]*v2.Resource) error
	Entitlements func([]*v2.Entitlement) error
	Grants       func([]*v2.Grant) error
}

// Visit reads a c1z file: types first, then resources, entitlements and grants. An error of the visitor ends it.
func Visit(ctx context.Context, path string, v Visitor) error {
	return open(ctx, path, func(store c1zstore.Store) error {
		for _, pages := range []func(context.Context, c1zstore.Store) error{v.allTypes, v.allResources, v.allEntitlements, v.allGrants} {
			if err := pages(ctx, store); err != nil {
				return err
			}
		}
		return nil
	})
}

// Calls is what the calls of a sync took together, as the SDK has noted it in the file: milliseconds by call and
// resource type, as "list-grants:group".
func Calls(ctx context.Context, path string) (calls map[string]int64, err error) {
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
	temporary, err := os.MkdirTemp("", "c1zfile-")
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

func (v Visitor) allTypes(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.Types, func(token string) (*v2.ResourceTypesServiceListResourceTypesResponse, error) {
		return store.ListResourceTypes(ctx, v2.ResourceTypesServiceListResourceTypesRequest_builder{PageToken: token}.Build())
	})
}

func (v Visitor) allResources(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.Resources, func(token string) (*v2.ResourcesServiceListResourcesResponse, error) {
		return store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
	})
}

func (v Visitor) allEntitlements(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.Entitlements, func(token string) (*v2.EntitlementsServiceListEntitlementsResponse, error) {
		return store.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{PageToken: token}.Build())
	})
}

func (v Visitor) allGrants(ctx context.Context, store c1zstore.Store) error {
	return everyPage(v.Grants, func(token string) (*v2.GrantsServiceListGrantsResponse, error) {
		return store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
	})
}

// Direct says whether a grant stands in the directory: one that follows from others names them, and not itself.
func Direct(g *v2.Grant) bool {
	sources := g.GetSources().GetSources()
	_, itself := sources[g.GetEntitlement().GetId()]
	return itself || len(sources) == 0
}
