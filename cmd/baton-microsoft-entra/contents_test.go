package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	_ "github.com/conductorone/baton-sdk/pkg/dotc1z/engine/pebble" // opens the SDK's default format
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// rows are the rows of one kind in a c1z file: what makes them up, by id.
type rows map[string]string

// ids are the rows' ids in order.
func (r rows) ids() []string { return slices.Sorted(maps.Keys(r)) }

// contents is what a c1z file holds.
type contents struct{ resources, entitlements, grants rows }

// contents reads a file of the working directory.
func (s *stage) contents(name string) contents {
	s.t.Helper()
	return readContents(s.t, s.path(name))
}

// readContents reads a file with the SDK's own reader.
func readContents(t *testing.T, path string) contents {
	t.Helper()
	ctx := context.Background()
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close(ctx) }()
	return contents{
		resources: readRows(t, resourceKey, func(token string) ([]*v2.Resource, string, error) {
			page, err := store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}),
		entitlements: readRows(t, (*v2.Entitlement).GetId, func(token string) ([]*v2.Entitlement, string, error) {
			page, err := store.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}),
		grants: readRows(t, (*v2.Grant).GetId, func(token string) ([]*v2.Grant, string, error) {
			page, err := store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}),
	}
}

func resourceKey(r *v2.Resource) string {
	return r.GetId().GetResourceType() + ":" + r.GetId().GetResource()
}

// readRows reads all pages of one kind of row.
func readRows[M proto.Message](t *testing.T, id func(M) string, list func(token string) ([]M, string, error)) rows {
	t.Helper()
	all := rows{}
	for token, first := "", true; first || token != ""; first = false {
		page, next, err := list(token)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page {
			all[id(m)] = canonical(t, m)
		}
		token = next
	}
	return all
}

// canonical is a row as one text. The bytes of the row itself will not do: annotations are packed as bytes, and the
// maps in them in any order.
func canonical(t *testing.T, m proto.Message) string {
	t.Helper()
	text, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer // protojson varies its white space on purpose
	if err := json.Compact(&compact, text); err != nil {
		t.Fatal(err)
	}
	return compact.String()
}

// wantSame checks that two files hold the same rows, to the last property.
func wantSame(t *testing.T, got, want contents) {
	t.Helper()
	for what, pair := range map[string][2]rows{
		"resources":    {got.resources, want.resources},
		"entitlements": {got.entitlements, want.entitlements},
		"grants":       {got.grants, want.grants},
	} {
		if diff := difference(pair[0], pair[1]); len(diff) > 0 || len(pair[1]) == 0 {
			t.Errorf("%s: %d, want %d; these differ: %s", what, len(pair[0]), len(pair[1]), strings.Join(diff[:min(len(diff), 10)], ", "))
		}
	}
}

// difference lists the ids of rows that one side lacks or has otherwise.
func difference(a, b rows) []string {
	var ids []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(append(a.ids(), b.ids()...)))) {
		if x, y := a[id], b[id]; x != y || x == "" {
			ids = append(ids, id)
		}
	}
	return ids
}
