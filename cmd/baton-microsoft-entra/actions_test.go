package main_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
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
	said := s.Run("--list-action-schemas", "--log-format", "json").WantExit(0)
	for _, name := range actionNames() {
		if !strings.Contains(said.Stdout+said.Stderr, name) {
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

// actionCases are all actions, done to the first of six ordinary users, who has a method of authentication.
func actionCases(t *testing.T, sim *graphsim.Server) []servicekit.ActionCase {
	t.Helper()
	users := ordinary(t, sim, 6)
	if err := sim.Tenant().SetAuthMethods(users[0].ID(), "phoneAuthenticationMethod"); err != nil {
		t.Fatal(err)
	}
	id := users[0].ID()
	member := func(i int) map[string]any {
		return map[string]any{"resource_type_id": "user", "resource_id": users[i].ID()}
	}
	return []servicekit.ActionCase{
		{Action: "disable_user", Args: map[string]any{"user_id": id}, Writes: 1},
		{Action: "enable_user", Args: map[string]any{"user_id": id}, Writes: 1},
		{Action: "update_user", Args: map[string]any{"user_id": id, "user_profile": `{"city":"Oslo","jobTitle":null}`}, Writes: 1, Words: []string{"updated_fields", "city", "jobTitle"}},
		{Action: "update_user", Args: map[string]any{"user_id": id, "user_profile": map[string]any{"city": "Bergen"}}, Writes: 1, Words: []string{"city"}},
		{Action: "update_profile", Args: map[string]any{"user_id": id, "department": "Sales", "country": ""}, Writes: 1, Words: []string{"department"}},
		{Action: "set_manager", Args: map[string]any{"user_id": id, "manager_identifier": users[1].Text("userPrincipalName")}, Writes: 1},
		{Action: "set_manager", Args: map[string]any{"user_id": id, "manager_identifier": ""}, Writes: 1},
		{Action: "check_upn", Args: map[string]any{"proposed_upn": users[1].Text("userPrincipalName")}, Writes: 0, Words: []string{"available", "reason"}},
		{Action: "create_group", ResourceType: "group", Args: map[string]any{"displayName": "By flags", "group_type": "security", "owner": member(1), "userMembers": []any{member(2), member(3)}},
			Writes: 1, Words: []string{"resourceTypeId"}},
		{Action: "revoke_sessions", Args: map[string]any{"user_id": id}, Writes: 1, Words: []string{"up to an hour"}},
		{Action: "revoke_mfa", Args: map[string]any{"user_id": id}, Writes: 1, Words: []string{"deleted_count"}},
		{Action: "restore_user", Args: map[string]any{"user_id": id}}, // who was never deleted
	}
}

// Each action is done by flags, with one write where it writes.
func TestActions_AreDoneByFlags(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, accountsTenant())
	for _, c := range actionCases(t, sim) {
		s := stageOf(t, sim)
		sim.ResetHistory()
		said := s.Run(invocation(t, c.Action, c.Args)...).WantExit(0)
		if written := (account{sim}).Written(); len(written) != c.Writes {
			t.Errorf("%s took the writes %q, want %d", c.Action, written, c.Writes)
		}
		for _, w := range append(c.Words, "success") {
			if !strings.Contains(said.Stdout+said.Stderr, w) {
				t.Errorf("%s: %q is not in what it says: %s", c.Action, w, said.End())
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
		said := stageOf(t, sim).Run(invocation(t, action, args)...)
		if said.Code == 0 {
			t.Errorf("%s: exit code 0", action)
		}
		for name := range args {
			if text := said.Stdout + said.Stderr; !strings.Contains(text, fmt.Sprintf("InvalidArgument: the argument %s ", name)) {
				t.Errorf("%s does not name %s: %s", action, name, said.End())
			}
		}
	}
	if n := changesOf(sim); n != 0 {
		t.Errorf("%d writes", n)
	}
}
