package entra

import "context"

// Close ends the requests that were sent ahead of time for syncs. The SDK calls it once nobody uses the connector any more.
func (c *Connector) Close(ctx context.Context) error {
	if c.graph == nil {
		return nil // it only tells what it can do
	}
	return c.graph.Close(ctx)
}
