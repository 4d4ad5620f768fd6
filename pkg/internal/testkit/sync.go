// Package testkit runs whole syncs inside a test: the connector behind gRPC, the SDK's syncer, a c1z
// file, and what the file then holds.
package testkit

import (
	"context"
	"errors"
	"net"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/connectorclient"
	"github.com/conductorone/baton-sdk/pkg/sync"
	"github.com/conductorone/baton-sdk/pkg/types"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// Sync syncs the connector into the c1z file at path, on the engine that is the SDK's default and with
// its invariants failing the sync. Further options may change that.
func Sync(ctx context.Context, t testing.TB, builder connectorbuilder.ConnectorBuilderV2, path string, opts ...sync.SyncOpt) error {
	t.Helper()
	sessionStore := &sessionStore{}
	client := Serve(ctx, t, builder, connectorbuilder.WithSessionStore(sessionStore))
	opts = append([]sync.SyncOpt{
		sync.WithC1ZPath(path),
		sync.WithTmpDir(t.TempDir()),
		sync.WithSessionStore(sessionStore),
		sync.WithFailFastInvariants(),
	}, opts...)
	syncer, err := sync.NewSyncer(ctx, client, opts...)
	if err != nil {
		return err
	}
	return errors.Join(syncer.Sync(ctx), syncer.Close(ctx))
}

// sessionStore is the store that the syncer hands over once it has opened the file.
type sessionStore struct{ sessions.SessionStore }

// SetSessionStore takes the store over.
func (s *sessionStore) SetSessionStore(_ context.Context, store sessions.SessionStore) {
	s.SessionStore = store
}

// Serve runs the connector behind gRPC until the test ends, and returns a client of it.
func Serve(ctx context.Context, t testing.TB, builder connectorbuilder.ConnectorBuilderV2, opts ...connectorbuilder.Opt) types.ConnectorClient {
	t.Helper()
	server, err := connector.NewServer(ctx, builder, opts...)
	if err != nil {
		t.Fatal(err)
	}
	listener := bufconn.Listen(1 << 20)
	g := grpc.NewServer()
	register(g, server)
	go func() { _ = g.Serve(listener) }()
	const largest = 64 << 20
	conn, err := grpc.NewClient("passthrough:connector",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largest), grpc.MaxCallSendMsgSize(largest)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(); g.Stop() })
	return connectorclient.NewConnectorClient(ctx, conn)
}

// register does what the SDK's own helper does, which is internal to it.
func register(g *grpc.Server, s types.ConnectorServer) {
	v2.RegisterConnectorServiceServer(g, s)
	v2.RegisterResourceTypesServiceServer(g, s)
	v2.RegisterResourcesServiceServer(g, s)
	v2.RegisterResourceGetterServiceServer(g, s)
	v2.RegisterEntitlementsServiceServer(g, s)
	v2.RegisterGrantsServiceServer(g, s)
	v2.RegisterAssetServiceServer(g, s)
	v2.RegisterEventServiceServer(g, s)
	v2.RegisterActionServiceServer(g, s)
	v2.RegisterTicketsServiceServer(g, s)
	v2.RegisterGrantManagerServiceServer(g, s)
	v2.RegisterResourceManagerServiceServer(g, s)
	v2.RegisterResourceDeleterServiceServer(g, s)
	v2.RegisterAccountManagerServiceServer(g, s)
	v2.RegisterCredentialManagerServiceServer(g, s)
}
