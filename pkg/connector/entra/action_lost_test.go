package entra

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	logs "go.uber.org/zap/zaptest/observer"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// deed is an action with what has to be so before and after it.
type deed struct {
	name string
	// prepare makes the tenant ready, and returns the arguments, and what says whether all is as it has to be.
	prepare func(d *actionDesk) (args map[string]any, done func() bool)
}

// deedOn is a deed to one ordinary user.
func deedOn(name string, prepare func(d *actionDesk, user string, args map[string]any) (done func(*graphsim.Record) bool)) deed {
	return deed{name, func(d *actionDesk) (map[string]any, func() bool) {
		user := d.members(1)[0]
		args := map[string]any{"user_id": user}
		done := prepare(d, user, args)
		return args, func() bool { r := d.record(user); return r != nil && done(r) }
	}}
}

func deeds() []deed {
	return []deed{
		deedOn("disable_user", func(*actionDesk, string, map[string]any) func(*graphsim.Record) bool {
			return func(r *graphsim.Record) bool { return r.Get("accountEnabled") == false }
		}),
		deedOn("enable_user", func(d *actionDesk, user string, _ map[string]any) func(*graphsim.Record) bool {
			if err := d.sim.Tenant().Update(user, map[string]any{"accountEnabled": false}); err != nil {
				d.t.Fatal(err)
			}
			return func(r *graphsim.Record) bool { return r.Get("accountEnabled") == true }
		}),
		deedOn("update_user", func(_ *actionDesk, _ string, args map[string]any) func(*graphsim.Record) bool {
			args["user_profile"] = `{"city":"Oslo","department":null,"otherMails":["x@example.org"],"onPremisesExtensionAttributes":{"extensionAttribute9":"nine"}}`
			return func(r *graphsim.Record) bool { return r.Text("city") == "Oslo" && r.Text("department") == "" }
		}),
		deedOn("update_profile", func(_ *actionDesk, _ string, args map[string]any) func(*graphsim.Record) bool {
			args["jobTitle"], args["extensionAttribute9"] = "Seller", "nine"
			return func(r *graphsim.Record) bool { return r.Text("jobTitle") == "Seller" }
		}),
		deedOn("set_manager", func(d *actionDesk, _ string, args map[string]any) func(*graphsim.Record) bool {
			manager := d.members(3)[2]
			args["manager_identifier"] = d.record(manager).Text("userPrincipalName")
			return func(r *graphsim.Record) bool { return d.managerOf(r.ID()) == manager }
		}),
		deedOn("set_manager", func(d *actionDesk, user string, args map[string]any) func(*graphsim.Record) bool {
			if err := d.sim.Tenant().SetManager(user, d.members(3)[2]); err != nil {
				d.t.Fatal(err)
			}
			args["manager_identifier"] = ""
			return func(r *graphsim.Record) bool { return d.managerOf(r.ID()) == "" }
		}),
		deedOn("revoke_sessions", func(*actionDesk, string, map[string]any) func(*graphsim.Record) bool {
			return func(r *graphsim.Record) bool { return r.Text("signInSessionsValidFromDateTime") != "" }
		}),
		deedOn("revoke_mfa", func(d *actionDesk, user string, _ map[string]any) func(*graphsim.Record) bool {
			d.withMethods(user, methodTypes()[:3]...)
			return func(*graphsim.Record) bool { return len(d.sim.Tenant().AuthMethods(user)) == 1 }
		}),
		deedOn("restore_user", func(d *actionDesk, user string, _ map[string]any) func(*graphsim.Record) bool {
			d.deleteUser(user)
			return func(*graphsim.Record) bool { return true }
		}),
		{"create_group", func(d *actionDesk) (map[string]any, func() bool) {
			users := d.members(25)
			args := map[string]any{"displayName": "Zz Swept", "group_type": "microsoft_365", "owner": resourceArg(typeUser, users[0]), "userMembers": memberArgs(users[1:])}
			return args, func() bool { return d.onlyGroup("Zz Swept", 1, 24) }
		}},
		{"create_group", func(d *actionDesk) (map[string]any, func() bool) {
			return map[string]any{"displayName": "Zz Swept", "group_type": "security"}, func() bool { return d.onlyGroup("Zz Swept", 0, 0) }
		}},
	}
}

// managerOf is the manager that the tenant has of a user.
func (d *actionDesk) managerOf(userID string) string {
	u, err := d.connector().graph.GetUser(context.Background(), userID)
	if err != nil || u.Manager == nil {
		return ""
	}
	return u.Manager.ID
}

// onlyGroup says whether there is one group of that name, with so many owners and members.
func (d *actionDesk) onlyGroup(name string, owners, members int) bool {
	n := 0
	for _, g := range d.sim.Census().Groups {
		if g.Text("displayName") != name {
			continue
		}
		if n++; len(g.Owners) != owners || len(g.Members) != members {
			return false
		}
	}
	return n == 1
}

