package process

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

func TestHoldingCore_WaitsForMessagesOfTheSDK(t *testing.T) {
	wrapper, runner := readSDK(t, "internal/connector/connector.go"), readSDK(t, "pkg/connectorrunner/runner.go")
	for text, source := range map[string]string{
		`l.Debug("` + quitMessage + `"`:       wrapper,
		`l.Error("` + deathMessage + `"`:      wrapper,
		`l.Error("` + brokenOffMessage + `"`:  readSDK(t, "pkg/tasks/c1api/manager.go"),
		`l.Error("` + failedSyncMessage + `"`: readSDK(t, "pkg/tasks/c1api/full_sync.go"),
		`l.Debug("` + gotTaskMessage + `"`:    runner,
		`l.Debug("` + taskDoneMessage + `"`:   runner,
		`l.Error("` + taskFailedMessage + `"`: runner,
	} {
		if !strings.Contains(source, text) {
			t.Errorf("the SDK does not say %s", text)
		}
	}
}

// held reports whether the core keeps who logs a message for so long.
func held(h *holdingCore, message string, long time.Duration) bool {
	returned := make(chan struct{})
	go func() {
		_ = h.Write(zapcore.Entry{Message: message}, nil)
		close(returned)
	}()
	select {
	case <-returned:
		return false
	case <-time.After(long):
		return true
	}
}

func TestHoldingCore_HoldsWhatMayNotGoOn(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	close(stopping)
	worker, service := &holdingCore{}, &holdingCore{deaths: make(chan error, 1), stopping: make(chan struct{})}
	stopped := &holdingCore{stopping: stopping}
	for _, c := range []struct {
		name    string
		core    *holdingCore
		message string
		want    bool
	}{
		{"a worker", worker, quitMessage, true}, {"a worker", worker, deathMessage, false}, {"a worker", worker, brokenOffMessage, false},
		{"a service", service, quitMessage, true}, {"a service", service, deathMessage, true},
		{"a service", service, brokenOffMessage, false}, {"a service", service, failedSyncMessage, false},
		{"one that stops", stopped, brokenOffMessage, true}, {"one that stops", stopped, failedSyncMessage, true},
		{"one that stops", stopped, taskDoneMessage, false},
	} {
		t.Run(c.name+", "+c.message, func(t *testing.T) {
			t.Parallel()
			long := 2 * settle
			if !c.want {
				long = patience // who may go on may take its time
			}
			if got := held(c.core, c.message, long); got != c.want {
				t.Errorf("held: %v, want %v", got, c.want)
			}
		})
	}
}

func TestHoldingCore_TellsOfADeathAndNeverReturns(t *testing.T) {
	t.Parallel()
	core, logged := observer.New(zap.InfoLevel)
	ctx := ctxzap.ToContext(t.Context(), zap.New(core))
	h := &holdingCore{deaths: make(chan error)}
	h.hold(ctx)
	returned := make(chan struct{})
	go func() {
		ctxzap.Extract(ctx).With(zap.Int("task", 1)).Error(deathMessage, zap.Error(errors.New("signal: killed")))
		close(returned)
	}()
	select {
	case how := <-h.deaths:
		if how == nil || how.Error() != "signal: killed" {
			t.Errorf("told of %v", how)
		}
	case <-time.After(patience):
		t.Fatal("nothing was told")
	}
	select {
	case <-returned:
		t.Error("it returned")
	default:
	}
	ctxzap.Extract(ctx).Info("something else")
	if logged.Len() != 1 || logged.All()[0].Message != "something else" {
		t.Errorf("logged %v", logged.All())
	}
}
