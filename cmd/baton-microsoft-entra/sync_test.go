package main_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestSync_HoldsTheTenantInEitherFormat(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 11})
	formats := map[string][]string{
		"C1Z3\x00": nil,
		"C1ZF\x00": {"--storage-engine", "sqlite"},
	}
	files := map[string]servicekit.Contents{}
	for magic, args := range formats {
		s := stageOf(t, sim)
		s.Run(append(args, "--workers", "4")...).WantExit(0)
		if !strings.HasPrefix(string(s.Read("sync.c1z")), magic) {
			t.Errorf("with %q the file begins with %q, want %q", args, s.Read("sync.c1z")[:5], magic)
		}
		s.WantOnly("sync.c1z")
		files[magic] = s.Contents("sync.c1z")
		servicekit.WantResources(t, files[magic], resourcesOf(sim.Census()))

		s.Run(args...).WantExit(0)
		s.WantOnly("sync.c1z")
		servicekit.WantSame(t, s.Contents("sync.c1z"), files[magic])
	}
	pebble, sqlite := files["C1Z3\x00"], files["C1ZF\x00"]
	if len(pebble.Grants) == 0 || !slices.Equal(pebble.Entitlements.IDs(), sqlite.Entitlements.IDs()) ||
		!slices.Equal(pebble.Grants.IDs(), sqlite.Grants.IDs()) {
		t.Errorf("the formats differ: %d and %d entitlements, %d and %d grants", len(pebble.Entitlements), len(sqlite.Entitlements),
			len(pebble.Grants), len(sqlite.Grants))
	}
}

func TestSync_OfSomeTypesAsksForNothingElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		types       string
		permissions []string
		below       []string // the paths of these types
	}{
		{"user,group", []string{"User.Read.All", "GroupMember.Read.All"}, []string{"/v1.0/users", "/v1.0/groups"}},
		{"user", []string{"User.Read.All"}, []string{"/v1.0/users"}},
		{"managed_identity", []string{"Application.Read.All"}, []string{"/v1.0/servicePrincipals"}},
		{"enterprise_application", []string{"Application.Read.All"}, []string{"/v1.0/servicePrincipals"}},
		{"role", []string{"RoleManagement.Read.Directory"}, []string{"/v1.0/roleManagement"}},
	} {
		t.Run(c.types, func(t *testing.T) {
			t.Parallel()
			options := smallTenant()
			options.Permissions = c.permissions
			sim := startTenant(t, options)
			s := stageOf(t, sim)
			s.Run("--sync-resource-types", c.types).WantExit(0)
			types := strings.Split(c.types, ",")
			servicekit.WantResources(t, s.Contents("sync.c1z"), servicekit.Only(resourcesOf(sim.Census()), types...))
			wantAskedBelow(t, sim, c.below...)
		})
	}
}

// wantAskedBelow checks that all of the paths were asked for, and nothing outside of them but the connector's own
// registration, which it looks at for the end of its secret.
func wantAskedBelow(t *testing.T, sim *graphsim.Server, prefixes ...string) {
	t.Helper()
	missing := slices.Clone(prefixes)
	for _, path := range asked(sim) {
		if strings.HasPrefix(path, "/v1.0/applications(") {
			continue
		}
		i := slices.IndexFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
		if i < 0 {
			t.Errorf("%s was asked for", path)
			continue
		}
		missing = slices.DeleteFunc(missing, func(prefix string) bool { return prefix == prefixes[i] })
	}
	if len(missing) > 0 {
		t.Errorf("%v was not asked for", missing)
	}
}

func TestSync_OfResourcesOnlyReadsNoRelation(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	s := stageOf(t, sim)
	s.Run("--skip-entitlements-and-grants").WantExit(0)
	c := s.Contents("sync.c1z")
	servicekit.WantResources(t, c, resourcesOf(sim.Census()))
	if len(c.Entitlements)+len(c.Grants) > 0 {
		t.Errorf("the file has %d entitlements and %d grants", len(c.Entitlements), len(c.Grants))
	}
	for _, r := range sim.History() {
		for _, relation := range []string{"/members", "/owners", "/appRoleAssignedTo", "/roleAssignments", "=members", "=appRoleAssignedTo"} {
			if strings.Contains(r.Path+"?"+r.Query, relation) {
				t.Errorf("%s?%s was asked for", r.Path, r.Query)
			}
		}
	}
}
