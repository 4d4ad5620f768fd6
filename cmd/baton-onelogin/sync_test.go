package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// TestSync_HoldsWhatTheAccountHas: every user, role, group and app, and who is a member or an admin of each role.
func TestSync_HoldsWhatTheAccountHas(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 7})
	e := run(t, sim, nil)
	if e.code != 0 {
		t.Fatalf("exit code %d: %s", e.code, e.stderr)
	}
	census := sim.Census()
	resources, grants := contents(t, e.file)
	if want := len(census.Users) + len(census.Roles) + len(census.Groups) + len(census.Apps); resources != want {
		t.Errorf("seed 7: %d resources, want %d", resources, want)
	}
	want := map[string]bool{}
	for _, r := range census.Roles {
		for slug, users := range map[string][]int64{"member": r.Members, "admin": r.Admins} {
			for _, u := range users {
				want[fmt.Sprintf("role:%d:%s:user:%d", r.ID, slug, u)] = true
			}
		}
	}
	for _, id := range grants {
		if strings.HasPrefix(id, "role:") && !want[id] {
			t.Errorf("seed 7: nobody gave %s", id)
		}
		delete(want, id)
	}
	if len(census.Roles) == 0 || len(want) > 0 {
		t.Errorf("seed 7: of %d roles these are missing: %v", len(census.Roles), want)
	}
}

// TestSync_OfUsersAndRolesNeedsTheScopeReadUsers alone, where no other types are asked for.
func TestSync_OfUsersAndRolesNeedsTheScopeReadUsers(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Scope: oneloginsim.ScopeReadUsers})
	e := run(t, sim, nil, "--sync-resource-types", "user,role")
	if e.code != 0 {
		t.Fatalf("exit code %d: %s", e.code, e.stderr)
	}
	census := sim.Census()
	if resources, _ := contents(t, e.file); resources != len(census.Users)+len(census.Roles) {
		t.Errorf("%d resources, want %d users and %d roles", resources, len(census.Users), len(census.Roles))
	}
}

// TestRefusals_SayOneSentence: what cannot work ends at once, with the cause and what to do.
func TestRefusals_SayOneSentence(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]struct {
		options oneloginsim.Options
		env     map[string]string
		code    int
		says    string
	}{
		"wrong secret": {env: map[string]string{"BATON_ONELOGIN_CLIENT_SECRET": "canary-secret"},
			code: 16, says: "the API credential was refused (401"},
		"scope too small": {options: oneloginsim.Options{Scope: oneloginsim.ScopeReadUsers},
			code: 7, says: "may not read apps: make one of the scope Read All"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := run(t, oneloginsim.Start(t, refusal.options), refusal.env)
			said := e.sentences()
			if e.code != refusal.code || len(said) != 1 || !strings.Contains(said[0], refusal.says) {
				t.Fatalf("exit code %d, %q, want %d and one sentence with %q", e.code, said, refusal.code, refusal.says)
			}
			if strings.Contains(e.stderr, "canary-secret") {
				t.Error("the secret is in the log")
			}
		})
	}
}
