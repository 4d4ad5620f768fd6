package process

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestSentence(t *testing.T) {
	denied := status.Error(codes.PermissionDenied, "graph: list users: User.Read.All is missing")
	task := func(err error) error { return fmt.Errorf("runner: error processing task: %w", err) }
	cases := []struct {
		name string
		err  error
		want string
	}{
		{"plain", errors.New("a tenant is needed"), "a tenant is needed"},
		{"status", denied, "graph: list users: User.Read.All is missing"},
		{"status of the SDK", task(denied), "graph: list users: User.Read.All is missing"},
		{"status in a status", task(status.Error(codes.Unknown, "error: listing resources failed: "+denied.Error())),
			"graph: list users: User.Read.All is missing"},
		{"what somebody added stays", fmt.Errorf("sync of contoso: %w", denied),
			"sync of contoso: graph: list users: User.Read.All is missing"},
		{"unnamed code", status.Error(codes.Code(77), "odd"), "odd"},
		{"joined", errors.Join(task(denied), errors.New("error closing store: disk full")),
			"graph: list users: User.Read.All is missing; error closing store: disk full"},
		{"the same twice", errors.Join(denied, task(denied)), "graph: list users: User.Read.All is missing"},
		{"other workers were stopped", errors.Join(task(denied),
			fmt.Errorf("sync-grants-for-resource: error listing grants: ratelimit: error reporting: %w", status.Error(codes.Canceled, "context canceled")),
			context.Canceled), "graph: list users: User.Read.All is missing"},
		{"stopped and nothing else", errors.Join(task(context.Canceled), context.Canceled), "context canceled"},
		{"our own name", errors.New("baton-toy: graph: no route"), "graph: no route"},
		{"empty lines", errors.New("first\n\n  second\n"), "first; second"},
		{"a colon is no wrapping", errors.New("error 7: no"), "error 7: no"},
		{"a file that is not there", errors.New("failed to make configuration: failed to unmarshal config: 1 error(s) decoding:\n\n" +
			"* error decoding 'toy-file': cannot access file: no such file or directory"), "--toy-file: cannot access file: no such file or directory"},
		{"already told", &ending{code: 7}, ""},
	}
	for _, c := range cases {
		if got := sentence(toyName, c.err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestExitCode(t *testing.T) {
	cases := []struct {
		err  error
		want int
	}{
		{errors.New("plain"), 2},
		{status.Error(codes.PermissionDenied, ""), 7},
		{fmt.Errorf("wrapped: %w", status.Error(codes.Unauthenticated, "")), 16},
		{fmt.Errorf("wrapped: %w", context.Canceled), 1},
		{context.DeadlineExceeded, 4},
		{fmt.Errorf("wrapped: %w", saysOK{}), 13},
		{fmt.Errorf("wrapped: %w", &ending{code: 130}), 130},
	}
	for _, c := range cases {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: got %d, want %d", c.err, got, c.want)
		}
	}
	if got := signalCode(syscall.SIGTERM); got != 143 {
		t.Errorf("SIGTERM: got %d", got)
	}
}

// saysOK is an error that claims to be none.
type saysOK struct{}

func (saysOK) Error() string { return "fine" }

func (saysOK) GRPCStatus() *status.Status { return status.New(codes.OK, "fine") }
