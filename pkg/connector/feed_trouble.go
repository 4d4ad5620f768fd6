package connector

import (
	"context"
	"sync"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// troubles are what the log has been told of why a feed cannot be read. A feed is asked again and again, so each
// kind is told once, until the feed works again. They decide nothing else.
type troubles struct {
	mu   sync.Mutex
	told map[codes.Code]bool
}

// tell warns of a failure, unless one of its kind was told already.
func (t *troubles) tell(ctx context.Context, feed, sentence string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kind := status.Code(Status(err))
	if t.told[kind] {
		return
	}
	if t.told == nil {
		t.told = map[codes.Code]bool{}
	}
	t.told[kind] = true
	ctxzap.Extract(ctx).Warn("the event feed tells of nothing for now: "+sentence, zap.String("event_feed", feed), zap.Error(err))
}

// over says that the feed works again, where it did not.
func (t *troubles) over(ctx context.Context, feed string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.told) == 0 {
		return
	}
	clear(t.told)
	ctxzap.Extract(ctx).Info("the event feed works again, and goes on where it was", zap.String("event_feed", feed))
}
