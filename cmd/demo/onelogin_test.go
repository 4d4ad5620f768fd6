package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// smallAccount has every shape but those of many pages, and takes a moment.
func smallAccount(binary, folder string) []string {
	return []string{"-onelogin", "-seed", "7", "-users", "130", "-groups", "5", "-roles", "14", "-apps", "9", "-privileges", "4", "-binary", binary,
		"-file", filepath.Join(folder, "sync.c1z"), "-log", filepath.Join(folder, "demo.log"), "-traffic", filepath.Join(folder, "traffic.jsonl")}
}

func TestDemoOneLogin_ShowsASyncThatHoldsUp(t *testing.T) {
	t.Parallel()
	binary, folder := builtConnector(t, "baton-onelogin"), t.TempDir()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), smallAccount(binary, folder), &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, &stdout, &stderr)
	}
	for _, want := range []string{"130 users, 14 roles with ", "9 apps with ", "\nuser                                  130 ", "\nprivilege                               4 ",
		"and none is missing", "GET /api/2/roles/{id}/users", "where the call budget is ", "make explore"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, &stdout)
		}
	}
	another := &account{census: censusOf(t, oneloginsim.Options{Seed: 8, Users: 130, Roles: 14, Apps: 9, Groups: 5, Privileges: 4})}
	err := another.holds(t.Context(), filepath.Join(folder, "sync.c1z"), &stdout)
	if err == nil || !strings.Contains(err.Error(), "direct grants: ") || !strings.Contains(err.Error(), "are missing in the file, such as app:") {
		t.Errorf("the file was held to be that of another account: %v", err)
	}
}

func censusOf(t *testing.T, o oneloginsim.Options) *oneloginsim.Census {
	t.Helper()
	sim, err := oneloginsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return sim.Census()
}

func TestDemoOneLogin_CommandLine(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"-onelogin -service":       "--service: the demo shows that of an Entra tenant alone",
		"-onelogin -memberships 5": "--memberships: the demo shows that of an Entra tenant alone",
		"-roles 5":                 "--roles: the demo shows that of a OneLogin account alone",
		"-onelogin -apps -1":       "a size cannot be negative",
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), strings.Fields(line), &stdout, &stderr); code != 2 || !strings.Contains(stderr.String(), says) {
			t.Errorf("%s: exit %d, %s", line, code, &stderr)
		}
	}
	set, err := parse([]string{"-onelogin", "-users", "7", "-groups", "0"}, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if o := set.account; o.Users != 7 || o.Roles != 200 || o.Apps != 150 || o.Groups != -1 || o.Privileges != 6 || set.binary != "bin/baton-onelogin" {
		t.Errorf("%+v, %s", o, set.binary)
	}
}

// TestDemoOneLogin_ExpectsEveryEdge of an account that has each kind of it, and no other.
func TestDemoOneLogin_ExpectsEveryEdge(t *testing.T) {
	t.Parallel()
	want := expectAccount(&oneloginsim.Census{
		Users:  []oneloginsim.UserRecord{{ID: 1}, {ID: 2}, {ID: 3, Group: 20}},
		Roles:  []oneloginsim.RoleRecord{{ID: 10, Members: []int64{1, 2}, Admins: []int64{3}, Apps: []int64{30}}},
		Groups: []oneloginsim.GroupRecord{{ID: 20, Users: []int64{3}}},
		// 1 has the app by the role and by hand as well
		Apps:       []oneloginsim.AppRecord{{ID: 30, Users: []int64{1, 2, 3}, Roles: []int64{10}, Personal: []int64{1, 3}}},
		Privileges: []oneloginsim.PrivilegeRecord{{ID: "p", Users: []int64{1}, Roles: []int64{10}}},
	})
	for _, of := range []struct {
		what string
		got  map[string]bool
		want string
	}{
		{"resources", want.resources, "app:30 group:20 privilege:p role:10 user:1 user:2 user:3"},
		{"entitlements", want.entitlements, "app:30:assigned group:20:member privilege:p:assigned role:10:admin role:10:member"},
		{"direct grants", want.direct, "app:30:assigned:role:10 app:30:assigned:user:3 group:20:member:user:3 privilege:p:assigned:role:10 privilege:p:assigned:user:1 " +
			"role:10:admin:user:3 role:10:member:user:1 role:10:member:user:2"},
		{"grants through roles", want.derived, "app:30:assigned:user:1 app:30:assigned:user:2 privilege:p:assigned:user:2"},
	} {
		var ids []string
		for id := range of.got {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		if got := strings.Join(ids, " "); got != of.want {
			t.Errorf("%s: %s\nwant %s", of.what, got, of.want)
		}
	}
}

func TestDifferences_TellsWhatIsMissingAndWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	got, want := newRows(), newRows()
	want.direct["a"], want.direct["b"], want.direct["c"], got.direct["b"], got.derived["c"] = true, true, true, true, true
	const told = "direct grants: 2 of 3 are missing in the file, such as a\ngrants through roles: 1 of 1 are in the file and not in the account, such as c"
	if err := differences(got, want); err == nil || err.Error() != told {
		t.Errorf("%v", err)
	}
	if err := differences(want, want); err != nil {
		t.Error(err)
	}
}

// TestCallBudget_OfAnAccount of 5,000 users, 200 roles, half of them of two pages of members, and 150 apps.
func TestCallBudget_OfAnAccount(t *testing.T) {
	t.Parallel()
	c := &oneloginsim.Census{Users: make([]oneloginsim.UserRecord, 5000), Roles: make([]oneloginsim.RoleRecord, 200), Groups: make([]oneloginsim.GroupRecord, 50),
		Apps: make([]oneloginsim.AppRecord, 150), Privileges: make([]oneloginsim.PrivilegeRecord, 2)}
	for i := range c.Roles[:100] {
		c.Roles[i].Members = make([]int64, 101)
	}
	if got, want := callBudget(c), 50+1+1+500+1+150+5; got != want {
		t.Errorf("%d calls, want %d", got, want)
	}
}

func TestPrintCalls_RefusesMoreThanTheBudgetAllows(t *testing.T) {
	t.Parallel()
	history := []oneloginsim.Request{{Method: "POST", Path: "/auth/oauth2/v2/token"}}
	for range 44 {
		history = append(history, oneloginsim.Request{Method: "GET", Path: "/api/2/users/7", Route: "/api/2/users/{id}"})
	}
	var out bytes.Buffer
	if err := printCalls(&out, history, 40); err != nil {
		t.Error(err)
	}
	if want := "      44  GET /api/2/users/{id}\n      44  in all, where the call budget is 40 and 44 are allowed. Sign-in took 1 more.\n"; !strings.Contains(out.String(), want) {
		t.Errorf("got %s", &out)
	}
	if err := printCalls(&out, history, 39); err == nil {
		t.Error("two calls too many were not noticed")
	}
	if err := printCalls(&out, history[:6], 2); err != nil {
		t.Errorf("the probes of a small account: %v", err)
	}
}
