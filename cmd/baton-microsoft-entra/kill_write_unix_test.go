//go:build unix

package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// operation is a task that changes the directory.
type operation struct {
	name string
	sync string // the resource types of the file that it needs, "" for no file
	// setUp adds to a tenant what the task needs, and returns the task. In every tenant of a seed that is the same.
	setUp func(*testing.T, *graphsim.Server) task
}

type task struct {
	flags []string
	// done says whether the tenant is as the task leaves it; last are the requests of the run that ended well.
	done func(last []graphsim.Request) bool
}

// Whichever request a task is killed at, after the tenant has acted and before it has answered, the same task
// once more leaves the tenant as one undisturbed run does, and nothing was made or taken away twice.
func TestKillWrite_AtAnyRequestTheSameTaskAgainEndsRight(t *testing.T) {
	t.Parallel()
	for _, o := range slices.Concat(userActions(), accountOperations(), groupOperations(), rightOperations()) {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			o.sweep(t)
		})
	}
}

func (o operation) sweep(t *testing.T) {
	now := time.Now().Truncate(time.Second) // of all the tenants, so that they can be compared
	calm, file := o.undisturbed(t, now)
	var killed []*killedTask
	for i := range calm.sim.History() {
		k := o.begin(t, now, i+1)
		if o.sync != "" {
			k.stage.Write("sync.c1z", file)
		}
		k.first = k.stage.Start(k.task.flags...)
		killed = append(killed, k)
	}
	for _, k := range killed {
		k.kill()
	}
	for _, k := range killed {
		k.again.Wait(t).WantExit(0)
		k.judge(t, calm)
	}
}

// undisturbed does the task with no kill, and returns the file that it needed.
func (o operation) undisturbed(t *testing.T, now time.Time) (calm *killedTask, file []byte) {
	t.Helper()
	calm = o.begin(t, now, 0)
	if o.sync != "" {
		calm.stage.Run("--sync-resource-types", o.sync).WantExit(0)
		file = calm.stage.Read("sync.c1z")
		calm.sim.ResetHistory()
	}
	calm.stage.Run(calm.task.flags...).WantExit(0)
	requests := calm.sim.History()
	if !calm.task.done(requests) || !slices.ContainsFunc(requests, isWrite) {
		t.Fatalf("%q does not do it", calm.task.flags)
	}
	return calm, file
}

// killedTask is a task in a tenant of its own: the run that is killed at a request, and the one after it.
type killedTask struct {
	sim          *graphsim.Server
	stage        *servicekit.Stage
	task         task
	request      int
	gate         *servicekit.Gate
	first, again *servicekit.Running
}

func (o operation) begin(t *testing.T, now time.Time, request int) *killedTask {
	t.Helper()
	k := &killedTask{request: request, gate: servicekit.NewGate(t, request)}
	options := accountsTenant()
	options.Traffic, options.Now = k.gate, func() time.Time { return now }
	k.sim = startTenant(t, options)
	k.task = o.setUp(t, k.sim)
	k.stage = stageOf(t, k.sim)
	return k
}

// kill kills the run at its request, every other one with its process group, and starts the next.
func (k *killedTask) kill() {
	t := k.stage.T
	t.Helper()
	select {
	case <-k.gate.Reached:
	case <-k.first.Done:
		t.Fatalf("request %d: the run ended before the gate:\n%s", k.request, k.first.Wait(t).End())
	}
	servicekit.Send(t, k.first, syscall.SIGKILL, k.request%2 == 0)
	k.first.Wait(t)
	k.gate.Release()
	k.again = k.stage.Start(k.task.flags...)
}

