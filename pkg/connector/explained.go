package connector

import (
	"errors"
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

// Explain puts a sentence in the place of an error, which stays beneath it. The code is the gRPC status.
func Explain(code codes.Code, cause error, format string, args ...any) error {
	return &explained{code: code, sentence: fmt.Sprintf(format, args...), cause: cause}
}

// Error is the sentence alone.
func (e *explained) Error() string { return e.sentence }

// Unwrap returns what the service said.
func (e *explained) Unwrap() error { return e.cause }

// GRPCStatus is what the SDK acts on.
func (e *explained) GRPCStatus() *status.Status { return status.New(e.code, e.sentence) }

// Precondition refuses what cannot be done, whoever asks and however often, in one plain sentence.
func Precondition(format string, args ...any) error {
	return status.Errorf(codes.FailedPrecondition, format, args...)
}

// Malformed refuses what somebody asked for: name is what it is about, why what is wrong with it.
func Malformed(name, why string) error {
	return status.Errorf(codes.InvalidArgument, "%s %s", name, why)
}

// Explained says whether an error has been put into a sentence already.
func Explained(err error) bool {
	var e *explained
	return errors.As(err, &e)
}

// told puts the code of an error into its text: of an action that failed, the SDK hands on the text alone.
func told(err error) error {
	err = Status(err)
	var plain *explained
	if errors.As(err, &plain) {
		return Explain(plain.code, err, "%s: %s", plain.code, err)
	}
	s := status.Convert(err)
	return Explain(s.Code(), err, "%s: %s", s.Code(), s.Message())
}
