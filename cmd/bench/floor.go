package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/field"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/spf13/viper"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/process"
)

// rowsVariable tells this program that it is the floor, and where its rows are.
const rowsVariable = "BENCH_ROWS"

// runFloor is main of the floor: a connector as any other, in the same processes, without a directory behind it.
func runFloor() {
	process.Run(context.Background(), "bench-floor", "dev", field.Configuration{}, newFloor)
}

// floor serves the rows of a file, a page a call.
type floor struct{ rows *rows }

func newFloor(context.Context, *viper.Viper, *cli.ConnectorOpts) (connectorbuilder.ConnectorBuilderV2, []connectorbuilder.Opt, error) {
	r, err := openRows(os.Getenv(rowsVariable))
	if err != nil {
		return nil, nil, err
	}
	return &floor{rows: r}, nil, nil
}

// Metadata names the connector.
func (f *floor) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{DisplayName: "Floor"}.Build(), nil
}

// Validate has nothing to check.
func (f *floor) Validate(context.Context) (annotations.Annotations, error) { return nil, nil }

// ResourceSyncers returns a syncer for each resource type of the file.
func (f *floor) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	var out []connectorbuilder.ResourceSyncerV2
	for i := range f.rows.Types {
		out = append(out, &floorSyncer{rows: f.rows, of: &f.rows.Types[i]})
	}
	return out
}

// floorSyncer serves one resource type.
type floorSyncer struct {
	rows *rows
	of   *typeRows
}

// ResourceType is that of the connector whose rows these are.
func (s *floorSyncer) ResourceType(context.Context) *v2.ResourceType {
	t := &v2.ResourceType{}
	if err := proto.Unmarshal(s.of.Type, t); err != nil {
		return nil // openRows has read it once
	}
	return t
}

// List returns a page of resources, one page after the other.
func (s *floorSyncer) List(_ context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	page := &v2.ResourcesServiceListResourcesResponse{}
	next, err := s.rows.page(s.of.Resources, o.PageToken.Token, 1, page)
	return page.GetList(), &rs.SyncOpResults{NextPageToken: next}, err
}

// StaticEntitlements are those that each resource of the type has.
func (s *floorSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	list := &v2.EntitlementsServiceListEntitlementsResponse{}
	if err := proto.Unmarshal(s.of.Static, list); err != nil {
		return nil, &rs.SyncOpResults{}, fmt.Errorf("read the static entitlements: %w", err)
	}
	return list.GetList(), &rs.SyncOpResults{}, nil
}

// Entitlements is never called: every type is read as a whole.
func (s *floorSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: every type is read as a whole.
func (s *floorSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// EntitlementsForResourceType returns a page of the entitlements that only some resources have.
func (s *floorSyncer) EntitlementsForResourceType(_ context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	page := &v2.EntitlementsServiceListEntitlementsResponse{}
	next, err := s.rows.page(s.of.Entitlements, o.PageToken.Token, 1, page)
	return page.GetList(), &rs.SyncOpResults{NextPageToken: next}, err
}

// chains is over how many walks side by side the pages of grants are handed out. The SDK takes 1,024 at the most.
const chains = 64

// GrantsForResourceType hands out the pages of the grants, in walks side by side.
func (s *floorSyncer) GrantsForResourceType(_ context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	if o.PageToken.Token == "" {
		var tokens []string
		for i := range min(chains, len(s.of.Grants)) {
			tokens = append(tokens, strconv.Itoa(i))
		}
		return nil, &rs.SyncOpResults{Annotations: annotations.New(v2.EnqueuePageTokens_builder{PageTokens: tokens}.Build())}, nil
	}
	page := &v2.GrantsServiceListGrantsResponse{}
	next, err := s.rows.page(s.of.Grants, o.PageToken.Token, chains, page)
	return page.GetList(), &rs.SyncOpResults{NextPageToken: next}, err
}

// page reads the page of a token, and says which comes so many pages later.
func (r *rows) page(pages []span, token string, step int, into proto.Message) (next string, err error) {
	n := 0
	if token != "" {
		if n, err = strconv.Atoi(token); err != nil || n < 0 || n >= len(pages) {
			return "", status.Errorf(codes.InvalidArgument, "there is no page %q", token)
		}
	}
	if len(pages) == 0 {
		return "", nil
	}
	if err := r.read(pages[n], into); err != nil {
		return "", err
	}
	if n+step < len(pages) {
		next = strconv.Itoa(n + step)
	}
	return next, nil
}