// judge holds what two runs left to what an undisturbed one did.
func (k *killedTask) judge(t *testing.T, calm *killedTask) {
	t.Helper()
	requests := k.sim.History()
	at := fmt.Sprintf("killed at request %d, %s %s", k.request, requests[k.request-1].Method, requests[k.request-1].Path)
	if got, want := k.stage.List(k.stage.Dir), calm.stage.List(calm.stage.Dir); !slices.Equal(got, want) {
		t.Errorf("%s: the working directory holds %q, want %q", at, got, want)
	}
	if !k.task.done(requests[k.request:]) {
		t.Errorf("%s: it is not done", at)
	}
	if got, want := takenOnce(requests), takenOnce(calm.sim.History()); !slices.Equal(got, want) {
		t.Errorf("%s: the tenant took %q, want %q", at, got, want)
	}
	got, want := censusLines(t, k.sim), censusLines(t, calm.sim)
	for i := range max(len(got), len(want)) {
		if got[min(i, len(got)-1)] != want[min(i, len(want)-1)] {
			t.Fatalf("%s: the tenant has\n%s\nwhere one run leaves\n%s", at, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
}

// censusLines is all that a tenant holds but passwords and authentication methods, an object a line.
func censusLines(t *testing.T, sim *graphsim.Server) []string {
	t.Helper()
	var text strings.Builder
	if err := sim.Census().Write(&text); err != nil {
		t.Fatal(err)
	}
	return strings.Split(text.String(), "\n")
}

// takenOnce are the requests that made or took away something. One that sets what is set already is no doubling.
func takenOnce(requests []graphsim.Request) []string {
	var taken []string
	for _, r := range requests {
		if isWrite(r) && r.Method != http.MethodPatch && r.Status < 300 && !strings.HasSuffix(r.Path, "/$batch") {
			taken = append(taken, r.Method+" "+r.Path)
		}
	}
	slices.Sort(taken)
	return taken
}

// userActions are actions on users. The longest comes first: before it tries the default method once more, the
// program waits.
func userActions() []operation {
	return []operation{
		{"revoke_mfa", "", func(t *testing.T, sim *graphsim.Server) task {
			id := ordinary(t, sim, 1)[0].ID()
			must(t, sim.Tenant().SetAuthMethods(id, "phoneAuthenticationMethod", "fido2AuthenticationMethod", "emailAuthenticationMethod"))
			return task{invocation(t, "revoke_mfa", map[string]any{"user_id": id}), func([]graphsim.Request) bool {
				left := sim.Tenant().AuthMethods(id)
				return len(left) == 1 && left[0].Type == "passwordAuthenticationMethod"
			}}
		}},
		{"update_user", "", func(t *testing.T, sim *graphsim.Server) task {
			id := ordinary(t, sim, 1)[0].ID()
			args := map[string]any{"user_id": id, "user_profile": map[string]any{"city": "Oslo", "jobTitle": nil}}
			return task{invocation(t, "update_user", args), func([]graphsim.Request) bool {
				u := record(sim.Census().Users, id)
				return u.Text("city") == "Oslo" && u.Get("jobTitle") == nil
			}}
		}},
	}
}

func accountOperations() []operation {
	return []operation{
		{"create an account with a manager", "user", func(t *testing.T, sim *graphsim.Server) task {
			const upn = "noor.new@contoso.com"
			manager, users := ordinary(t, sim, 1)[0], len(sim.Census().Users)
			profile := map[string]any{"login": upn, "displayName": "Noor New", "mailNickname": "noor.new", "userPrincipalName": upn,
				"employeeId": "N-1001", "manager": manager.Text("userPrincipalName"), "additionalAttributes": `{"usageLocation": "US"}`}
			return provisioning(func(last []graphsim.Request) bool {
				u := named(t, sim, upn)
				return len(sim.Census().Users) == users+1 && u.Manager == manager.ID() && hasPasswordOf(last, sim, u.ID())
			}, "--create-account-profile", asText(t, profile), "--create-account-resource-type", "user")
		}},
		{"delete an account", "user", func(t *testing.T, sim *graphsim.Server) task {
			id, users := ordinary(t, sim, 1)[0].ID(), len(sim.Census().Users)
			return provisioning(func([]graphsim.Request) bool {
				now := sim.Census().Users
				return len(now) == users-1 && record(now, id) == nil
			}, "--delete-resource", id, "--delete-resource-type", "user")
		}},
		{"rotate credentials", "user", func(t *testing.T, sim *graphsim.Server) task {
			id := ordinary(t, sim, 1)[0].ID()
			return provisioning(func(last []graphsim.Request) bool { return hasPasswordOf(last, sim, id) },
				"--rotate-credentials", id, "--rotate-credentials-type", "user")
		}},
	}
}

func groupOperations() []operation {
	return []operation{
		{"grant a membership", "user,group", func(t *testing.T, sim *graphsim.Server) task {
			return membership(t, sim, func(group, user string) []string {
				return []string{"--grant-entitlement", "group:" + group + ":members", "--grant-principal", user, "--grant-principal-type", "user"}
			}, false)
		}},
		{"revoke a membership", "user,group", func(t *testing.T, sim *graphsim.Server) task {
			return membership(t, sim, func(group, user string) []string {
				return []string{"--revoke-grant", "group:" + group + ":members:user:" + user}
			}, true)
		}},
		{"create_group with 45 members", "", func(t *testing.T, sim *graphsim.Server) task {
			var people []any
			users, groups := sim.Census().Users, len(sim.Census().Groups)
			for _, u := range users[:46] {
				people = append(people, map[string]any{"resource_type_id": "user", "resource_id": u.ID()})
			}
			args := map[string]any{"displayName": "Made once", "group_type": "security", "owner": people[45], "userMembers": people[:45]}
			return task{invocation(t, "create_group", args), func([]graphsim.Request) bool {
				now := sim.Census().Groups
				i := slices.IndexFunc(now, func(g graphsim.Record) bool { return g.Text("displayName") == "Made once" })
				return i >= 0 && len(now) == groups+1 && len(now[i].Members) == 45 && len(now[i].Owners) == 1
			}}
		}},
	}
}

// membership is a task that turns a membership into its opposite.
func membership(t *testing.T, sim *graphsim.Server, flags func(group, user string) []string, isMember bool) task {
	t.Helper()
	group, err := sim.Tenant().AddGroup(map[string]any{"displayName": "Made here", "mailNickname": "made", "mailEnabled": false, "securityEnabled": true})
	must(t, err)
	user := ordinary(t, sim, 1)[0].ID()
	if isMember {
		must(t, sim.Tenant().AddMember(group, user))
	}
	return provisioning(func([]graphsim.Request) bool {
		members := record(sim.Census().Groups, group).Members
		return slices.ContainsFunc(members, func(r graphsim.Ref) bool { return r.ID == user }) != isMember && len(members) <= 1
	}, flags(group, user)...)
}

func rightOperations() []operation {
	grant := func(entitlement, user string, done func([]graphsim.Request) bool) task {
		return provisioning(done, "--grant-entitlement", entitlement, "--grant-principal", user, "--grant-principal-type", "user")
	}
	return []operation{
		{"revoke a role that is held at two scopes", "user,role", func(t *testing.T, sim *graphsim.Server) task {
			user, role := ordinary(t, sim, 1)[0].ID(), sim.Census().RoleDefinitions[0].ID()
			for _, scope := range []string{"/", "/administrativeUnits/5d107bba-d8e2-4e13-b6ae-884be90e5d1a"} {
				_, err := sim.Tenant().AddRoleAssignment(role, user, scope)
				must(t, err)
			}
			all := len(sim.Census().RoleAssignments)
			return provisioning(func([]graphsim.Request) bool {
				now := sim.Census().RoleAssignments
				return len(now) == all-2 && !slices.ContainsFunc(now, func(a graphsim.Record) bool { return a.Text("principalId") == user })
			}, "--revoke-grant", "role:"+role+":assigned:user:"+user)
		}},
		{"grant a licence", "user,license", func(t *testing.T, sim *graphsim.Server) task {
			const sku = "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"
			user := newcomer(t, sim)
			return grant("license:"+sku+":assigned", user, func([]graphsim.Request) bool {
				return strings.Count(fmt.Sprintf("%s", record(sim.Census().Users, user).Get("licenseAssignmentStates")), sku) == 1
			})
		}},
		{"assign an application", "user,enterprise_application", func(t *testing.T, sim *graphsim.Server) task {
			user := newcomer(t, sim)
			application, role := openRole(t, sim)
			return grant(role, user, func([]graphsim.Request) bool {
				app := record(sim.Census().ServicePrincipals, strings.TrimPrefix(application, "enterprise_application:"))
				mine := slices.DeleteFunc(app.AppRoleAssignedTo, func(a graphsim.Assignment) bool { return a.PrincipalID != user })
				return len(mine) == 1 && strings.HasSuffix(role, ":"+mine[0].AppRoleID)
			})
		}},
	}
}

func provisioning(done func([]graphsim.Request) bool, flags ...string) task {
	return task{append(flags, "--provisioning"), done}
}

// hasPasswordOf says whether a user has the password that was sent last: the one that the vault gets.
func hasPasswordOf(requests []graphsim.Request, sim *graphsim.Server, userID string) bool {
	password := passwordOf(sim, userID)
	for _, r := range slices.Backward(requests) {
		var sent struct {
			PasswordProfile *struct{ Password string }
		}
		if isWrite(r) && json.Unmarshal([]byte(r.Body), &sent) == nil && sent.PasswordProfile != nil {
			return password != "" && sent.PasswordProfile.Password == password
		}
	}
	return false
}

func record(records []graphsim.Record, id string) *graphsim.Record {
	for _, r := range records {
		if r.ID() == id {
			return &r
		}
	}
	return nil
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}
