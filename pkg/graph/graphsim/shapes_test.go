package graphsim_test

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestNew_ShapesOfUsers(t *testing.T) {
	c := census(t, graphsim.Options{})
	for name, like := range map[string]func(graphsim.Record) bool{
		"pending guest": func(r graphsim.Record) bool { return r.Text("externalUserState") == "PendingAcceptance" },
		"member guest": func(r graphsim.Record) bool {
			return r.Text("userType") == "Member" && strings.Contains(r.Text("userPrincipalName"), "#EXT#")
		},
		"disabled":       func(r graphsim.Record) bool { return r.Get("accountEnabled") == false },
		"without mail":   func(r graphsim.Record) bool { return r.Get("mail") == nil },
		"256 characters": func(r graphsim.Record) bool { return utf8.RuneCountInString(r.Text("displayName")) == 256 },
		"emoji":          func(r graphsim.Record) bool { return strings.Contains(r.Text("displayName"), "🚀") },
		"right to left":  func(r graphsim.Record) bool { return strings.Contains(r.Text("displayName"), "حداد") },
		"no manager":     func(r graphsim.Record) bool { return r.Manager == "" },
		"synced":         func(r graphsim.Record) bool { return r.Get("onPremisesSyncEnabled") == true },
		"no creation":    func(r graphsim.Record) bool { return r.Get("createdDateTime") == nil },
	} {
		t.Run(name, func(t *testing.T) { record(t, c.Users, like) })
	}
	n := len(c.Users)
	if ring := c.Users[n-3 : n]; ring[0].Manager != ring[1].ID() || ring[1].Manager != ring[2].ID() || ring[2].Manager != ring[0].ID() {
		t.Error("the last three users do not manage each other in a ring")
	}
}

func TestNew_ShapesOfApplications(t *testing.T) {
	c := census(t, graphsim.Options{Seed: 9, Users: 2000, Apps: 40, Assignments: 9000})
	var sizes []int
	kinds, principals := map[string]int{}, map[string]int{}
	known := map[string]bool{}
	for _, list := range [][]graphsim.Record{c.Users, c.Groups, c.ServicePrincipals} {
		for _, r := range list {
			known[r.ID()] = true
		}
	}
	for _, sp := range c.ServicePrincipals {
		sizes = append(sizes, len(sp.AppRoleAssignedTo))
		kinds[sp.Text("servicePrincipalType")]++
		for _, a := range sp.AppRoleAssignedTo {
			principals[a.PrincipalType]++
			if !known[a.PrincipalID] {
				principals["gone"]++
			}
			if a.AppRoleID == "00000000-0000-0000-0000-000000000000" {
				principals["default role"]++
			}
		}
	}
	for _, n := range []int{0, 19, 20, 21} {
		if !slices.Contains(sizes, n) {
			t.Errorf("no application of %d assignments", n)
		}
	}
	if slices.Max(sizes) < 5000 {
		t.Errorf("the largest application has %d assignments", slices.Max(sizes))
	}
	for _, kind := range []string{"Application", "Legacy", "SocialIdp", "ManagedIdentity"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s", kind)
		}
	}
	for _, kind := range []string{"User", "Group", "ServicePrincipal", "gone", "default role"} {
		if principals[kind] == 0 {
			t.Errorf("no assignment to a %s", kind)
		}
	}
}

// TestSigningThumbprint_IsHex: one fingerprint in two spellings, base64 among the keys and hex digits beside them.
func TestSigningThumbprint_IsHex(t *testing.T) {
	saml := record(t, census(t, graphsim.Options{}).ServicePrincipals, func(sp graphsim.Record) bool { return sp.Text("preferredSingleSignOnMode") == "saml" })
	keys := list[struct{ CustomKeyIdentifier []byte }](t, saml, "keyCredentials")
	if len(keys) != 2 || strings.ToUpper(hex.EncodeToString(keys[0].CustomKeyIdentifier)) != saml.Text("preferredTokenSigningKeyThumbprint") {
		t.Errorf("%q beside %v", saml.Text("preferredTokenSigningKeyThumbprint"), keys)
	}
}

// TestText_ComesBackWhole: what JSON has to escape is escaped wherever it stands in a text, and everything else is left.
func TestText_ComesBackWhole(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{Users: -1})
	want := map[string]string{}
	for _, odd := range []string{"\x00", "\x1f", " ", "\"", "\\", "~", "\x7f", "é", "\u2028", "<", "a"} {
		for at := range 18 {
			name := strings.Repeat("x", at) + odd + strings.Repeat("y", 17-at)
			id, err := r.Tenant().AddUser(map[string]any{"displayName": name})
			must(t, err)
			want[id] = name
		}
	}
	rows, _ := r.walk("/users?$select=displayName&$top=999")
	for _, row := range rows {
		if id, _ := row["id"].(string); row["displayName"] != want[id] {
			t.Errorf("%q, want %q", row["displayName"], want[id])
		}
	}
	if len(rows) != len(want) {
		t.Errorf("%d users, want %d", len(rows), len(want))
	}
}
