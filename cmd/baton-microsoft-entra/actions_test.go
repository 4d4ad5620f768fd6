package main_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// actionNames are all actions that the connector has.
func actionNames() []string {
	return []string{"enable_user", "disable_user", "update_user", "update_profile", "set_manager", "check_upn", "create_group",
		"revoke_sessions", "revoke_mfa", "restore_user"}
}

func TestActions_AreListed(t *testing.T) {
	t.Parallel()
	s := stageOf(t, startTenant(t, smallTenant()))
	said := s.run("--list-action-schemas", "--log-format", "json").wantExit(0)
	for _, name := range actionNames() {
		if !strings.Contains(said.stdout+said.stderr, name) {
			t.Errorf("%s is not listed", name)
		}
	}
}

// ordinary are users whom the application may change.
func ordinary(t *testing.T, sim *graphsim.Server, n int) []graphsim.Record {
	t.Helper()
	var users []graphsim.Record
	for _, u := range sim.Census().Users {
		if u.Get("onPremisesSyncEnabled") != true && u.Text("userType") == "Member" && !sim.Tenant().Administrator(u.ID()) && len(users) < n {
			users = append(users, u)
		}
	}
	if len(users) < n {
		t.Fatalf("the tenant has %d ordinary users", len(users))
	}
	return users
}

// actionCase is an action with the writes that it takes and words of its result.
type actionCase struct {
	action string
	args   map[string]any
	writes int
	words  []string
}

// actionCases are all actions, done to the first of six ordinary users, who has a method of authentication.
func actionCases(t *testing.T, sim *graphsim.Server) []actionCase {
	t.Helper()
	users := ordinary(t, sim, 6)
	if err := sim.Tenant().SetAuthMethods(users[0].ID(), "phoneAuthenticationMethod"); err != nil {
		t.Fatal(err)
	}
	id := users[0].ID()
	member := func(i int) map[string]any {
		return map[string]any{"resource_type_id": "user", "resource_id": users[i].ID()}
	}
	return []actionCase{
		{"disable_user", map[string]any{"user_id": id}, 1, nil},
		{"enable_user", map[string]any{"user_id": id}, 1, nil},
		{"update_user", map[string]any{"user_id": id, "user_profile": `{"city":"Oslo","jobTitle":null}`}, 1, []string{"updated_fields", "city", "jobTitle"}},
		{"update_user", map[string]any{"user_id": id, "user_profile": map[string]any{"city": "Bergen"}}, 1, []string{"city"}},
		{"update_profile", map[string]any{"user_id": id, "department": "Sales", "country": ""}, 1, []string{"department"}},
		{"set_manager", map[string]any{"user_id": id, "manager_identifier": users[1].Text("userPrincipalName")}, 1, nil},
		{"set_manager", map[string]any{"user_id": id, "manager_identifier": ""}, 1, nil},
		{"check_upn", map[string]any{"proposed_upn": users[1].Text("userPrincipalName")}, 0, []string{"available", "reason"}},
		{"create_group", map[string]any{"displayName": "By flags", "group_type": "security", "owner": member(1), "userMembers": []any{member(2), member(3)}},
			1, []string{"resourceTypeId"}},
		{"revoke_sessions", map[string]any{"user_id": id}, 1, []string{"up to an hour"}},
		{"revoke_mfa", map[string]any{"user_id": id}, 1, []string{"deleted_count"}},
		{"restore_user", map[string]any{"user_id": id}, 1, nil}, // who was never deleted
	}
}

// Each action is done by flags, with one write where it writes.
func TestActions_AreDoneByFlags(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, accountsTenant())
	for _, c := range actionCases(t, sim) {
		s := stageOf(t, sim)
		sim.ResetHistory()
		said := s.run(invocation(t, c.action, c.args)...).wantExit(0)
		if n := changesOf(sim); n != c.writes {
			t.Errorf("%s took %d writes, want %d", c.action, n, c.writes)
		}
		for _, w := range append(c.words, "success") {
			if !strings.Contains(said.stdout+said.stderr, w) {
				t.Errorf("%s: %q is not in what it says: %s", c.action, w, said.end())
			}
		}
	}
}

func invocation(t *testing.T, action string, args map[string]any) []string {
	t.Helper()
	text, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"--invoke-action", action, "--invoke-action-args", string(text), "--log-format", "json"}
	if action == "create_group" {
		flags = append(flags, "--invoke-action-resource-type", "group")
	}
	return flags
}

// An argument that is wrong makes the run fail with the name of the argument.
func TestActions_FailByFlagsWithTheNameOfTheArgument(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	for action, args := range map[string]map[string]any{"enable_user": {"user_id": "me"}, "check_upn": {"upn": "a@contoso.com"}} {
		said := stageOf(t, sim).run(invocation(t, action, args)...)
		if said.code == 0 {
			t.Errorf("%s: exit code 0", action)
		}
		for name := range args {
			if text := said.stdout + said.stderr; !strings.Contains(text, fmt.Sprintf("InvalidArgument: the argument %s ", name)) {
				t.Errorf("%s does not name %s: %s", action, name, said.end())
			}
		}
	}
	if n := changesOf(sim); n != 0 {
		t.Errorf("%d writes", n)
	}
}
