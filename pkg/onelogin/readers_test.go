package onelogin

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// reader reads something, and says how many rows it was given.
type reader struct {
	name string
	list bool
	read func(ctx context.Context, r *rig, ids places) (rows int, err error)
}

// places are what the readers read.
type places struct {
	user, role, app, group, privilege ID
}

func placesOf(t testing.TB, sim *oneloginsim.Server) places {
	t.Helper()
	c := sim.Census()
	return places{idOf(c.Users[0].ID), idOf(c.Roles[0].ID), idOf(c.Apps[0].ID), idOf(c.Groups[0].ID), ID(c.Privileges[0].ID)}
}

func count[T any](page Page[T], err error) (int, error) {
	n := len(page.Items)
	if page.Next != "" || page.Total != nil {
		n++ // beside an error, these count as much as rows
	}
	return n, err
}

func found[T row](one T, err error) (int, error) { return len(one.rowID()), err }

func readers() []reader {
	return []reader{
		{"users", true, func(ctx context.Context, r *rig, _ places) (int, error) { return count(r.ListUsers(ctx, true, "")) }},
		{"users by mail", true, func(ctx context.Context, r *rig, _ places) (int, error) {
			users, err := r.FindUsers(ctx, "email", "x@acme.example")
			return len(users), err
		}},
		{"user", false, func(ctx context.Context, r *rig, at places) (int, error) { return found(r.GetUser(ctx, at.user)) }},
		{"stored user", false, func(ctx context.Context, r *rig, at places) (int, error) { return found(r.GetStoredUser(ctx, at.user)) }},
		{"roles", true, func(ctx context.Context, r *rig, _ places) (int, error) { return count(r.ListRoles(ctx, "")) }},
		{"role", false, func(ctx context.Context, r *rig, at places) (int, error) { return found(r.GetRole(ctx, at.role)) }},
		{"members", true, func(ctx context.Context, r *rig, at places) (int, error) {
			return count(r.ListRoleHolders(ctx, at.role, RoleUsers, ""))
		}},
		{"admins", true, func(ctx context.Context, r *rig, at places) (int, error) {
			return count(r.ListRoleHolders(ctx, at.role, RoleAdmins, ""))
		}},
		{"apps of a role", true, func(ctx context.Context, r *rig, at places) (int, error) {
			return count(r.ListRoleApps(ctx, at.role, ""))
		}},
		{"groups", true, func(ctx context.Context, r *rig, _ places) (int, error) { return count(r.ListGroups(ctx, "")) }},
		{"group", false, func(ctx context.Context, r *rig, at places) (int, error) { return found(r.GetGroup(ctx, at.group)) }},
		{"apps", true, func(ctx context.Context, r *rig, _ places) (int, error) { return count(r.ListApps(ctx, "")) }},
		{"app", false, func(ctx context.Context, r *rig, at places) (int, error) { return found(r.GetApp(ctx, at.app)) }},
		{"users of an app", true, func(ctx context.Context, r *rig, at places) (int, error) {
			return count(r.ListAppUsers(ctx, at.app, ""))
		}},
		{"privileges", true, func(ctx context.Context, r *rig, _ places) (int, error) { return count(r.ListPrivileges(ctx, "")) }},
		{"privilege", false, func(ctx context.Context, r *rig, at places) (int, error) {
			return found(r.GetPrivilege(ctx, at.privilege))
		}},
		{"users of a privilege", true, func(ctx context.Context, r *rig, at places) (int, error) {
			return count(r.ListPrivilegeHolders(ctx, at.privilege, PrivilegeUsers, ""))
		}},
		{"attributes", true, func(ctx context.Context, r *rig, _ places) (int, error) { return count(r.ListAttributes(ctx, "")) }},
		{"events", true, func(ctx context.Context, r *rig, _ places) (int, error) {
			return count(r.ListEvents(ctx, r.clock.Now().Add(-14*24*time.Hour), time.Time{}, 0, ""))
		}},
		{"event types", true, func(ctx context.Context, r *rig, _ places) (int, error) {
			types, err := r.ListEventTypes(ctx)
			return len(types), err
		}},
		{"probe of apps", true, func(ctx context.Context, r *rig, _ places) (int, error) { return 0, r.ProbeApps(ctx) }},
		{"probe of users", true, func(ctx context.Context, r *rig, _ places) (int, error) { return 0, r.ProbeUsers(ctx) }},
	}
}

