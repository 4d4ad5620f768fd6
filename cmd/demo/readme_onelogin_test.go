package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// newAccountStage is one of a OneLogin account, with somebody who is not in the role that the README grants.
func newAccountStage(t *testing.T) *readmeStage {
	t.Helper()
	s := newReadmeStage(t, "baton-onelogin")
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 3, Users: 30, Roles: 4, Apps: 4, Groups: 2})
	user, role := sim.Account().AddUser(map[string]any{"email": "new@acme.example"}), sim.Account().AddRole("Readers")
	s.leadTo(t, sim)
	s.ids = strings.NewReplacer("<role id>", strconv.FormatInt(role, 10), "<user id>", strconv.FormatInt(user, 10))
	return s
}
