package entra

import (
	"context"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// sent counts and logs a round trip to Graph.
func (c *Connector) sent(ctx context.Context, e transport.Exchange) {
	c.summaries.Sent(ctx, "graph request", e)
}

// sentToExchange counts and logs a round trip to Exchange.
func (c *Connector) sentToExchange(ctx context.Context, e transport.Exchange) {
	c.summaries.Sent(ctx, "exchange request", e)
}

// Summaries is where the connector counts what it sends and leaves out.
func (c *Connector) Summaries() *connector.Summaries { return &c.summaries }

// SyncDone writes the summary of a sync that has finished.
func (c *Connector) SyncDone(ctx context.Context, summary connector.Summary) { summary.Log(ctx) }
