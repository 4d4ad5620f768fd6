package connector

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
)

// answered is an error that carries the status of an HTTP answer.
type answered interface{ HTTPStatus() int }

// timed is an error that knows when it is worth asking again.
type timed interface{ RetryAt() time.Time }

// forgotten is an error that says that the service no longer knows the place where the next page begins.
type forgotten interface{ PageTokenExpired() bool }

// Status turns the error of an API client into the gRPC status that the SDK acts on. A status stays what
// it is. What may pass is Unavailable, which the SDK repeats for ever, with the time from which asking
// again is of use; what will not is anything else. It never gives NotFound, which the SDK takes as leave
// to skip rows, nor ResourceExhausted, which ends a sync.
func Status(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := status.FromError(err); ok {
		return err
	}
	s := status.New(codeOf(err), err.Error())
	if at := retryAt(err); !at.IsZero() {
		detailed, detailErr := s.WithDetails(v2.RateLimitDescription_builder{
			Status: v2.RateLimitDescription_STATUS_OVERLIMIT, ResetAt: timestamppb.New(at)}.Build())
		if detailErr == nil {
			s = detailed
		}
	}
	return s.Err()
}

func codeOf(err error) codes.Code {
	var a answered
	var t timed
	var network net.Error
	var f forgotten
	switch {
	case errors.As(err, &f) && f.PageTokenExpired():
		return codes.Aborted
	case errors.As(err, &a):
		return codeOfHTTP(a.HTTPStatus())
	case errors.Is(err, context.Canceled):
		return codes.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return codes.DeadlineExceeded
	case errors.As(err, &t), errors.As(err, &network), isCutOff(err):
		return codes.Unavailable
	}
	return codes.Internal
}

// codeOfHTTP is the table: HTTP status to gRPC code.
func codeOfHTTP(httpStatus int) codes.Code {
	switch httpStatus {
	case http.StatusUnauthorized:
		return codes.Unauthenticated
	case http.StatusForbidden:
		return codes.PermissionDenied
	case http.StatusNotFound, http.StatusGone, http.StatusPreconditionFailed, http.StatusLocked:
		return codes.FailedPrecondition
	case http.StatusRequestTimeout:
		return codes.DeadlineExceeded
	case http.StatusConflict:
		return codes.Aborted
	case http.StatusTooManyRequests:
		return codes.Unavailable
	case http.StatusNotImplemented:
		return codes.Unimplemented
	}
	if httpStatus >= 500 {
		return codes.Unavailable
	}
	return codes.InvalidArgument
}

func retryAt(err error) time.Time {
	var t timed
	if errors.As(err, &t) {
		return t.RetryAt()
	}
	return time.Time{}
}
