package main_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// accountsTenant is one whose application may do everything with users.
func accountsTenant() graphsim.Options {
	o := smallTenant()
	o.DirectoryRoles = []string{"Global Administrator"}
	o.Permissions = append(graphsim.ReadPermissions(), graphsim.WritePermissions()...)
	return o
}

// E02 and E03: an account is created, its credentials are rotated, and it is deleted, by flags.
func TestAccounts_LiveAndDieByFlags(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, accountsTenant())
	s := stageOf(t, sim)
	s.Run("--sync-resource-types", "user").WantExit(0)
	profile, err := json.Marshal(map[string]any{"login": "noor.new@contoso.com", "email": "noor.new@contoso.com", "displayName": "Noor New",
		"mailNickname": "noor.new", "userPrincipalName": "noor.new@contoso.com", "accountEnabled": false, "employeeId": "N-1001",
		"additionalAttributes": `{"usageLocation": "US"}`})
	if err != nil {
		t.Fatal(err)
	}
	var secrets []string
	created := s.Run("--provisioning", "--create-account-profile", string(profile), "--create-account-resource-type", "user").WantExit(0)
	u := named(t, sim, "noor.new@contoso.com")
	if u.Text("displayName") != "Noor New" || u.Get("accountEnabled") != false || u.Text("employeeId") != "N-1001" || u.Text("usageLocation") != "US" {
		t.Errorf("the tenant has made of it %v, %v, %v, %v", u.Get("displayName"), u.Get("accountEnabled"), u.Get("employeeId"), u.Get("usageLocation"))
	}
	secrets = append(secrets, passwordOf(sim, u.ID()))
	s.Run("--sync-resource-types", "user").WantExit(0)
	if ids := s.Contents("sync.c1z").Resources.IDs(); !slices.Contains(ids, "user:"+u.ID()) {
		t.Error("the next sync does not show the account")
	}
	rotated := s.Run("--provisioning", "--rotate-credentials", u.ID(), "--rotate-credentials-type", "user").WantExit(0)
	secrets = append(secrets, passwordOf(sim, u.ID()))
	if secrets[0] == secrets[1] || secrets[0] == "" {
		t.Error("the password is what it was")
	}
	for range 2 { // once more is a success, too
		s.Run("--provisioning", "--delete-resource", u.ID(), "--delete-resource-type", "user").WantExit(0)
	}
	s.Run("--sync-resource-types", "user").WantExit(0)
	if ids := s.Contents("sync.c1z").Resources.IDs(); slices.Contains(ids, "user:"+u.ID()) {
		t.Error("the next sync shows the account that was deleted")
	}
	for _, secret := range secrets {
		created.WantNot(secret)
		rotated.WantNot(secret)
		if strings.Contains(string(s.Read("sync.c1z")), secret) {
			t.Error("the file holds a password")
		}
	}
}

// What an account lacks is said by the name of the field, and nothing is written.
func TestAccounts_ARefusalNamesTheField(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, accountsTenant())
	s := stageOf(t, sim)
	s.Run("--sync-resource-types", "user").WantExit(0)
	const invalidArgument = 3
	before := len(sim.Census().Users)
	s.Run("--provisioning", "--create-account-login", "noor.new@contoso.com").WantExit(invalidArgument).WantSentence("displayName is missing")
	if after := len(sim.Census().Users); after != before {
		t.Errorf("%d users, before %d", after, before)
	}
}

func named(t *testing.T, sim *graphsim.Server, upn string) graphsim.Record {
	t.Helper()
	for _, u := range sim.Census().Users {
		if u.Text("userPrincipalName") == upn {
			return u
		}
	}
	t.Fatalf("nobody is called %s", upn)
	return graphsim.Record{}
}

func passwordOf(sim *graphsim.Server, userID string) string {
	text, _ := sim.Tenant().Password(userID)
	return text
}
