package main_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// mailedUser is a user whom Exchange knows.
func mailedUser(t *testing.T, sim *graphsim.Server) string {
	t.Helper()
	for _, u := range sim.Census().Users {
		if u.Text("mail") != "" {
			return u.ID()
		}
	}
	t.Fatal("no user has a mail address")
	return ""
}

// changesOf are the requests that changed something, at either door.
func changesOf(sim *graphsim.Server) int {
	n := 0
	for _, r := range sim.History() {
		toGraph := strings.HasPrefix(r.Path, "/v1.0/") && r.Method != http.MethodGet && !strings.HasSuffix(r.Path, "/$batch")
		toExchange := strings.HasPrefix(r.Path, "/adminapi/") && !strings.Contains(r.Body, `"Get-`)
		if toGraph || toExchange {
			n++
		}
	}
	sim.ResetHistory()
	return n
}

// E04 and E05: members and owners are granted and revoked by flags, each twice.
func TestGroups_MembersAndOwnersByFlags(t *testing.T) {
	t.Parallel()
	o := accountsTenant()
	sim := startTenant(t, o)
	s, user := stageOf(t, sim), mailedUser(t, sim)
	for what, properties := range map[string]map[string]any{
		"security": {"displayName": "Made here", "mailNickname": "made", "mailEnabled": false, "securityEnabled": true},
		"list":     {"displayName": "List", "mailNickname": "list", "mailEnabled": true, "securityEnabled": false, "mail": "list@contoso.com"},
	} {
		group, err := sim.Tenant().AddGroup(properties)
		if err != nil {
			t.Fatal(err)
		}
		owner := sim.Census().Users[20].ID() // another one, for the last owner stays
		if err := sim.Tenant().AddOwner(group, owner); err != nil {
			t.Fatal(err)
		}
		s.Run("--sync-resource-types", "user,group").WantExit(0)
		for _, slug := range []string{"members", "owners"} {
			entitlement := "group:" + group + ":" + slug
			id := entitlement + ":user:" + user
			grant := []string{"--grant-entitlement", entitlement, "--grant-principal", user, "--grant-principal-type", "user"}
			sim.ResetHistory()
			s.Run(append(grant, "--provisioning")...).WantExit(0)
			if n := changesOf(sim); n != 1 {
				t.Errorf("%s: the grant of %s took %d writes", what, slug, n)
			}
			s.Run(append(grant, "--provisioning")...).WantExit(0)
			s.Run("--sync-resource-types", "user,group").WantExit(0)
			if !slices.Contains(s.Contents("sync.c1z").Grants.IDs(), id) {
				t.Errorf("%s: the next sync does not show %s", what, id)
			}
			sim.ResetHistory()
			s.Run("--revoke-grant", id, "--provisioning").WantExit(0)
			if n := changesOf(sim); n != 1 {
				t.Errorf("%s: the revoke of %s took %d writes", what, slug, n)
			}
			s.Run("--revoke-grant", id, "--provisioning").WantExit(0)
			s.Run("--sync-resource-types", "user,group").WantExit(0)
			if slices.Contains(s.Contents("sync.c1z").Grants.IDs(), id) {
				t.Errorf("%s: the next sync still shows %s", what, id)
			}
		}
	}
}
