package connector

import (
	"context"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/types"

	"github.com/conductorone/baton-microsoft-entra/pkg/readahead"
)

// SyncObserver is implemented by a connector whose syncs are summed up.
type SyncObserver interface {
	// Summaries is where the connector counts what it sends and leaves out.
	Summaries() *Summaries
	// SyncDone is called once after the last row of a sync that succeeded, in the process that read it.
	SyncDone(ctx context.Context, summary Summary)
}

// NewServer builds the server of a connector as the SDK does. It counts the rows of each sync, logs the progress of a
// long one, tells the connector of the end of each, for which the SDK has no hook of its own, and puts the figures so far
// into the error of one that fails.
func NewServer(ctx context.Context, builder connectorbuilder.ConnectorBuilderV2, opts ...connectorbuilder.Opt) (types.ConnectorServer, error) {
	return NewServerTelling(ctx, LogProgress(), builder, opts...)
}

// NewServerTelling is NewServer with the progress of syncs told to somebody else than the log.
func NewServerTelling(ctx context.Context, telling Telling, builder connectorbuilder.ConnectorBuilderV2, opts ...connectorbuilder.Opt) (types.ConnectorServer, error) {
	if telling.Now == nil {
		telling.Now = time.Now
	}
	server, err := connectorbuilder.NewConnector(ctx, builder, opts...)
	if err != nil {
		return nil, err
	}
	if observer, ok := builder.(SyncObserver); ok {
		return &observedServer{ConnectorServer: server, observer: observer, summaries: observer.Summaries(), telling: telling}, nil
	}
	return server, nil
}

type observedServer struct {
	types.ConnectorServer
	observer  SyncObserver
	summaries *Summaries
	telling   Telling
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
	return observe(readahead.Sync(ctx, req.GetActiveSyncId()), s, phaseResources, req, s.ConnectorServer.ListResources, func(l *ledger, resp *v2.ResourcesServiceListResourcesResponse) {
		l.resources.open(req.GetResourceTypeId())
		for _, r := range resp.GetList() {
			l.resources.add(r.GetId().GetResourceType(), r.GetId().GetResource())
		}
	})
}

// GetResource counts the resource of a targeted sync.
func (s *observedServer) GetResource(ctx context.Context, req *v2.ResourceGetterServiceGetResourceRequest) (*v2.ResourceGetterServiceGetResourceResponse, error) {
	return observe(ctx, s, phaseResources, req, s.ConnectorServer.GetResource, func(l *ledger, resp *v2.ResourceGetterServiceGetResourceResponse) {
		l.resources.add(resp.GetResource().GetId().GetResourceType(), resp.GetResource().GetId().GetResource())
	})
}

// ListStaticEntitlements counts entitlements that each resource of a type gets.
func (s *observedServer) ListStaticEntitlements(ctx context.Context, req *v2.EntitlementsServiceListStaticEntitlementsRequest) (
	*v2.EntitlementsServiceListStaticEntitlementsResponse, error,
) {
	return observe(ctx, s, phaseEntitlements, req, s.ConnectorServer.ListStaticEntitlements, func(l *ledger, resp *v2.EntitlementsServiceListStaticEntitlementsResponse) {
		for _, e := range resp.GetList() {
			l.everywhere.add(req.GetResourceTypeId(), e.GetSlug())
		}
	})
}

// ListEntitlements counts the entitlements of a page.
func (s *observedServer) ListEntitlements(ctx context.Context, req *v2.EntitlementsServiceListEntitlementsRequest) (*v2.EntitlementsServiceListEntitlementsResponse, error) {
	return observe(readahead.Sync(ctx, req.GetActiveSyncId()), s, phaseEntitlements, req, s.ConnectorServer.ListEntitlements, func(l *ledger, resp *v2.EntitlementsServiceListEntitlementsResponse) {
		for _, e := range resp.GetList() {
			l.entitlements.add(e.GetResource().GetId().GetResourceType(), e.GetId())
		}
	})
}

// ListGrants counts the grants of a page that are not derived from others.
func (s *observedServer) ListGrants(ctx context.Context, req *v2.GrantsServiceListGrantsRequest) (*v2.GrantsServiceListGrantsResponse, error) {
	return observe(readahead.Sync(ctx, req.GetActiveSyncId()), s, phaseGrants, req, s.ConnectorServer.ListGrants, func(l *ledger, resp *v2.GrantsServiceListGrantsResponse) {
		l.pace.walked(req.GetPageToken() == "", resp.GetNextPageToken() == "", handedOut(resp))
		for _, g := range resp.GetList() {
			if direct(g) {
				l.grants.add(g.GetEntitlement().GetResource().GetId().GetResourceType(), g.GetId())
			}
		}
	})
}

// handedOut is how many cursors a page of grants gives to other workers.
func handedOut(resp *v2.GrantsServiceListGrantsResponse) int {
	annos, more := annotations.Annotations(resp.GetAnnotations()), &v2.EnqueuePageTokens{}
	if _, err := annos.Pick(more); err != nil {
		return 0 // the SDK will refuse the page
	}
	return len(more.GetPageTokens())
}

// direct says whether a grant stands in the directory. One that is derived names the entitlements that it
// comes from, and one that is both names its own among them.
func direct(g *v2.Grant) bool {
	sources := g.GetSources().GetSources()
	_, itself := sources[g.GetEntitlement().GetId()]
	return itself || len(sources) == 0
}

// observe makes a call of a sync and counts its page, and tells the progress where it is time for that. A page that fails
// has no rows, whatever came with the error: the SDK asks for it again, or gives up.
func observe[Req interface{ GetActiveSyncId() string }, Resp any](
	ctx context.Context, s *observedServer, phase string, req Req, call func(context.Context, Req) (Resp, error), count func(*ledger, Resp),
) (Resp, error) {
	syncID := req.GetActiveSyncId()
	resp, err := call(withPurpose(ctx, purpose{syncID: syncID}), req)
	if err != nil {
		return resp, s.summaries.withFigures(syncID, err)
	}
	s.summaries.count(syncID, func(l *ledger) { count(l, resp) })
	if p, due := s.summaries.progressDue(syncID, phase, s.telling.Every, s.telling.Now()); due {
		s.telling.Tell(ctx, p)
	}
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
