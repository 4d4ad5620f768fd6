package connector

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/types"
)

// SyncObserver is implemented by a connector that wants to know when a sync has finished.
type SyncObserver interface {
	// SyncDone is called once after the last row of a sync that succeeded, in the process that read it.
	SyncDone(ctx context.Context, syncID string)
}

// NewServer builds the server of a connector as the SDK does, and tells the connector of the end of each
// sync, for which the SDK has no hook of its own.
func NewServer(ctx context.Context, builder connectorbuilder.ConnectorBuilderV2, opts ...connectorbuilder.Opt) (types.ConnectorServer, error) {
	server, err := connectorbuilder.NewConnector(ctx, builder, opts...)
	if err != nil {
		return nil, err
	}
	if observer, ok := builder.(SyncObserver); ok {
		return &observedServer{ConnectorServer: server, observer: observer}, nil
	}
	return server, nil
}

type observedServer struct {
	types.ConnectorServer
	observer SyncObserver
}

// Cleanup is what the SDK calls at the end of a sync.
func (s *observedServer) Cleanup(ctx context.Context, req *v2.ConnectorServiceCleanupRequest) (*v2.ConnectorServiceCleanupResponse, error) {
	s.observer.SyncDone(ctx, req.GetActiveSyncId())
	return s.ConnectorServer.Cleanup(ctx, req)
}

// Close closes the connector. The SDK looks for it on the server, and the embedded interface would hide it.
func (s *observedServer) Close(ctx context.Context) error {
	if closer, ok := s.ConnectorServer.(interface{ Close(context.Context) error }); ok {
		return closer.Close(ctx)
	}
	return nil
}
