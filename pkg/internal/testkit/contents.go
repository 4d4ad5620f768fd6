package testkit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	_ "github.com/conductorone/baton-sdk/pkg/dotc1z/engine/pebble" // opens the SDK's default engine
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Contents is what a c1z file holds, by id.
type Contents struct {
	Resources    map[string]*v2.Resource // "<type>:<id>"
	Entitlements map[string]*v2.Entitlement
	Grants       map[string]*v2.Grant
}

// Read reads a whole c1z file, of either engine.
func Read(ctx context.Context, t testing.TB, path string) *Contents {
	t.Helper()
	c, err := read(ctx, path, t.TempDir())
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return c
}

func read(ctx context.Context, path, tempDir string) (*Contents, error) {
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(tempDir))
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close(ctx) }()
	c := &Contents{Resources: map[string]*v2.Resource{}, Entitlements: map[string]*v2.Entitlement{}, Grants: map[string]*v2.Grant{}}
	err = pages(func(token string) (string, error) {
		resp, err := store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
		for _, r := range resp.GetList() {
			c.Resources[ResourceKey(r.GetId())] = r
		}
		return resp.GetNextPageToken(), err
	})
	if err != nil {
		return nil, fmt.Errorf("list resources: %w", err)
	}
	err = pages(func(token string) (string, error) {
		resp, err := store.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{PageToken: token}.Build())
		for _, e := range resp.GetList() {
			c.Entitlements[e.GetId()] = e
		}
		return resp.GetNextPageToken(), err
	})
	if err != nil {
		return nil, fmt.Errorf("list entitlements: %w", err)
	}
	err = pages(func(token string) (string, error) {
		resp, err := store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
		for _, g := range resp.GetList() {
			c.Grants[g.GetId()] = g
		}
		return resp.GetNextPageToken(), err
	})
	if err != nil {
		return nil, fmt.Errorf("list grants: %w", err)
	}
	return c, nil
}

func pages(next func(token string) (string, error)) error {
	for token := ""; ; {
		var err error
		if token, err = next(token); err != nil || token == "" {
			return err
		}
	}
}

// ResourceKey is the key of a resource in Contents.
func ResourceKey(id *v2.ResourceId) string { return id.GetResourceType() + ":" + id.GetResource() }

// Direct says whether a grant was read from the directory, rather than derived through a group only.
func Direct(g *v2.Grant) bool {
	sources := g.GetSources().GetSources()
	_, itself := sources[g.GetEntitlement().GetId()]
	return len(sources) == 0 || itself
}

// Dump is the canonical text of a file: a line for each row, sorted, without what differs from run to run.
func (c *Contents) Dump() string {
	var lines []string
	for _, r := range c.Resources {
		lines = append(lines, "resource "+text(r))
	}
	for _, e := range c.Entitlements {
		lines = append(lines, "entitlement "+text(e))
	}
	for _, g := range c.Grants {
		lines = append(lines, "grant "+text(g))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// text is deterministic within one build, which protojson is not: it varies its white space on purpose.
func text(m proto.Message) string {
	b, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(m)
	if err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(string(b)), " ")
}