func sweptTenant(o *graphsim.Options) { o.Users, o.Groups = 100, 4 }

// TestActions_EndRightWhereverAnAnswerIsLost strikes each request of each action with each fault. Where the write
// had happened, it is found out by reading; where not, the same action again does it. Nothing is done twice.
func TestActions_EndRightWhereverAnAnswerIsLost(t *testing.T) {
	t.Parallel()
	lost := []graphsim.Fault{{Kind: graphsim.AnswerLost}, {Kind: graphsim.AnswerLost, Status: http.StatusGatewayTimeout}, {Kind: graphsim.Cut}}
	before := []graphsim.Fault{{Kind: graphsim.Drop}, {Status: http.StatusServiceUnavailable}, {Status: http.StatusTooManyRequests, RetryAfter: "1"}}
	for i, deed := range deeds() {
		t.Run(fmt.Sprintf("%s %d", deed.name, i), func(t *testing.T) {
			t.Parallel()
			clean := openActions(t, 110, sweptTenant)
			args, done := deed.prepare(clean)
			clean.sim.ResetHistory()
			if clean.do(deed.name, args); !done() {
				t.Fatal("without a fault it is not done")
			}
			requests := graphRequests(clean.sim)
			for at := range requests {
				for _, f := range lost {
					struck(t, deed, f, at, 1)
				}
				for _, f := range before {
					struck(t, deed, f, at, 2)
				}
			}
		})
	}
}

// struck does a deed with a fault at one of its requests, and again where it fails, so many times at the most.
func struck(t *testing.T, deed deed, f graphsim.Fault, at, tries int) {
	t.Helper()
	d := openActions(t, 110, sweptTenant)
	defer func() { _ = d.sim.Close() }()
	args, done := deed.prepare(d)
	d.sim.ResetHistory()
	f.PathContains, f.Skip = "/v1.0/", at
	d.sim.Fail(f)
	for try := 1; ; try++ {
		result, failure := d.invoke(deed.name, args)
		if failure == "" && result["success"] == true {
			break
		}
		if try == tries {
			t.Errorf("%+v: try %d: %v %s", f, try, result, failure)
			return
		}
	}
	if !done() {
		t.Errorf("%+v: it is not done", f)
	}
}

// Where reads come from replicas that know of a change only later, all ends as it has to.
func TestActions_WaitOutReplication(t *testing.T) {
	t.Parallel()
	for i, deed := range deeds() {
		t.Run(fmt.Sprintf("%s %d", deed.name, i), func(t *testing.T) {
			t.Parallel()
			d := openActions(t, 111, func(o *graphsim.Options) {
				sweptTenant(o)
				o.ReplicationDelay, o.MethodLag = 4*time.Second, 4*time.Second
			})
			args, done := deed.prepare(d)
			d.clock.Pass(time.Minute)
			d.do(deed.name, args)
			d.clock.Pass(time.Minute)
			if !done() {
				t.Error("it is not done")
			}
		})
	}
}

// Each write leaves a line with its action, its targets and Graph's request id, and no name of anybody.
func TestActions_LeaveAnAuditLineForEachWrite(t *testing.T) {
	t.Parallel()
	core, lines := logs.New(zapcore.DebugLevel)
	ctx := ctxzap.ToContext(context.Background(), zap.New(core))
	d := openActions(t, 112, sweptTenant)
	user := d.members(1)[0]
	for _, a := range []struct {
		action connector.Action
		args   map[string]any
		writes int
	}{
		{d.connector().disableUserAction(), map[string]any{"user_id": user}, 1},
		{d.connector().updateUserAction(), map[string]any{"user_id": user, "user_profile": `{"city":"Canary-City"}`}, 1},
		{d.connector().setManagerAction(), map[string]any{"user_id": user, "manager_identifier": d.record(d.members(2)[1]).Text("userPrincipalName")}, 1},
		{d.connector().revokeSessionsAction(), map[string]any{"user_id": user}, 1},
		{d.connector().createGroupAction(), map[string]any{"displayName": "Canary-Group", "group_type": "security", "userMembers": memberArgs(d.members(25))}, 2},
	} {
		lines.TakeAll()
		if _, _, err := a.action.Handler(ids())(ctx, newStruct(t, a.args)); err != nil {
			t.Fatalf("%s: %v", a.action.Name, err)
		}
		audited := 0
		for _, line := range lines.TakeAll() {
			fields := line.ContextMap()
			if line.Message == "directory change" {
				if audited++; fields["action"] == "" || fields["request_id"] == "" || fields["outcome"] != string(connector.Done) {
					t.Errorf("%s: %v", a.action.Name, fields)
				}
			}
			if text := fmt.Sprint(line.Message, fields); strings.Contains(text, "Canary") || strings.Contains(text, "@") {
				t.Errorf("%s: a name in the log: %s", a.action.Name, text)
			}
		}
		if audited != a.writes {
			t.Errorf("%s: %d lines, want %d", a.action.Name, audited, a.writes)
		}
	}
}
