package process

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// What the SDK logs just before it does what only main may do.
const (
	// When a job is over, well or not, the SDK kills the connector, and the goroutine that waits for the connector calls
	// os.Exit(0). That races with main, which is about to say what went wrong: measured, 7 of 150 failed syncs exited 0
	// and said nothing.
	quitMessage = "connector service quit expectedly"
	// When the connector dies by itself the same goroutine calls os.Exit(1), and the working data stays behind.
	deathMessage = "connector service quit unexpectedly"
	// A grant that a stop broke off would be reported as failed for good. Without a word ConductorOne hands the task out
	// again, which is what a stopped service wants.
	brokenOffMessage = "c1_api_task_manager.finishTask(): finishing task with error"
	// A sync that a stop broke off would write its rows into a file first, which takes long and is of no use.
	failedSyncMessage = "failed to sync"
)

// What the SDK logs at the beginning and at either end of a task in service mode. It waits for none of its tasks when
// it ends.
const (
	gotTaskMessage    = "runner: got task"
	taskDoneMessage   = "runner: task processed"
	taskFailedMessage = "runner: error processing task"
)

// holdingCore stops a goroutine of the SDK at such a log line, and counts tasks. The SDK gives no other hold. It logs
// nothing.
type holdingCore struct {
	deaths   chan error      // told how the connector died; nil leaves that to the SDK
	stopping <-chan struct{} // closed when the process is about to end; nil never is
	counts   bool            // whether tasks run beside the SDK's main: a service's do, a one-shot job's does not
	tasks    atomic.Int64    // at work, if they are counted
	ended    chan struct{}   // told when one has ended
}

var _ zapcore.Core = (*holdingCore)(nil)

// hold puts the core in front of the logger in the context. The SDK makes that logger itself, after the settings are
// read, and it is the one that the SDK goes on to use, hence the change in place.
func (h *holdingCore) hold(ctx context.Context) {
	if h == nil {
		return
	}
	logger := ctxzap.Extract(ctx)
	*logger = *logger.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core {
		return zapcore.NewTee(h, core)
	}))
}

// Enabled reports whether messages of a level are looked at.
func (*holdingCore) Enabled(level zapcore.Level) bool {
	return level == zapcore.DebugLevel || level == zapcore.ErrorLevel
}

// With returns the core as it is.
func (h *holdingCore) With([]zapcore.Field) zapcore.Core { return h }

// Check picks the messages.
func (h *holdingCore) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	switch entry.Message {
	case quitMessage, deathMessage, brokenOffMessage, failedSyncMessage, gotTaskMessage, taskDoneMessage, taskFailedMessage:
		return checked.AddCore(entry, h)
	}
	return checked
}

// Write stands before the other cores, so that nothing is logged of what does not happen: it does not return where the
// SDK may not go on.
func (h *holdingCore) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	switch entry.Message {
	case quitMessage:
		select {}
	case deathMessage:
		if h.deaths != nil {
			h.deaths <- errorField(fields)
			select {}
		}
	case brokenOffMessage, failedSyncMessage:
		if h.stops() {
			h.end()
			select {}
		}
	case gotTaskMessage:
		if h.counts {
			h.tasks.Add(1)
		}
	case taskDoneMessage, taskFailedMessage:
		h.end()
	}
	return nil
}

// stops reports whether the process is about to end. What makes a task fail, a signal or the connector's death, may be
// noticed here before main notices it, hence the moment of patience.
func (h *holdingCore) stops() bool {
	if h.stopping == nil {
		return false
	}
	select {
	case <-h.stopping:
		return true
	case <-time.After(settle):
		return false
	}
}

func (h *holdingCore) end() {
	if !h.counts {
		return
	}
	h.tasks.Add(-1)
	select {
	case h.ended <- struct{}{}:
	default: // main has not come round to the last one yet
	}
}

// Sync has nothing to do.
func (*holdingCore) Sync() error { return nil }

// errorField is the error among the fields of a log line.
func errorField(fields []zapcore.Field) error {
	for _, f := range fields {
		if err, ok := f.Interface.(error); ok {
			return err
		}
	}
	return nil
}
