package entra

import (
	"context"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// However many calls a service makes of the connector, and whatever becomes of them, no goroutine is left of them. This
// test runs alone, since goroutines are those of the whole process.
func TestService_LeavesNoGoroutineBehind(t *testing.T) {
	o := writableTenant(22)
	o.Permissions = append(o.Permissions, "AuditLog.Read.All")
	d := openDesk(t, o)
	right := rightTo{d.group(nil), "members", connector.ResourceID(typeUser, d.users(1)[0])}
	d.someCalls(right)
	d.network.CloseIdleConnections() // which have goroutines, too
	before := runtime.NumGoroutine()
	const rounds, passing = 50, 10 // of what ends by itself, but not at once
	for range rounds {
		d.someCalls(right)
	}
	t.Run("and a sync", func(t *testing.T) { dumpOf(t, d.sim) })
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before+passing; <-time.After(10 * time.Millisecond) {
		d.network.CloseIdleConnections()
		if time.Now().After(deadline) {
			var all strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&all, 1)
			t.Fatalf("%d goroutines before, %d after %d rounds:\n%s", before, runtime.NumGoroutine(), rounds, all.String())
		}
	}
}

// someCalls are calls of most kinds, two of which fail and one of which is given up at once.
func (d *groupDesk) someCalls(right rightTo) {
	t := d.t
	t.Helper()
	ctx := t.Context()
	given, cancel := context.WithCancel(ctx)
	cancel()
	action := func(ctx context.Context, name string, args map[string]any) error {
		s, err := structpb.NewStruct(args)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.client.InvokeAction(ctx, v2.InvokeActionRequest_builder{Name: name, Args: s}.Build())
		return err
	}
	d.sim.ExpireTokens()
	d.sim.Fail(graphsim.Fault{PathContains: "/v1.0/groups", Kind: graphsim.Cut})
	for what, call := range map[string]struct {
		err  error
		want codes.Code
	}{
		"grant":           {second(d.grant(right)), codes.OK},
		"revoke":          {second(d.revoke(right)), codes.OK},
		"events":          {second(d.client.ListEvents(ctx, v2.ListEventsRequest_builder{EventFeedId: feedAudit}.Build())), codes.OK},
		"validate":        {second(d.client.Validate(ctx, &v2.ConnectorServiceValidateRequest{})), codes.OK},
		"an action":       {action(ctx, "check_upn", map[string]any{"proposed_upn": "new.one@contoso.com"}), codes.OK},
		"a wrong action":  {action(ctx, "launch_rocket", nil), codes.NotFound},
		"given up":        {action(given, "check_upn", map[string]any{"proposed_upn": "new.two@contoso.com"}), codes.Canceled},
		"a missing group": {second(d.grant(rightTo{"3f5e0b0a-0000-4000-8000-000000000000", "members", right.holder})), codes.FailedPrecondition},
	} {
		if got := status.Code(call.err); got != call.want {
			t.Errorf("%s: %v", what, call.err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
