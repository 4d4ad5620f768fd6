package process

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// startup is an error as the SDK's main returns it.
func startup(err error) error { return fmt.Errorf("runner: startup Hello failed: %w", err) }

func TestIsAway(t *testing.T) {
	t.Parallel()
	token := func(text string) error { return status.Error(codes.Unauthenticated, "failed to get token: "+text) }
	cases := map[string]struct {
		err  error
		want bool
	}{
		"the dial took too long":    {startup(context.DeadlineExceeded), true},
		"gateway":                   {startup(token("502 Bad Gateway")), true},
		"unavailable":               {token("503 Service Unavailable"), true},
		"too many requests":         {token("429 Too Many Requests"), true},
		"no route":                  {startup(status.Error(codes.Unauthenticated, "transport: per-RPC creds failed due to error: dial tcp: no route to host")), true},
		"refused":                   {token("401 Unauthorized"), false},
		"unknown client":            {startup(token("400 Bad Request")), false},
		"wrong host":                {token("404 Not Found"), false},
		"hello refused":             {startup(status.Error(codes.PermissionDenied, "no such connector")), false},
		"bearer refused":            {startup(status.Error(codes.Unauthenticated, "bad token")), false},
		"the connector's own error": {status.Error(codes.Unavailable, "graph: no answer"), false},
		"another time-out":          {context.DeadlineExceeded, false},
		"settings":                  {errors.New("a tenant is needed"), false},
	}
	for name, c := range cases {
		if got := isAway(c.err); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestRefusal_IsOneSentenceOrTheErrorItself(t *testing.T) {
	t.Parallel()
	for _, code := range []codes.Code{codes.Unauthenticated, codes.PermissionDenied, codes.NotFound} {
		err := refusal(startup(status.Error(code, "no")), "acme.conductor.one")
		if exitCode(err) != 16 || !strings.Contains(err.Error(), "ConductorOne at acme.conductor.one refuses this client ("+code.String()+"): see that --client-id") {
			t.Errorf("%v: %d, %v", code, exitCode(err), err)
		}
	}
	for _, err := range []error{nil, errors.New("a tenant is needed"), status.Error(codes.NotFound, "graph: no such tenant"),
		startup(status.Error(codes.FailedPrecondition, "too old")), context.Canceled} {
		if got := refusal(err, "acme.conductor.one"); !errors.Is(got, err) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// What tells the SDK's errors apart is text.
func TestConductorOne_TheSDKsTextsAreAsExpected(t *testing.T) {
	provider := readSDK(t, "pkg/ugrpc/c1_credential_provider.go")
	for text, source := range map[string]string{
		`status.Errorf(codes.Unauthenticated, "failed to get token: %s", resp.Status)`: provider,
		`os.LookupEnv("` + c1HostVariable + `")`:                                       provider,
		`os.LookupEnv("BATON_HOST_ID")`:                                                readSDK(t, "pkg/tasks/c1api/service_client.go"),
		`l.Error("runner: error getting next task"`:                                    readSDK(t, "pkg/connectorrunner/runner.go"), // the README explains it
		startupText + `%w`: readSDK(t, "pkg/connectorrunner/runner.go"),
	} {
		if !strings.Contains(source, text) {
			t.Errorf("the SDK does not hold %s", text)
		}
	}
}

func TestClientHost(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{"calm-fox-1@acme.conductor.one/abc": "acme.conductor.one", "x@127.0.0.1:8443/local": "127.0.0.1:8443", "x": "", "": ""} {
		if got := clientHost(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

func TestBackoff_DoublesToAMinuteAndSpreads(t *testing.T) {
	t.Parallel()
	b := newBackoff()
	b.chance = func(most time.Duration) time.Duration { return most }
	longest := newBackoff()
	longest.chance = func(time.Duration) time.Duration { return 0 }
	for i, seconds := range []float64{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		want := time.Duration(seconds * float64(time.Second))
		if got := longest.next(); got != want {
			t.Errorf("at most %v after %d attempts, want %v", got, i+1, want)
		}
		if got := b.next(); got != want/2 {
			t.Errorf("at least %v after %d attempts, want %v", got, i+1, want/2)
		}
	}
	if b.attempts != 9 {
		t.Errorf("%d attempts", b.attempts)
	}
}
