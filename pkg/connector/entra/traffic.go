package entra

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// traffic counts the round trips to Graph. Ids may stand in a log, so a path may; a query may not.
type traffic struct {
	requests  atomic.Int64
	throttled atomic.Int64
	// milliUnits are thousandths of resource units, which can be fractions.
	milliUnits atomic.Int64
}

func (t *traffic) see(ctx context.Context, e transport.Exchange) {
	t.requests.Add(1)
	t.milliUnits.Add(int64(e.ResourceUnits * 1000))
	if e.Status == 429 {
		t.throttled.Add(1)
	}
	log := ctxzap.Extract(ctx)
	log.Debug("graph request",
		zap.String("method", e.Method), zap.String("path", e.Path), zap.Int("status", e.Status),
		zap.Duration("duration", e.Duration.Round(time.Millisecond)), zap.String("request_id", e.RequestID),
		zap.Duration("retry_after", e.RetryAfter), zap.Error(e.Err))
}

// take returns the counts so far as log fields and starts anew.
func (t *traffic) take() []zap.Field {
	return []zap.Field{
		zap.Int64("requests", t.requests.Swap(0)),
		zap.Float64("resource_units", float64(t.milliUnits.Swap(0))/1000),
		zap.Int64("throttled", t.throttled.Swap(0)),
	}
}

// SyncDone writes the summary of a sync that has finished: its traffic, and what was left out and why.
func (c *Connector) SyncDone(ctx context.Context, syncID string) {
	fields := c.traffic.take()
	left := 0
	for reason, n := range c.summaries.Take(syncID) {
		fields = append(fields, zap.Int("left out: "+reason, n))
		left += n
	}
	fields = append(fields, zap.Int("left_out", left))
	ctxzap.Extract(ctx).Info("sync summary", fields...)
}
