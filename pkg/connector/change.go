package connector

import (
	"context"
	"errors"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Change is one write to a directory.
type Change struct {
	// Action names it in the audit line: "add group member".
	Action string
	// Targets are the ids that it touches, by what they are: never names.
	Targets map[string]string
	// Write sends it, once, and returns the service's id of the request, "" where it gives none.
	Write func(context.Context) (requestID string, err error)
	// Already says of a refusal that the directory is as the write wants it; nil where none says that.
	Already func(error) bool
	// Holds reads whether the directory is as the write wants it. It is asked only where the answer to the
	// write was lost.
	Holds func(context.Context) (bool, error)
}

// Outcome is what became of a change.
type Outcome string

// The outcomes of a change.
const (
	Done      Outcome = "done"
	Unchanged Outcome = "was so already"
	Failed    Outcome = "failed"
	// Unknown may be done: the answer was lost, and reading did not say.
	Unknown Outcome = "not known"
	// Recovered is done, though the answer was lost.
	Recovered Outcome = "done, found out by reading"
)

// Writer makes changes to one directory.
type Writer struct {
	// Unclear says whether a write that failed may have happened all the same.
	Unclear func(error) bool
	// Clock waits between reads that are to find out.
	Clock transport.Clock
}

// Apply makes a change and writes the audit line. An answer that was lost is found out by reading; where the
// change turns out not to have happened, or that cannot be found out, the error is one that may be tried again.
func (w Writer) Apply(ctx context.Context, ch Change) (Outcome, error) {
	requestID, err := ch.Write(ctx)
	answer, result := err, Failed
	switch {
	case err == nil:
		result = Done
	case ch.Already != nil && ch.Already(err):
		result, err = Unchanged, nil
	case w.Unclear(err):
		result, err = w.findOut(ctx, ch, err)
	case errors.Is(err, context.Canceled):
		result = Unknown
	}
	ch.Audit(ctx, result, requestID, answer)
	return result, Status(err)
}

// Reads of what was just written may come from a replica that does not know of it yet, so one that finds
// nothing is repeated: Looks times in all, the pauses doubling from FirstPause on.
const (
	Looks      = 5
	FirstPause = time.Second
)

func (w Writer) findOut(ctx context.Context, ch Change, lost error) (Outcome, error) {
	pause := FirstPause
	for look := 1; ; look++ {
		holds, err := ch.Holds(ctx)
		switch {
		case err != nil:
			return Unknown, errors.Join(lost, err)
		case holds:
			return Recovered, nil
		case look == Looks:
			return Failed, lost
		}
		if err := w.Clock.Sleep(ctx, pause); err != nil {
			return Unknown, errors.Join(lost, err)
		}
		pause *= 2
	}
}

// Why is what a log may hold of an error: a service's own text can quote the names that it refuses.
func Why(err error) zap.Field {
	var refused Refusal
	if !errors.As(err, &refused) {
		return zap.Stringer("error", status.Code(Status(err)))
	}
	code, requestID := refused.Refusal()
	return zap.Dict("refusal", zap.Int("status", refused.HTTPStatus()), zap.String("code", code), zap.String("request_id", requestID))
}

// Refusal is an answer of a service that is not a success.
type Refusal interface {
	HTTPStatus() int
	Refusal() (code, requestID string)
}

// Audit writes the one line that each write leaves: what was done to which objects, and what came of it. The
// error is the answer to the write, whatever was made of it.
func (ch Change) Audit(ctx context.Context, result Outcome, requestID string, err error) {
	fields := []zap.Field{zap.String("action", ch.Action), zap.Any("targets", ch.Targets), zap.String("outcome", string(result))}
	var refused Refusal
	if errors.As(err, &refused) {
		var code string
		code, requestID = refused.Refusal()
		fields = append(fields, zap.Int("status", refused.HTTPStatus()), zap.String("code", code))
	}
	ctxzap.Extract(ctx).Info("directory change", append(fields, zap.String("request_id", requestID))...)
}