// troubles are what a reader meets, and the status that its error has then, 0 for none.
func troubles() map[string]struct {
	fault  oneloginsim.Fault
	status int
} {
	type trouble = struct {
		fault  oneloginsim.Fault
		status int
	}
	out := map[string]trouble{
		"html": {oneloginsim.Fault{Kind: oneloginsim.HTMLBody}, 502}, "html 200": {oneloginsim.Fault{Kind: oneloginsim.HTMLBody, Status: 200}, 0},
		"cut": {oneloginsim.Fault{Kind: oneloginsim.Cut}, 0}, "drop": {oneloginsim.Fault{Kind: oneloginsim.Drop}, 0},
		"bad json": {oneloginsim.Fault{Kind: oneloginsim.BadJSON}, 0}, "no body": {oneloginsim.Fault{Kind: oneloginsim.NoBody}, 0},
		"empty object": {oneloginsim.Fault{Kind: oneloginsim.EmptyObject}, 0},
	}
	for name, status := range map[string]int{"401": 401, "403": 403, "404": 404, "429": 429, "500": 500, "503": 503} {
		out[name] = trouble{oneloginsim.Fault{Status: status}, status}
	}
	return out
}

func TestEveryReaderAnswersTroubleWithAnErrorAndNoRows(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{Seed: 5, EventTypeCalls: 1000})
	at := placesOf(t, r.sim)
	for _, reader := range readers() {
		if _, err := reader.read(once(t), r, at); err != nil {
			t.Errorf("%s, without trouble: %v", reader.name, err)
		}
		for name, trouble := range troubles() {
			trouble.fault.Times, trouble.fault.PathContains = -1, "/api/"
			r.sim.Fail(trouble.fault)
			rows, err := reader.read(once(t), r, at)
			r.sim.ClearFaults()
			if err == nil || rows != 0 || statusOf(err) != trouble.status {
				t.Errorf("%s, with %s: %d rows and %v", reader.name, name, rows, err)
			}
		}
		if !reader.list {
			continue
		}
		r.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.NullElement, PathContains: "/api/"})
		if rows, err := reader.read(once(t), r, at); err == nil || rows != 0 {
			t.Errorf("%s, with a null among the rows: %d rows and %v", reader.name, rows, err)
		}
		r.sim.ClearFaults()
	}
}

func TestAReaderRidesOutABurst(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	r.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.HTMLBody, Times: 2, PathContains: "/api/"})
	if rows, err := count(r.ListRoles(t.Context(), "")); err != nil || rows == 0 {
		t.Errorf("%d rows and %v", rows, err)
	}
	if waits := r.clock.waits(); len(waits) != 2 {
		t.Errorf("it waited %v", waits)
	}
}

func TestTheQuotaIsWaitedForByItsOwnHeader(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	r.sim.Fail(oneloginsim.Fault{Status: http.StatusTooManyRequests, Reset: "7", PathContains: "/api/"})
	if _, err := r.ListGroups(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if waits := r.clock.waits(); len(waits) != 1 || waits[0] != 7*time.Second {
		t.Errorf("it waited %v, and was asked for 7 s", waits)
	}
}

func TestAQuotaThatIsUsedUpIsTold(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []bool{false, true} {
		r := newRig(t, oneloginsim.Options{Quota: 2, RetryAfter: retryAfter})
		for range 2 {
			if _, err := r.ListGroups(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
		}
		_, err := r.ListGroups(t.Context(), "")
		var at interface{ RetryAt() time.Time }
		if statusOf(err) != http.StatusTooManyRequests || !asError(err, &at) || time.Until(at.RetryAt()) < 50*time.Minute {
			t.Errorf("with Retry-After %v: %v", retryAfter, err)
		}
		r.clock.advance(time.Hour)
		if _, err := r.ListGroups(t.Context(), ""); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	}
}
