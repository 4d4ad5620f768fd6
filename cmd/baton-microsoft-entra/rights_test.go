package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// openRole is an app role for people, "<application>:assignment:<role>".
func openRole(t *testing.T, sim *graphsim.Server) (application, entitlement string) {
	t.Helper()
	for _, sp := range sim.Census().ServicePrincipals {
		var roles []struct {
			ID      string   `json:"id"`
			Enabled bool     `json:"isEnabled"`
			Allowed []string `json:"allowedMemberTypes"`
		}
		raw, _ := sp.Get("appRoles").(json.RawMessage)
		if sp.Text("servicePrincipalType") != "Application" || json.Unmarshal(raw, &roles) != nil {
			continue
		}
		for _, r := range roles {
			if r.Enabled && slices.Contains(r.Allowed, "User") {
				return "enterprise_application:" + sp.ID(), "enterprise_application:" + sp.ID() + ":assignment:" + r.ID
			}
		}
	}
	t.Fatal("no application has a role for people")
	return "", ""
}

// TestRights_ByFlags: roles and owners of applications, directory roles and licences are granted and revoked by
// flags, each twice, and the next sync shows it.
func TestRights_ByFlags(t *testing.T) {
	t.Parallel()
	o := smallTenant()
	o.Permissions = append(graphsim.ReadPermissions(), "AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All", "Directory.Read.All",
		"RoleManagement.ReadWrite.Directory", "LicenseAssignment.ReadWrite.All")
	sim := startTenant(t, o)
	user, err := sim.Tenant().AddUser(map[string]any{"displayName": "Added", "userPrincipalName": "added@example.com", "userType": "Member",
		"accountEnabled": true, "usageLocation": "DE"})
	if err != nil {
		t.Fatal(err)
	}
	application, role := openRole(t, sim)
	entitlements := []string{role, application + ":owners", "role:" + sim.Census().RoleDefinitions[0].ID() + ":assigned",
		"license:a403ebcc-fae0-4ca2-8c8c-7a907fd6c235:assigned"}
	s := stageOf(t, sim)
	s.Run().WantExit(0)
	for _, e := range entitlements {
		twice(s, sim, "--grant-entitlement", e, "--grant-principal", user, "--grant-principal-type", "user")
	}
	s.Run().WantExit(0)
	for _, e := range entitlements {
		id := fmt.Sprintf("%s:user:%s", e, user)
		if !slices.Contains(s.Contents("sync.c1z").Grants.IDs(), id) {
			t.Errorf("the next sync does not show %s", id)
		}
		twice(s, sim, "--revoke-grant", id)
	}
	s.Run().WantExit(0)
	for _, e := range entitlements {
		if id := fmt.Sprintf("%s:user:%s", e, user); slices.Contains(s.Contents("sync.c1z").Grants.IDs(), id) {
			t.Errorf("the next sync still shows %s", id)
		}
	}
}

// twice does a task two times over: both succeed, and the tenant takes one write.
func twice(s *servicekit.Stage, sim *graphsim.Server, flags ...string) {
	s.T.Helper()
	sim.ResetHistory()
	for range 2 {
		s.Run(append(flags, "--provisioning")...).WantExit(0)
	}
	taken := 0
	for _, r := range sim.History() {
		if isWrite(r) && r.Status < 300 {
			taken++
		}
	}
	if taken != 1 {
		s.T.Errorf("%v: %d writes", flags, taken)
	}
}

// isWrite says whether a request to Graph was meant to change something.
func isWrite(r graphsim.Request) bool {
	return r.Method != http.MethodGet && strings.HasPrefix(r.Path, "/v1.0/")
}
