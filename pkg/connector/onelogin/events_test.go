package onelogin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// Each grant and revoke is told with the id of the next sync's row. Of a privilege the log does not say which one it is:
// each may have changed.
func TestEvents_TellOfRightsAsTheNextSyncHasThem(t *testing.T) {
	t.Parallel()
	d, r := openEvents(t, 40, nil)
	for _, row := range d.rows() {
		granted, revoked := []string{"grant " + row.id()}, []string{"revoke " + row.id()}
		if row.resource.GetResourceType() == typePrivilege {
			granted = nil
			for _, p := range d.sim.Census().Privileges {
				granted = append(granted, "changed privilege:"+p.ID)
			}
			revoked = granted
		}
		if _, err := d.grant(t.Context(), row); err != nil {
			t.Fatalf("grant %s: %v", row.name, err)
		}
		r.wants("grant "+row.name, granted...)
		if _, err := d.revoke(t.Context(), row); err != nil {
			t.Fatalf("revoke %s: %v", row.name, err)
		}
		r.wants("revoke "+row.name, revoked...)
	}
}

// Each type of record that is known, by what it names.
func TestEvents_EachTypeOfRecord(t *testing.T) {
	t.Parallel()
	d, r := openEvents(t, 41, nil)
	account, privilege := d.sim.Account(), d.sim.Census().Privileges[1].ID
	all := map[string]any{"user_id": int64(11), "user_name": "U", "role_id": int64(22), "role_name": "R", "app_id": int64(33), "app_name": "A", "object_id": privilege}
	tell := func(want []string, types ...int) {
		t.Helper()
		for _, id := range types {
			account.AddEvent(id, all)
			r.wants(numbered(int64(id)), want...)
		}
	}
	tell([]string{"changed user:11"}, 12, 13, 14, 15, 16, 17, 19, 21, 28, 32, 33, 512, 529, 530, 531, 533)
	tell([]string{"grant role:22:member:user:11"}, 4, 147, 149, 513)
	tell([]string{"revoke role:22:member:user:11"}, 148, 150, 514)
	tell([]string{"grant role:22:admin:user:11"}, 151)
	tell([]string{"revoke role:22:admin:user:11"}, 152)
	tell([]string{"grant app:33:assigned:role:22"}, 1)
	tell([]string{"revoke app:33:assigned:role:22"}, 2)
	tell([]string{"changed app:33"}, 206, 207)
	tell([]string{"grant privilege:" + privilege + ":assigned:user:11"}, 70, 72)
	tell([]string{"revoke privilege:" + privilege + ":assigned:user:11"}, 71, 73)
	tell([]string{"user:11 used app:33"}, 8)
	tell(nil, 3, 5, 6, 7, 34, 520, 521, 4711)
	delete(all, "user_id")
	tell([]string{"changed role:22"}, 4, 513, 152)
	tell(nil, 8, 13)
	tell([]string{"grant privilege:" + privilege + ":assigned:role:22"}, 72)
}

// What is not synced is not told of.
func TestEvents_OnlyOfWhatIsSynced(t *testing.T) {
	t.Parallel()
	d, r := openEvents(t, 42, nil)
	d.c.willSync = func(resourceType string) bool { return resourceType == typeUser || resourceType == typeApp }
	all := map[string]any{"user_id": int64(11), "role_id": int64(22), "app_id": int64(33)}
	for _, id := range []int{1, 4, 72, 148, 151} {
		d.sim.Account().AddEvent(id, all)
	}
	r.wants("roles and privileges")
	d.sim.Account().AddEvent(8, all)
	d.sim.Account().AddEvent(13, all)
	r.wants("the others", "user:11 used app:33", "changed user:11")
	d.c.switches.withoutEventFeed = true
	if feeds := d.c.EventFeeds(t.Context()); len(feeds) > 0 {
		t.Errorf("with --disable-event-feed there are %v", feeds)
	}
}

// Records that show late are delivered, and none is delivered twice: by another process, and with many of one time.
func TestEvents_LateRecordsAreDeliveredOnce(t *testing.T) {
	t.Parallel()
	d, r := openEvents(t, 43, func(o *oneloginsim.Options) { o.EventLag = 15 * time.Minute })
	var want []string
	for n := range int64(300) {
		d.sim.Account().AddEvent(13, map[string]any{"user_id": n + 1})
		want = append(want, "changed user:"+numbered(n+1))
		if n%100 == 50 {
			d.clock.Pass(10 * time.Minute)
		}
	}
	r.size = 25
	var got []string
	for range 12 {
		got = append(got, r.rest()...)
		d.clock.Pass(3 * time.Minute)
		d.c = d.connector()
		r.feed = d.reader().feed
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("seed %d: %d events, want %d", d.seedOf(), len(got), len(want))
	}
}

