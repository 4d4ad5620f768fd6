package connector

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
)

// answer is an API's error: a status, and a time from which asking again is of use.
type answer struct {
	status int
	retry  time.Time
}

func (a answer) Error() string      { return fmt.Sprintf("list users: %d", a.status) }
func (a answer) HTTPStatus() int    { return a.status }
func (a answer) RetryAt() time.Time { return a.retry }

// pause is an error of the transport: no answer, but a time.
type pause struct{ until time.Time }

func (pause) Error() string        { return "paused" }
func (p pause) RetryAt() time.Time { return p.until }

func TestStatus_HTTPTable(t *testing.T) {
	table := map[int]codes.Code{
		400: codes.InvalidArgument, 401: codes.Unauthenticated, 402: codes.InvalidArgument, 403: codes.PermissionDenied,
		404: codes.FailedPrecondition, 405: codes.InvalidArgument, 408: codes.DeadlineExceeded, 409: codes.Aborted,
		410: codes.FailedPrecondition, 412: codes.FailedPrecondition, 415: codes.InvalidArgument, 422: codes.InvalidArgument,
		423: codes.FailedPrecondition, 424: codes.InvalidArgument, 429: codes.Unavailable, 500: codes.Unavailable,
		501: codes.Unimplemented, 502: codes.Unavailable, 503: codes.Unavailable, 504: codes.Unavailable, 507: codes.Unavailable,
		302: codes.InvalidArgument,
	}
	for httpStatus, want := range table {
		if got := status.Code(Status(answer{status: httpStatus})); got != want {
			t.Errorf("%d is %v, want %v", httpStatus, got, want)
		}
	}
}

// TestStatus_NeverLosesRows goes through every status there can be: NotFound would skip rows, Unknown and
// ResourceExhausted would end a sync without saying why, OK would be a success.
func TestStatus_NeverLosesRows(t *testing.T) {
	for httpStatus := range 1000 {
		switch got := status.Code(Status(answer{status: httpStatus})); got {
		case codes.NotFound, codes.ResourceExhausted, codes.OK, codes.Unknown:
			t.Errorf("%d is %v", httpStatus, got)
		case codes.Unavailable, codes.DeadlineExceeded:
			if httpStatus != 408 && httpStatus != 429 && httpStatus < 500 {
				t.Errorf("%d is %v, which the SDK repeats for ever", httpStatus, got)
			}
		}
	}
}

func TestStatus_OfOtherErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want codes.Code
	}{
		"canceled":            {context.Canceled, codes.Canceled},
		"deadline":            {context.DeadlineExceeded, codes.DeadlineExceeded},
		"canceled in a URL":   {&url.Error{Op: "Get", URL: "https://x", Err: context.Canceled}, codes.Canceled},
		"deadline in a URL":   {&url.Error{Op: "Get", URL: "https://x", Err: context.DeadlineExceeded}, codes.DeadlineExceeded},
		"paused":              {pause{time.Now()}, codes.Unavailable},
		"no such host":        {&net.DNSError{Err: "no such host", Name: "x"}, codes.Unavailable},
		"refused":             {dialError(), codes.Unavailable},
		"reset":               {&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, codes.Unavailable},
		"bare reset":          {syscall.ECONNRESET, codes.Unavailable},
		"broken pipe":         {syscall.EPIPE, codes.Unavailable},
		"EOF":                 {io.EOF, codes.Unavailable},
		"cut off":             {io.ErrUnexpectedEOF, codes.Unavailable},
		"untrusted":           {untrusted(), codes.Internal},
		"anything else":       {errors.New("row 3 of the page has no id"), codes.Internal},
		"joined with another": {errors.Join(errors.New("x"), answer{status: 403}), codes.PermissionDenied},
	} {
		for form, err := range map[string]error{"": c.err, " wrapped": fmt.Errorf("list users: %w", c.err)} {
			got := Status(err)
			if s, ok := status.FromError(got); !ok || s.Code() != c.want || s.Message() != err.Error() {
				t.Errorf("%s%s: %v, want %v", name, form, got, c.want)
			}
		}
	}
}

func TestStatus_LeavesAStatusAndNothingAlone(t *testing.T) {
	if Status(nil) != nil {
		t.Error("no error became one")
	}
	for _, err := range []error{status.Error(codes.NotFound, "x"), fmt.Errorf("grants: %w", status.Error(codes.PermissionDenied, "y"))} {
		if got := Status(err); !errors.Is(got, err) || got.Error() != err.Error() {
			t.Errorf("%v became %v", err, got)
		}
	}
	once := Status(answer{status: 503})
	if again := Status(once); !errors.Is(again, once) || again.Error() != once.Error() {
		t.Error("a second pass changed the status")
	}
}

func TestStatus_TellsWhenToAskAgain(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 30, 0, time.UTC)
	for name, err := range map[string]error{
		"429": answer{429, at}, "503": answer{503, at}, "a pause": pause{at}, "wrapped": fmt.Errorf("list users: %w", answer{429, at}),
	} {
		limit := limitOf(t, Status(err))
		if limit == nil || limit.GetStatus() != v2.RateLimitDescription_STATUS_OVERLIMIT || !limit.GetResetAt().AsTime().Equal(at) {
			t.Errorf("%s: the detail is %v", name, limit)
		}
	}
	for name, err := range map[string]error{"429 without a time": answer{status: 429}, "403": answer{status: 403}, "no answer": io.EOF} {
		if limit := limitOf(t, Status(err)); limit != nil {
			t.Errorf("%s: the detail is %v", name, limit)
		}
	}
}

// limitOf finds the rate limit among the details of a status, as the SDK does.
func limitOf(t *testing.T, err error) *v2.RateLimitDescription {
	t.Helper()
	for _, detail := range status.Convert(err).Details() {
		if limit, ok := detail.(*v2.RateLimitDescription); ok {
			return limit
		}
	}
	return nil
}

func TestUnreachable(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"no such host": {&net.DNSError{Err: "no such host", Name: "x"}, true},
		"refused":      {fmt.Errorf("sign in: %w", dialError()), true},
		"no proxy":     {&net.OpError{Op: "proxyconnect", Net: "tcp", Err: dialError()}, true},
		"untrusted":    {fmt.Errorf("sign in: %w", untrusted()), true},
		"reset":        {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, false},
		"cut off":      {io.ErrUnexpectedEOF, false},
		"answered":     {answer{status: 503}, false},
		"nothing":      {nil, false},
	} {
		if got := Unreachable(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func dialError() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

func untrusted() error { return &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}} }
