package servicekit

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

// Rows are the rows of one kind in a c1z file: what makes them up, by id.
type Rows map[string]string

// IDs are the rows' ids in order.
func (r Rows) IDs() []string { return slices.Sorted(maps.Keys(r)) }

// Contents is what a c1z file holds. The id of a resource is "<type>:<id>".
type Contents struct{ Resources, Entitlements, Grants Rows }

// ReadContents reads a file with the SDK's own reader.
func ReadContents(t *testing.T, path string) Contents {
	t.Helper()
	ctx := context.Background()
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(t.TempDir()))
	must(t, err)
	defer func() { _ = store.Close(ctx) }()
	return Contents{
		Resources: readRows(t, resourceKey, func(token string) ([]*v2.Resource, string, error) {
			page, err := store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}),
		Entitlements: readRows(t, (*v2.Entitlement).GetId, func(token string) ([]*v2.Entitlement, string, error) {
			page, err := store.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}),
		Grants: readRows(t, (*v2.Grant).GetId, func(token string) ([]*v2.Grant, string, error) {
			page, err := store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}),
	}
}

func resourceKey(r *v2.Resource) string {
	return r.GetId().GetResourceType() + ":" + r.GetId().GetResource()
}

// readRows reads all pages of one kind of row.
func readRows[M proto.Message](t *testing.T, id func(M) string, list func(token string) ([]M, string, error)) Rows {
	t.Helper()
	all := Rows{}
	for token, first := "", true; first || token != ""; first = false {
		page, next, err := list(token)
		must(t, err)
		for _, m := range page {
			all[id(m)] = canonical(t, m)
		}
		token = next
	}
	return all
}

// canonical is a row as one text. The bytes of the row itself will not do: annotations are packed as bytes, and the maps
// in them in any order.
func canonical(t *testing.T, m proto.Message) string {
	t.Helper()
	text, err := protojson.Marshal(m)
	must(t, err)
	var compact bytes.Buffer // protojson varies its white space on purpose
	must(t, json.Compact(&compact, text))
	return compact.String()
}

// Row is a row of a file as ConductorOne has it.
func Row[M proto.Message](t *testing.T, all Rows, id string, into M) M {
	t.Helper()
	if all[id] == "" {
		t.Fatalf("there is no row %s", id)
	}
	must(t, protojson.Unmarshal([]byte(all[id]), into))
	return into
}

// WantResources checks that a file holds these resources and no other.
func WantResources(t *testing.T, c Contents, want []string) {
	t.Helper()
	if got := c.Resources.IDs(); !slices.Equal(got, want) {
		t.Errorf("the file has %d resources, the directory %d:\n%q\n%q", len(got), len(want), got, want)
	}
}

// WantSame checks that two files hold the same rows, to the last property.
func WantSame(t *testing.T, got, want Contents) {
	t.Helper()
	for what, pair := range map[string][2]Rows{
		"resources":    {got.Resources, want.Resources},
		"entitlements": {got.Entitlements, want.Entitlements},
		"grants":       {got.Grants, want.Grants},
	} {
		if diff := Difference(pair[0], pair[1]); len(diff) > 0 || len(pair[1]) == 0 {
			t.Errorf("%s: %d, want %d; these differ: %s", what, len(pair[0]), len(pair[1]), strings.Join(diff[:min(len(diff), 10)], ", "))
		}
	}
}

// Difference lists the ids of rows that one side lacks or has otherwise.
func Difference(a, b Rows) []string {
	var ids []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(append(a.IDs(), b.IDs()...)))) {
		if x, y := a[id], b[id]; x != y || x == "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Only keeps the keys of some resource types.
func Only(keys []string, resourceTypes ...string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		resourceType, _, _ := strings.Cut(key, ":")
		return !slices.Contains(resourceTypes, resourceType)
	})
}
