package entra

import (
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
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

// precondition refuses what cannot be done, whoever asks and however often, in one plain sentence.
func precondition(format string, args ...any) error {
	return status.Errorf(codes.FailedPrecondition, format, args...)
}
