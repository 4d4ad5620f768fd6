package connector

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/readahead"
)

// aheadServer has a list of three pages in the place of its rows, each of which takes one request.
type aheadServer struct {
	pageServer
	ahead readahead.Pages
}

func (a *aheadServer) read(ctx context.Context, link string) (struct{}, string, error) {
	a.summaries.Request(ctx, 1)
	return struct{}{}, map[string]string{"": "second", "second": "third"}[link], ctx.Err()
}

func (a *aheadServer) ListResources(ctx context.Context, req *v2.ResourcesServiceListResourcesRequest) (*v2.ResourcesServiceListResourcesResponse, error) {
	_, err := readahead.Read(ctx, &a.ahead, req.GetPageToken(), a.read)
	return &v2.ResourcesServiceListResourcesResponse{}, err
}

func (a *aheadServer) GetResource(ctx context.Context, _ *v2.ResourceGetterServiceGetResourceRequest) (*v2.ResourceGetterServiceGetResourceResponse, error) {
	_, err := readahead.Read(ctx, &a.ahead, "", a.read)
	return &v2.ResourceGetterServiceGetResourceResponse{}, err
}

// TestServer_ReadsTheListsOfASyncAheadAndCountsThatToIt ends the call of the first page before the others are there, and
// finds their requests in the summary.
func TestServer_ReadsTheListsOfASyncAheadAndCountsThatToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &observingConnector{}
		s := &observedServer{observer: o, summaries: &o.summaries, telling: Telling{Every: time.Hour, Now: time.Now}}
		a := &aheadServer{pageServer: pageServer{summaries: s.summaries}}
		s.ConnectorServer = a
		call, end := context.WithCancel(t.Context())
		_, listed := s.ListResources(call, v2.ResourcesServiceListResourcesRequest_builder{ResourceTypeId: "user", ActiveSyncId: "sync"}.Build())
		end()
		_, looked := s.GetResource(t.Context(), v2.ResourceGetterServiceGetResourceRequest_builder{ActiveSyncId: "targeted"}.Build())
		if err := errors.Join(listed, looked); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for syncID, want := range map[string]int{"sync": 3, "targeted": 1} {
			if got := s.summaries.Take(syncID).Requests; got != want {
				t.Errorf("%s: %d requests, want %d", syncID, got, want)
			}
		}
		if err := a.ahead.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