// A log that cannot be read is told in the connector's own log, once, and answered with no events and the same cursor;
// then the feed goes on where it was.
func TestEvents_FailSoftly(t *testing.T) {
	t.Parallel()
	d, r := openEvents(t, 44, nil)
	d.sim.Account().AddEvent(13, map[string]any{"user_id": int64(11)})
	for name, begin := range map[string]func(){
		"a scope that is too small": func() { d.sim.SetScope(oneloginsim.ScopeAuthentication) },
		"500": func() {
			d.sim.Fail(oneloginsim.Fault{PathContains: "/events", Times: -1, Status: http.StatusInternalServerError})
		},
		"a page that breaks off": func() { d.sim.Fail(oneloginsim.Fault{PathContains: "/events", Times: -1, Kind: oneloginsim.Cut}) },
		"no page":                func() { d.sim.Fail(oneloginsim.Fault{PathContains: "/events", Times: -1, Kind: oneloginsim.BadJSON}) },
	} {
		begin()
		before := r.cursor
		written := warnings(func(ctx context.Context) {
			for range 3 {
				if events, more := r.page(ctx); len(events) > 0 || more || r.cursor != before {
					t.Errorf("%s: %v, %v, another cursor: %v", name, events, more, r.cursor != before)
				}
			}
		})
		if written.Len() != 1 || strings.HasPrefix(name, "a scope") != strings.Contains(written.All()[0].Message, "needs the scope Read Users") {
			t.Errorf("%s: the warnings are %v", name, written.All())
		}
		d.sim.ClearFaults()
		d.sim.SetScope(oneloginsim.ScopeReadUsers)
		r.feed = d.reader().feed // which knows of no trouble
	}
	r.wants("afterwards", "changed user:11")
}

// The names of the types are read once a day; without them the numbers do.
func TestEvents_TypesAreReadOnceADay(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 45, nil, nil)
	r := d.reader()
	d.sim.Fail(oneloginsim.Fault{PathContains: "/events/types", Status: http.StatusTooManyRequests, Reset: "3000"})
	for i, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Minute, 1}, {time.Hour, 2}, {time.Hour, 2}, {22 * time.Hour, 2}, {time.Hour, 3}} {
		d.clock.Pass(step.after)
		d.sim.Account().AddEvent(13, map[string]any{"user_id": int64(i + 1)})
		r.wants("step "+numbered(int64(i)), "changed user:"+numbered(int64(i+1)))
		n := 0
		for _, request := range d.sim.History() {
			if request.Path == "/api/1/events/types" {
				n++
			}
		}
		if n != step.want {
			t.Errorf("step %d: the types were asked for %d times, want %d", i, n, step.want)
		}
	}
}

// A name that does not go with the number makes the record a change of what it names, and a number that is not known
// goes by its name.
func TestEvents_NamesOfTypesAreHeldAgainstTheirNumbers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		id   int
		name string
		want eventKind
		of   int
	}{
		{147, "USER_ADDED_TO_ROLE_BY_HAND", roleMembership, 0}, {147, "Role added to user", roleMembership, 0}, {147, "UserAddedToRole", roleMembership, 0},
		{147, "USER_REMOVED_FROM_ROLE", objectChanged, 3}, {147, "POLICY_CHANGED", objectChanged, 3}, {148, "USER_ADDED_TO_ROLE", objectChanged, 3},
		{147, "ROLE_ADD_FAILED", objectChanged, 3}, {1, "APP_ADDED_TO_ROLE", roleApp, 0}, {1, "USER_ADDED_TO_ROLE", objectChanged, 3},
		{8, "USER_LOGGED_INTO_APP", appUsed, 0}, {8, "USER_LOGGED_IN", objectChanged, 3}, {13, "SOMETHING", objectChanged, 1},
		{9001, "ROLE_CREATED", objectChanged, 1}, {9001, "APP_DELETED_BY_USER", objectChanged, 2}, {9001, "USER_LOGGED_IN", 0, 0},
		{9001, "ROLE_CREATION_FAILED", 0, 0}, {9001, "", 0, 0},
	} {
		m := namedMeanings(map[int][]string{row.id: wordsOf(row.name)})[row.id]
		if m.kind != row.want || len(m.of) != row.of {
			t.Errorf("%d %s: %+v", row.id, row.name, m)
		}
	}
}

// The filter goes a little further back than the time that it stands for, and beyond one that was stepped over.
func TestEvents_SinceIsWithinTheMillisecond(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 4, 3, 2, 1, 500_000_000, time.UTC)
	for from, want := range map[time.Time]time.Time{at: at.Add(-time.Millisecond), at.Add(100): at.Add(time.Millisecond), at.Add(999_999): at.Add(time.Millisecond)} {
		if got := sinceOf(from); !got.Equal(want) {
			t.Errorf("since %v is %v, want %v", from, got, want)
		}
	}
}
