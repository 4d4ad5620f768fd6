package connector

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/types"
)

// SyncObserver is implemented by a connector whose syncs are summed up.
type SyncObserver interface {
	// Summaries is where the connector counts what it sends and leaves out.
	Summaries() *Summaries
	// SyncDone is called once after the last row of a sync that succeeded, in the process that read it.
	SyncDone(ctx context.Context, summary Summary)
}

// NewServer builds the server of a connector as the SDK does. It counts the rows of each sync, tells the
// connector of the end of each, for which the SDK has no hook of its own, and puts the figures so far into
// the error of one that fails.
func NewServer(ctx context.Context, builder connectorbuilder.ConnectorBuilderV2, opts ...connectorbuilder.Opt) (types.ConnectorServer, error) {
	server, err := connectorbuilder.NewConnector(ctx, builder, opts...)
	if err != nil {
		return nil, err
	}
	if observer, ok := builder.(SyncObserver); ok {
		return &observedServer{ConnectorServer: server, observer: observer, summaries: observer.Summaries()}, nil
	}
	return server, nil
}

type observedServer struct {
	types.ConnectorServer
	observer  SyncObserver
	summaries *Summaries
}

// Validate is what the SDK calls before each sync, and for each health probe whatever else is under way.
func (s *observedServer) Validate(ctx context.Context, req *v2.ConnectorServiceValidateRequest) (*v2.ConnectorServiceValidateResponse, error) {
	validation := &sent{}
	resp, err := s.ConnectorServer.Validate(withPurpose(ctx, purpose{validation: validation}), req)
	if err == nil {
		s.summaries.validated(validation)
	}
	return resp, err
}

// ListResources counts the resources of a page.
func (s *observedServer) ListResources(ctx context.Context, req *v2.ResourcesServiceListResourcesRequest) (*v2.ResourcesServiceListResourcesResponse, error) {
	return observe(ctx, s.summaries, req, s.ConnectorServer.ListResources, func(l *ledger, resp *v2.ResourcesServiceListResourcesResponse) {
		l.resources.open(req.GetResourceTypeId())
		for _, r := range resp.GetList() {
			l.resources.add(r.GetId().GetResourceType(), r.GetId().GetResource())
		}
	})
}

// GetResource counts the resource of a targeted sync.
func (s *observedServer) GetResource(ctx context.Context, req *v2.ResourceGetterServiceGetResourceRequest) (*v2.ResourceGetterServiceGetResourceResponse, error) {
	return observe(ctx, s.summaries, req, s.ConnectorServer.GetResource, func(l *ledger, resp *v2.ResourceGetterServiceGetResourceResponse) {
		l.resources.add(resp.GetResource().GetId().GetResourceType(), resp.GetResource().GetId().GetResource())
	})
}

// ListStaticEntitlements counts entitlements that each resource of a type gets.
func (s *observedServer) ListStaticEntitlements(ctx context.Context, req *v2.EntitlementsServiceListStaticEntitlementsRequest) (
	*v2.EntitlementsServiceListStaticEntitlementsResponse, error,
) {
	return observe(ctx, s.summaries, req, s.ConnectorServer.ListStaticEntitlements, func(l *ledger, resp *v2.EntitlementsServiceListStaticEntitlementsResponse) {
		for _, e := range resp.GetList() {
			l.everywhere.add(req.GetResourceTypeId(), e.GetSlug())
		}
	})
}

// ListEntitlements counts the entitlements of a page.
func (s *observedServer) ListEntitlements(ctx context.Context, req *v2.EntitlementsServiceListEntitlementsRequest) (*v2.EntitlementsServiceListEntitlementsResponse, error) {
	return observe(ctx, s.summaries, req, s.ConnectorServer.ListEntitlements, func(l *ledger, resp *v2.EntitlementsServiceListEntitlementsResponse) {
		for _, e := range resp.GetList() {
			l.entitlements.add(e.GetResource().GetId().GetResourceType(), e.GetId())
		}
	})
}

// ListGrants counts the grants of a page that are not derived from others.
func (s *observedServer) ListGrants(ctx context.Context, req *v2.GrantsServiceListGrantsRequest) (*v2.GrantsServiceListGrantsResponse, error) {
	return observe(ctx, s.summaries, req, s.ConnectorServer.ListGrants, func(l *ledger, resp *v2.GrantsServiceListGrantsResponse) {
		for _, g := range resp.GetList() {
			if direct(g) {
				l.grants.add(g.GetEntitlement().GetResource().GetId().GetResourceType(), g.GetId())
			}
		}
	})
}

// direct says whether a grant stands in the directory. One that is derived names the entitlements that it
// comes from, and one that is both names its own among them.
func direct(g *v2.Grant) bool {
	sources := g.GetSources().GetSources()
	_, itself := sources[g.GetEntitlement().GetId()]
	return itself || len(sources) == 0
}

// observe makes a call of a sync and counts its page. A page that fails has no rows, whatever came with the
// error: the SDK asks for it again, or gives up.
func observe[Req interface{ GetActiveSyncId() string }, Resp any](
	ctx context.Context, s *Summaries, req Req, call func(context.Context, Req) (Resp, error), count func(*ledger, Resp),
) (Resp, error) {
	syncID := req.GetActiveSyncId()
	resp, err := call(withPurpose(ctx, purpose{syncID: syncID}), req)
	if err != nil {
		return resp, s.withFigures(syncID, err)
	}
	s.count(syncID, func(l *ledger) { count(l, resp) })
	return resp, nil
}

// Cleanup is what the SDK calls at the end of a sync.
func (s *observedServer) Cleanup(ctx context.Context, req *v2.ConnectorServiceCleanupRequest) (*v2.ConnectorServiceCleanupResponse, error) {
	s.observer.SyncDone(ctx, s.summaries.Take(req.GetActiveSyncId()))
	return s.ConnectorServer.Cleanup(ctx, req)
}

// Close closes the connector. The SDK looks for it on the server, and the embedded interface would hide it.
func (s *observedServer) Close(ctx context.Context) error {
	if closer, ok := s.ConnectorServer.(interface{ Close(context.Context) error }); ok {
		return closer.Close(ctx)
	}
	return nil
}
