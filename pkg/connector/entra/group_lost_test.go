package entra

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	lines "go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// groupFaults strike any request: before it does anything, or after.
func groupFaults() []graphsim.Fault {
	return []graphsim.Fault{
		{Kind: graphsim.AnswerLost}, {Kind: graphsim.AnswerLost, Status: http.StatusGatewayTimeout}, {Kind: graphsim.AnswerLost, Status: http.StatusInternalServerError},
		{Kind: graphsim.Drop}, {Kind: graphsim.Cut}, {Kind: graphsim.HTMLBody, Status: http.StatusBadGateway},
		{Status: http.StatusServiceUnavailable}, {Status: http.StatusTooManyRequests, RetryAfter: "1"},
	}
}

// directly asks the syncer itself, and once more where it says that this may help, as the SDK does after a wait.
func (d *groupDesk) directly(do func(context.Context) error) (tries int, err error) {
	for tries = 1; ; tries++ {
		if err = do(d.t.Context()); status.Code(err) != codes.Unavailable || tries == 3 {
			return tries, err
		}
	}
}

// change grants or revokes without gRPC, where the SDK would wait for a quarter of a minute.
func (d *groupDesk) change(r rightTo, add bool) (int, error) {
	s := &groupSyncer{d.c}
	return d.directly(func(ctx context.Context) error {
		if add {
			_, _, err := s.Grant(ctx, r.principal(), r.entitlement())
			return err
		}
		_, err := s.Revoke(ctx, r.row())
		return err
	})
}

// sweep strikes each request of a change in turn, with each fault, and checks that the change is made in the end.
func (d *groupDesk) sweep(r rightTo, paths string, faults []graphsim.Fault) {
	t := d.t
	t.Helper()
	for _, add := range []bool{true, false} {
		for _, f := range faults {
			requests := 1
			for skip := 0; skip < requests; skip++ {
				d.prepare(r, !add)
				f.PathContains, f.Skip = paths, skip
				d.sim.ClearFaults()
				d.sim.ResetHistory()
				d.sim.Fail(f)
				tries, err := d.change(r, add)
				d.sim.ClearFaults()
				name := fmt.Sprintf("%s, grant %v, %+v", r.slug, add, f)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if got := slices.Contains(d.linked(r.group, r.slug), r.holder.GetResource()); got != add {
					t.Errorf("%s: it is there: %v", name, got)
				}
				requests = max(requests, d.requestsTo(paths)-1)
				succeeded := 0
				writes := d.writes()
				for _, w := range writes {
					if w.Status == http.StatusNoContent || w.Status == http.StatusOK {
						succeeded++
					}
				}
				if lost := f.Kind == graphsim.AnswerLost; succeeded > 1 || lost && (len(writes) != 1 || tries != 1) {
					t.Errorf("%s: %d tries, writes %+v", name, tries, writes)
				}
			}
		}
	}
}

func (d *groupDesk) requestsTo(paths string) int {
	n := 0
	for _, r := range d.sim.History() {
		if strings.Contains(r.Path, paths) {
			n++
		}
	}
	return n
}

// prepare makes the directory such that a change changes something.
func (d *groupDesk) prepare(r rightTo, there bool) {
	d.t.Helper()
	tenant := d.sim.Tenant()
	add, remove := tenant.AddMember, tenant.RemoveMember
	if r.slug == slugOwners {
		add, remove = tenant.AddOwner, tenant.RemoveOwner
	}
	if slices.Contains(d.linked(r.group, r.slug), r.holder.GetResource()) == there {
		return
	}
	do := remove
	if there {
		do = add
	}
	if err := do(r.group, r.holder.GetResource()); err != nil {
		d.t.Fatal(err)
	}
}

func TestE04_AnswersLostAtAnyRequestEndRight(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(25))
	group, users := d.group(nil), d.users(2)
	if err := d.sim.Tenant().AddOwner(group, users[1]); err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{slugMembers, slugOwners} {
		d.sweep(rightTo{group, slug, connector.ResourceID(typeUser, users[0])}, "/v1.0/", groupFaults())
	}
}

// A hidden membership reads as empty, so that nothing follows from not finding somebody in it.
func TestE04_ALostRevokeFromAHiddenGroupIsNotBelieved(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(25))
	properties := microsoft365()
	properties["visibility"] = "HiddenMembership"
	r := rightTo{d.group(properties), slugMembers, connector.ResourceID(typeUser, d.users(1)[0])}
	for _, f := range []graphsim.Fault{{Status: 503}, {Kind: graphsim.AnswerLost}} {
		d.prepare(r, true)
		f.Method = http.MethodDelete
		d.sim.Fail(f)
		tries, err := d.change(r, false)
		if err != nil || tries != 2 || len(d.linked(r.group, slugMembers)) != 0 {
			t.Errorf("%+v: %d tries, %v, members %v", f, tries, err, d.linked(r.group, slugMembers))
		}
	}
}

// TestE04_EachWriteLeavesOneAuditLine: ids and outcomes, and no names.
func TestE04_EachWriteLeavesOneAuditLine(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(26))
	core, logs := lines.New(zapcore.InfoLevel)
	ctx := ctxzap.ToContext(t.Context(), zap.New(core))
	group, user := d.group(nil), d.users(1)[0]
	r, s := rightTo{group, slugMembers, connector.ResourceID(typeUser, user)}, &groupSyncer{d.c}
	grant := func() { _, _, _ = s.Grant(ctx, r.principal(), r.entitlement()) }
	revoke := func() { _, _ = s.Revoke(ctx, r.row()) }
	d.sim.Fail(graphsim.Fault{Method: http.MethodDelete, Status: 403, Code: "Authorization_RequestDenied"})
	for _, step := range []struct {
		do              func()
		action, outcome string
	}{{grant, "add group member", "done"}, {grant, "add group member", "was so already"}, {revoke, "remove group member", "failed"},
		{revoke, "remove group member", "done"}, {revoke, "remove group member", "was so already"}} {
		step.do()
		written := logs.FilterMessage("directory change").All()
		logs.TakeAll()
		if len(written) != 1 {
			t.Fatalf("%s: %d audit lines", step.action, len(written))
		}
		fields := written[0].ContextMap()
		targets := fmt.Sprint(fields["targets"])
		if fields["action"] != step.action || fields["outcome"] != step.outcome || !strings.Contains(targets, group) || !strings.Contains(targets, user) || fields["request_id"] == "" {
			t.Errorf("want %s %s: %v", step.action, step.outcome, fields)
		}
	}
}
