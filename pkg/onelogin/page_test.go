package onelogin

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func TestACursorTakesNoLimitWithIt(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{PageSize: 30})
	all(t, func(cursor string) (Page[User], error) { return r.ListUsers(t.Context(), true, cursor) })
	pages := 0
	for _, req := range r.sim.History() {
		if req.Route != "/api/2/users" {
			continue
		}
		pages++
		if first := pages == 1; strings.Contains(req.Query, "limit=") != first || strings.Contains(req.Query, "cursor=") == first || !strings.Contains(req.Query, "fields=") {
			t.Errorf("page %d was asked for by %s", pages, req.Query)
		}
	}
	if pages != 7 {
		t.Errorf("%d pages of 200 users by 30", pages)
	}
}

func TestTheTotalTellsThatAWalkMoved(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{PageSize: 50})
	first, err := r.ListUsers(t.Context(), false, "")
	if err != nil || first.Total == nil || *first.Total != 200 || first.At.IsZero() {
		t.Fatalf("%+v, %v", first, err)
	}
	slipped := r.sim.Census().Users[50].ID
	r.sim.Account().DeleteUser(number(t, first.Items[0].ID))
	second, err := r.ListUsers(t.Context(), false, first.Next)
	if err != nil || *second.Total != 199 {
		t.Fatalf("%+v, %v", second, err)
	}
	if slices.Contains(numbersOf(t, second.Items), slipped) {
		t.Error("the row did not slip, so the simulator is kinder than the service")
	}
}

func TestListUsers_LeavesAFieldThatNeverComesToGetUser(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{Withheld: []string{"manager_user_id", "title"}})
	page, err := r.ListUsers(t.Context(), true, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range page.Items {
		if !slices.Equal(u.Lacks, []string{"title", "manager_user_id"}) {
			t.Fatalf("user %s lacks %v", u.ID, u.Lacks)
		}
	}
	one, err := r.GetUser(t.Context(), page.Items[0].ID)
	if err != nil || len(one.Lacks) != 0 || one.Title == "" {
		t.Errorf("%+v, %v", one, err)
	}
}

func TestFiltersAreLeftOutWhereACursorStandsAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{CursorAlone: true, PageSize: 60})
	users := all(t, func(cursor string) (Page[User], error) { return r.ListUsers(t.Context(), true, cursor) })
	if len(users) != 200 {
		t.Fatalf("%d users", len(users))
	}
	if last := users[199]; !slices.Contains(last.Lacks, "title") || slices.Contains(last.Lacks, "email") {
		t.Errorf("a row without the fields that were asked for lacks %v", last.Lacks)
	}
}

func TestListEvents_NeverTakesWhatTheFilterLost(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{CursorAlone: true, Events: 200})
	since := r.clock.Now().Add(-72 * time.Hour)
	first, err := r.ListEvents(t.Context(), since, time.Time{}, 20, "")
	if err != nil || len(first.Items) != 20 || first.Next == "" {
		t.Fatalf("%d records, %v", len(first.Items), err)
	}
	if page, err := r.ListEvents(t.Context(), since, time.Time{}, 20, first.Next); err == nil || len(page.Items) != 0 {
		t.Errorf("%d records, %v", len(page.Items), err)
	}
}

func TestListEvents_IsInOrderAndBetweenItsTimes(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{Events: 300})
	since, until := r.clock.Now().Add(-72*time.Hour), r.clock.Now().Add(-24*time.Hour)
	events := all(t, func(cursor string) (Page[Event], error) { return r.ListEvents(t.Context(), since, until, 0, cursor) })
	if len(events) < 60 || len(events) > 120 {
		t.Errorf("%d of 300 records in two days of seven", len(events))
	}
	for i, e := range events {
		if e.CreatedAt.Before(since) || e.CreatedAt.After(until) || i > 0 && e.CreatedAt.Before(events[i-1].CreatedAt.Time) || e.TypeID != 5 && e.TypeID != 8 || e.UserID == "" {
			t.Fatalf("record %d is %+v", i, e)
		}
	}
	types, err := r.ListEventTypes(t.Context())
	if err != nil || !slices.ContainsFunc(types, func(typ EventType) bool { return typ.Number() == 513 }) {
		t.Errorf("%v, %v", types, err)
	}
}

func TestTheSameCursorTwiceIsAnError(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{PageSize: 5, Privileges: 12})
	at := placesOf(t, r.sim)
	for _, p := range r.sim.Census().Privileges {
		if len(p.Users) > 10 {
			at.privilege = ID(p.ID)
		}
	}
	type list = func(cursor string) (next string, rows int, err error)
	lists := map[string]list{
		"version 2": func(cursor string) (string, int, error) {
			page, err := r.ListRoleHolders(t.Context(), at.role, RoleUsers, cursor)
			return page.Next, len(page.Items), err
		},
		"version 1": func(cursor string) (string, int, error) {
			page, err := r.ListGroups(t.Context(), cursor)
			return page.Next, len(page.Items), err
		},
		"holders": func(cursor string) (string, int, error) {
			page, err := r.ListPrivilegeHolders(t.Context(), at.privilege, PrivilegeUsers, cursor)
			return page.Next, len(page.Items), err
		},
	}
	for name, list := range lists {
		next, _, err := list("")
		if err != nil || next == "" {
			t.Fatalf("%s: %q, %v", name, next, err)
		}
		r.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.SameCursor, PathContains: "/api/"})
		if next, rows, err := list(next); err == nil || rows != 0 || next != "" {
			t.Errorf("%s: %d rows and %v", name, rows, err)
		}
		if _, _, err := list("bm90IGEgY3Vyc29y"); statusOf(err) != http.StatusBadRequest {
			t.Errorf("%s, by a bad cursor: %v", name, err)
		}
	}
}

func TestListPrivilegeHolders_SendsTheCursorUnderEitherName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cursor", "after_cursor"} {
		r := newRig(t, oneloginsim.Options{HolderCursor: name})
		for _, p := range r.sim.Census().Privileges {
			got := all(t, func(cursor string) (Page[ID], error) {
				return r.ListPrivilegeHolders(t.Context(), ID(p.ID), PrivilegeUsers, cursor)
			})
			if len(got) != len(p.Users) {
				t.Errorf("%s: %d of %d holders of %s", name, len(got), len(p.Users), p.ID)
			}
		}
	}
}

func TestAnEmptyPageIsNotTheEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{PageSize: 50})
	r.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.EmptyPage, PathContains: "/api/2/users", Skip: 1})
	page, err := r.ListUsers(t.Context(), false, "")
	if err != nil {
		t.Fatal(err)
	}
	// The empty page leads to itself here, which the client refuses rather than take it for the end.
	if _, err := r.ListUsers(t.Context(), false, page.Next); err == nil {
		t.Error("a page that leads to itself was taken")
	}
	r.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.EmptyPage, PathContains: "/api/2/users"})
	users := all(t, func(cursor string) (Page[User], error) { return r.ListUsers(t.Context(), false, cursor) })
	if len(users) != 200 {
		t.Errorf("%d users behind an empty page", len(users))
	}
}
