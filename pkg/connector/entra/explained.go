package entra

import (
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// explained is an error of a service that people are told of in one plain sentence. What the service said
// stays beneath it: it decides what happens next, and is in the audit line.
type explained struct {
	code     codes.Code
	sentence string
	cause    error
}

// explain puts a sentence in the place of an error.
func explain(code codes.Code, cause error, format string, args ...any) error {
	return &explained{code: code, sentence: fmt.Sprintf(format, args...), cause: cause}
}

// Error is the sentence alone.
func (e *explained) Error() string { return e.sentence }

// Unwrap returns what the service said.
func (e *explained) Unwrap() error { return e.cause }

// GRPCStatus is what the SDK acts on.
func (e *explained) GRPCStatus() *status.Status { return status.New(e.code, e.sentence) }

// lacking says what the application lacks where Graph refuses a deed ("remove …") without saying why; other errors
// stay as they are. A sentence that is there already is kept.
func lacking(err error, deed, permission string) error {
	var told *explained
	if !graph.Denied(err) || errors.As(err, &told) {
		return err
	}
	return explain(codes.PermissionDenied, err, "Microsoft Entra ID refused to %s: the application needs the permission %s", deed, permission)
}

// precondition refuses what cannot be done, whoever asks and however often, in one plain sentence.
func precondition(format string, args ...any) error {
	return status.Errorf(codes.FailedPrecondition, format, args...)
}
