package entra

import (
	"context"
	"strings"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// sent counts and logs a round trip to Graph.
func (c *Connector) sent(ctx context.Context, e transport.Exchange) {
	c.traced(ctx, "graph request", e)
}

// sentToExchange counts and logs a round trip to Exchange.
func (c *Connector) sentToExchange(ctx context.Context, e transport.Exchange) {
	c.traced(ctx, "exchange request", e)
}

// traced counts and logs a round trip. Ids may stand in a log, so a path may; a query may not.
func (c *Connector) traced(ctx context.Context, what string, e transport.Exchange) {
	c.summaries.Request(ctx, e.ResourceUnits)
	ctxzap.Extract(ctx).Debug(what,
		zap.String("method", e.Method), zap.String("path", nameless(e.Path)), zap.Int("status", e.Status),
		zap.Duration("duration", e.Duration.Round(time.Millisecond)), zap.String("request_id", e.RequestID),
		zap.Duration("retry_after", e.RetryAfter), zap.Error(e.Err))
}

// nameless is a path without the principal names that may stand in the place of ids.
func nameless(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.Contains(s, "@") {
			segments[i] = "{userPrincipalName}"
		}
	}
	return strings.Join(segments, "/")
}

// Summaries is where the connector counts what it sends and leaves out.
func (c *Connector) Summaries() *connector.Summaries { return &c.summaries }

// SyncDone writes the summary of a sync that has finished.
func (c *Connector) SyncDone(ctx context.Context, summary connector.Summary) { summary.Log(ctx) }
