package connector

import (
	"context"
	"slices"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
)

// fakeConnector is the least that the SDK takes for a connector.
type fakeConnector struct{ closed int }

func (fakeConnector) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{DisplayName: "fake"}.Build(), nil
}

func (fakeConnector) Validate(context.Context) (annotations.Annotations, error) { return nil, nil }

func (fakeConnector) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 { return nil }

func (f *fakeConnector) Close() error {
	f.closed++
	return nil
}

// observingConnector notes the syncs that it was told the end of.
type observingConnector struct {
	fakeConnector
	summaries Summaries
	done      []string
}

func (o *observingConnector) Summaries() *Summaries { return &o.summaries }

func (o *observingConnector) SyncDone(_ context.Context, s Summary) {
	o.done = append(o.done, s.SyncID)
}

func TestNewServer_TellsOfTheEndOfEachSync(t *testing.T) {
	o := &observingConnector{}
	server, err := NewServer(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if md, err := server.GetMetadata(t.Context(), &v2.ConnectorServiceGetMetadataRequest{}); err != nil || md.GetMetadata().GetDisplayName() != "fake" {
		t.Errorf("the SDK's server is not behind it: %v, %v", md, err)
	}
	if len(o.done) != 0 {
		t.Errorf("told of %v before a sync ended", o.done)
	}
	for _, id := range []string{"one", "two"} {
		resp, err := server.Cleanup(t.Context(), v2.ConnectorServiceCleanupRequest_builder{ActiveSyncId: id}.Build())
		if err != nil || resp == nil {
			t.Errorf("cleanup of %s: %v, %v", id, resp, err)
		}
	}
	if !slices.Equal(o.done, []string{"one", "two"}) {
		t.Errorf("told of %v", o.done)
	}
}

func TestNewServer_LeavesAConnectorAloneThatDoesNotWantToKnow(t *testing.T) {
	server, err := NewServer(t.Context(), &fakeConnector{})
	if err != nil {
		t.Fatal(err)
	}
	if _, wrapped := server.(*observedServer); wrapped {
		t.Error("the server is wrapped for nothing")
	}
}

func TestNewServer_FailsAsTheSDKDoes(t *testing.T) {
	if server, err := NewServer(t.Context(), nil); err == nil || server != nil {
		t.Errorf("got %v, %v", server, err)
	}
}

// TestNewServer_CanStillBeClosed holds the wrapper to the optional method that the SDK looks for.
func TestNewServer_CanStillBeClosed(t *testing.T) {
	o := &observingConnector{}
	server, err := NewServer(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	closer, ok := server.(interface{ Close(context.Context) error })
	if !ok {
		t.Fatal("the server has no Close")
	}
	if err := closer.Close(t.Context()); err != nil || o.closed != 1 {
		t.Errorf("closed %d times, %v", o.closed, err)
	}
}
