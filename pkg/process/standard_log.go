package process

import (
	"context"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
)

// joinLogs sends what libraries write to the standard library's log, such as pebble where it expands grants, to the
// logger in the context: a line of another form would break a log that machines read.
func joinLogs(ctx context.Context) {
	_ = zap.RedirectStdLog(ctxzap.Extract(ctx)) // what it returns undoes it, which is never wanted
}
