package main_test

import (
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// O01: a sync of users and roles needs the scope Read Users alone, where no other types are asked for.
func TestO01_ASyncOfUsersAndRolesNeedsTheScopeReadUsers(t *testing.T) {
	t.Parallel()
	a := startAccount(t, oneloginsim.Options{Seed: 8, Scope: oneloginsim.ScopeReadUsers})
	s := servicekit.StageOf(t, a)
	s.Run("--sync-resource-types", "user,role").WantExit(0)
	servicekit.WantResources(t, s.Contents("sync.c1z"), servicekit.Only(a.Resources(), "user", "role"))
	s.WantOnly("sync.c1z")
}

// O01: what cannot work ends at once, with the cause and what to do.
func TestO01_ARefusalIsOneSentence(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]struct {
		options oneloginsim.Options
		env     map[string]string
		code    int
		says    string
	}{
		"wrong secret": {env: map[string]string{"BATON_ONELOGIN_CLIENT_SECRET": servicekit.Canary},
			code: 16, says: "the API credential was refused (401"},
		"scope too small": {options: oneloginsim.Options{Scope: oneloginsim.ScopeReadUsers},
			code: 7, says: "may not read apps: make one of the scope Read All"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := startAccount(t, refusal.options)
			s := servicekit.StageOf(t, a).With(map[string]string{"BATON_PRIVILEGES_ENABLED": ""}).With(refusal.env)
			e := s.Run().WantExit(refusal.code).WantSentence(refusal.says)
			servicekit.WantNoSecrets(t, e.Stdout+e.Stderr, a)
			s.WantOnly()
		})
	}
}
