package entra

import (
	"context"
	"errors"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// change is one write to the directory.
type change struct {
	// action names it in the audit line: "add group member".
	action string
	// targets are the ids that it touches, by what they are: never names.
	targets map[string]string
	// write sends it, once.
	write func(context.Context) (graph.Receipt, error)
	// already says of a refusal that the directory is as the write wants it; nil where none says that.
	already func(error) bool
	// holds reads whether the directory is as the write wants it. It is asked only where the answer to the
	// write was lost.
	holds func(context.Context) (bool, error)
}

// outcome is what became of a change.
type outcome string

const (
	done      outcome = "done"
	unchanged outcome = "was so already"
	failed    outcome = "failed"
	// unknown may be done: the answer was lost, and reading did not say.
	unknown outcome = "not known"
	// recovered is done, though the answer was lost.
	recovered outcome = "done, found out by reading"
)

// apply makes a change and writes the audit line. An answer that was lost is found out by reading; where the
// change turns out not to have happened, or that cannot be found out, the error is one that may be tried again.
func (c *Connector) apply(ctx context.Context, ch change) (outcome, error) {
	receipt, err := ch.write(ctx)
	answer, result := err, failed
	switch {
	case err == nil:
		result = done
	case ch.already != nil && ch.already(err):
		result, err = unchanged, nil
	case graph.Unclear(err):
		result, err = c.findOut(ctx, ch, err)
	case errors.Is(err, context.Canceled):
		result = unknown
	}
	ch.audit(ctx, result, receipt, answer)
	return result, connector.Status(err)
}

// Reads of what was just written may come from a replica that does not know of it yet, so one that finds
// nothing is repeated a few times.
const (
	looks      = 5
	firstPause = time.Second
)

func (c *Connector) findOut(ctx context.Context, ch change, lost error) (outcome, error) {
	pause := firstPause
	for look := 1; ; look++ {
		holds, err := ch.holds(ctx)
		switch {
		case err != nil:
			return unknown, errors.Join(lost, err)
		case holds:
			return recovered, nil
		case look == looks:
			return failed, lost
		}
		if err := c.clock.Sleep(ctx, pause); err != nil {
			return unknown, errors.Join(lost, err)
		}
		pause *= 2
	}
}

// why is what a log may hold of an error: Graph's own text can quote the names that it refuses.
func why(err error) zap.Field {
	var refused refusal
	if !errors.As(err, &refused) {
		return zap.Stringer("error", status.Code(connector.Status(err)))
	}
	code, requestID := refused.Refusal()
	return zap.Dict("refusal", zap.Int("status", refused.HTTPStatus()), zap.String("code", code), zap.String("request_id", requestID))
}

// refusal is an answer that is not a success, of Graph or of Exchange.
type refusal interface {
	HTTPStatus() int
	Refusal() (code, requestID string)
}

// audit writes the one line that each write leaves: what was done to which objects, and what came of it. The
// error is the answer to the write, whatever was made of it.
func (ch change) audit(ctx context.Context, result outcome, receipt graph.Receipt, err error) {
	fields := []zap.Field{zap.String("action", ch.action), zap.Any("targets", ch.targets), zap.String("outcome", string(result))}
	id := receipt.RequestID
	var refused refusal
	if errors.As(err, &refused) {
		var code string
		code, id = refused.Refusal()
		fields = append(fields, zap.Int("status", refused.HTTPStatus()), zap.String("code", code))
	}
	ctxzap.Extract(ctx).Info("directory change", append(fields, zap.String("request_id", id))...)
}
