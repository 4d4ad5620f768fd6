package connector

import (
	"context"
	"strings"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Sent counts and logs a round trip: what says of which service. Ids may stand in a log, so a path may; a query
// may not. It fits transport.Config.Trace, with the first argument bound.
func (s *Summaries) Sent(ctx context.Context, what string, e transport.Exchange) {
	s.Request(ctx, e.ResourceUnits)
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
