package main_test

import (
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	_ "github.com/conductorone/baton-sdk/pkg/dotc1z/engine/pebble" // opens the SDK's default engine
)

// contents are the number of resources of a c1z file and the ids of its grants.
func contents(t *testing.T, path string) (resources int, grants []string) {
	t.Helper()
	store, err := dotc1z.NewStore(t.Context(), path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close(t.Context()) }()
	for token, more := "", true; more; more = token != "" {
		resp, err := store.ListResources(t.Context(), v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
		if err != nil {
			t.Fatal(err)
		}
		resources, token = resources+len(resp.GetList()), resp.GetNextPageToken()
	}
	for token, more := "", true; more; more = token != "" {
		resp, err := store.ListGrants(t.Context(), v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range resp.GetList() {
			grants = append(grants, g.GetId())
		}
		token = resp.GetNextPageToken()
	}
	return resources, grants
}
