package onelogin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// faults are what can happen to a request and its answer.
func writeFaults() []oneloginsim.Fault {
	return []oneloginsim.Fault{
		{Status: http.StatusInternalServerError}, {Status: http.StatusTooManyRequests, Reset: "1"}, {Kind: oneloginsim.HTMLBody, Status: http.StatusBadGateway},
		{Kind: oneloginsim.Drop}, {Kind: oneloginsim.Cut}, {Kind: oneloginsim.AnswerLost}, {Kind: oneloginsim.AnswerLost, Status: http.StatusGatewayTimeout},
		{Kind: oneloginsim.ExpireTokens},
	}
}

// Whatever happens to any one request of an operation: it succeeds, or it fails so that asking again is of use and does
// it. Nothing is written twice that was written once.
func TestO06_AnyOneFaultIsSurvivedByEveryWrite(t *testing.T) {
	t.Parallel()
	names := openWriting(t, 60, nil, nil).operations()
	for i, op := range names {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			d := openWriting(t, 61, nil, nil)
			op := d.operations()[i]
			if strings.HasPrefix(op.name, "revoke") {
				op.undo()
			}
			d.sim.ResetHistory()
			if err := op.do(t.Context()); err != nil || !op.done() {
				t.Fatalf("without a fault: %v, done: %v", err, op.done())
			}
			requests, writes := len(d.sim.History()), len(d.sim.Writes())
			for at := range requests {
				for _, fault := range writeFaults() {
					op.undo()
					d.survives(op, fault, at, writes)
				}
			}
		})
	}
}

// survives does an operation with a fault at one of its requests.
func (d *writeDesk) survives(op operation, fault oneloginsim.Fault, at, writes int) {
	d.t.Helper()
	fault.Skip = at
	d.sim.ResetHistory()
	d.sim.Fail(fault)
	err := op.do(d.t.Context())
	d.sim.ClearFaults()
	if err != nil {
		if code := status.Code(err); code != codes.Unavailable && code != codes.DeadlineExceeded {
			d.t.Errorf("seed %d: %s with %+v: %v", d.seedOf(), op.name, fault, err)
		}
		if err := op.do(d.t.Context()); err != nil {
			d.t.Errorf("seed %d: %s with %+v, once more: %v", d.seedOf(), op.name, fault, err)
		}
	}
	if !op.done() {
		d.t.Errorf("seed %d: %s with %+v: it is not done (first: %v)", d.seedOf(), op.name, fault, err)
	}
	if n := len(d.sim.Writes()); (n < writes || n > writes+op.again) && !op.unseen {
		d.t.Errorf("seed %d: %s with %+v: %d writes, want %d: %+v", d.seedOf(), op.name, fault, n, writes, d.sim.Writes())
	}
}

// An operation ends with its context, and says nothing that is not so.
func TestWrites_EndWithTheirContext(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 62, nil, nil)
	for _, op := range d.operations() {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		err := op.do(ctx)
		if err == nil && !strings.HasPrefix(op.name, "revoke") {
			t.Errorf("%s succeeds with a context that has ended", op.name)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", op.name, took)
		}
	}
	d.wrote("with a context that has ended", 0)
}

// Each scope that is too small is refused with the name of the one that is needed, and nothing is written; the one that
// is named is enough. The second version answers in either of two ways.
func TestO01_ScopesOfWrites(t *testing.T) {
	for _, answer := range []int{http.StatusForbidden, http.StatusUnauthorized} {
		t.Run(http.StatusText(answer), func(t *testing.T) {
			t.Parallel()
			d := openWriting(t, 63, func(o *oneloginsim.Options) { o.ScopeStatus = answer }, nil)
			for _, op := range d.operations() {
				if strings.HasPrefix(op.name, "revoke") {
					op.undo()
				}
				d.takesItsScope(op)
			}
		})
	}
}

// takesItsScope does an operation with a credential of each scope.
func (d *writeDesk) takesItsScope(op operation) {
	d.t.Helper()
	defer d.sim.SetScope(scopeManageAll)
	enough := map[string][]string{scopeManageUsers: {scopeManageUsers, scopeManageAll}, scopeManageAll: {scopeManageAll}}
	for _, scope := range []string{scopeReadUsers, scopeReadAll, scopeManageUsers, scopeManageAll} {
		d.sim.SetScope(scope)
		d.sim.ExpireTokens()
		d.sim.ResetHistory()
		err := op.do(d.t.Context())
		if slices.Contains(enough[op.scope], scope) {
			if err != nil || !op.done() {
				d.t.Errorf("%s with %s: %v", op.name, scope, err)
			}
			d.sim.SetScope(scopeManageAll)
			op.undo()
			continue
		}
		// An action's error has its code in its text alone.
		if err == nil || status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), "needs the scope "+op.scope) {
			d.t.Errorf("%s with %s: %v", op.name, scope, err)
		}
		d.wrote(op.name+" with "+scope, 0)
	}
}
