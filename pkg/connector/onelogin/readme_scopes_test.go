package onelogin

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// scopeTable are the columns of the README's table of scopes, and its rows: what they are about, and whether the scope of
// each column is enough.
func scopeTable(t *testing.T) (scopes []string, enough map[string][]bool) {
	t.Helper()
	rows := table(t, section(t, "Scopes of the credential"), "What")
	scopes, enough = rows[0][1:], map[string][]bool{}
	for _, row := range rows[1:] {
		for _, cell := range row[1:] {
			if cell != "yes" && cell != "–" {
				t.Fatalf("%s: %q is neither yes nor –", row[0], cell)
			}
			enough[row[0]] = append(enough[row[0]], cell == "yes")
		}
	}
	return scopes, enough
}

// Each resource type in a row of the table is synced by the least of the scopes that it says are enough, and refused at
// the door with each that it says is not. The scope without a column reads nothing.
func TestReadme_ScopesReadWhatTheTableSays(t *testing.T) {
	t.Parallel()
	scopes, rows := scopeTable(t)
	tried := map[string]bool{}
	for what, enough := range rows {
		types := inBackticks(what)
		if !strings.HasPrefix(what, "sync ") {
			continue
		}
		for _, resourceType := range slices.DeleteFunc(types, func(name string) bool { return strings.HasPrefix(name, "--") }) {
			tried[resourceType] = true
			t.Run(resourceType, func(t *testing.T) {
				t.Parallel()
				sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 71, Users: 12, Roles: 3, Apps: 2, Groups: 2, Privileges: 2})
				for i, scope := range append(slices.Clone(scopes), oneloginsim.ScopeAuthentication) {
					sim.SetScope(scope)
					sim.ExpireTokens()
					c := connectTo(t, sim, resourceType)
					_, err := c.Validate(t.Context())
					suffices := i < len(enough) && enough[i]
					if !suffices {
						refused(t, err, codes.PermissionDenied, "of the scope ")
						continue
					}
					if err != nil {
						t.Errorf("with %s: %v", scope, err)
					} else if slices.Index(enough, true) == i {
						syncsOnly(t, c, resourceType)
					}
				}
			})
		}
	}
	for _, s := range (&Connector{}).ResourceSyncers(t.Context()) {
		if id := s.ResourceType(t.Context()).GetId(); !tried[id] {
			t.Errorf("the table does not say who may sync %s", id)
		}
	}
}

// syncsOnly syncs one resource type, which has to bring some.
func syncsOnly(t *testing.T, c *Connector, resourceType string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, c, path, sync.WithSyncResourceTypes([]string{resourceType})); err != nil {
		t.Fatal(err)
	}
	if len(testkit.Read(context.Background(), t, path).Resources) == 0 {
		t.Errorf("no %s in the file", resourceType)
	}
}

func TestReadme_ScopesReadTheEventFeed(t *testing.T) {
	t.Parallel()
	scopes, rows := scopeTable(t)
	enough := rows["the event feed `"+feedEvents+"`"]
	d := openWriting(t, 72, nil, nil)
	d.sim.Account().AddEvent(529, map[string]any{"user_id": d.people(1)[0]})
	for i, scope := range scopes {
		d.sim.SetScope(scope)
		d.sim.ExpireTokens()
		if told := len(d.reader().rest()); i >= len(enough) || (told > 0) != enough[i] {
			t.Errorf("%s: %d events, and the table says %v", scope, told, enough)
		}
	}
}

// TestReadme_ScopesChangeWhatTheTableSays holds the table against the least scope of each operation, which
// TestO01_ScopesOfWrites tries: it is enough, and each smaller one is refused.
func TestReadme_ScopesChangeWhatTheTableSays(t *testing.T) {
	t.Parallel()
	scopes, rows := scopeTable(t)
	least := map[string][]bool{}
	for _, op := range openWriting(t, 73, nil, nil).operations() {
		var enough []bool
		for _, scope := range scopes {
			enough = append(enough, scope == op.scope || scope == scopeManageAll)
		}
		least[op.name] = enough
	}
	said := map[string]bool{}
	for what, enough := range rows {
		for _, name := range changesOf(what) {
			said[name] = true
			if !slices.Equal(enough, least[name]) {
				t.Errorf("%s: the table says %v for %s, want %v for %q", what, enough, name, least[name], scopes)
			}
		}
	}
	for name := range least {
		if !said[name] {
			t.Errorf("the table does not say who may %s", name)
		}
	}
}

// changesOf are the operations that a row of the table is about, by their names.
func changesOf(what string) []string {
	both := func(names ...string) (all []string) {
		for _, name := range names {
			all = append(all, "grant "+name, "revoke "+name)
		}
		return all
	}
	switch what {
	case "grant and revoke: members and admins of a role":
		return both("role member", "role admin")
	case "grant and revoke: apps of a role":
		return both("app of a role")
	case "grant and revoke: privileges of users and roles":
		return both("privilege of a user", "privilege of a role")
	case "create an account with a password":
		return []string{"create an account"}
	case "a new password for an account":
		return []string{"rotate a password"}
	case "create an account without a password", "delete an account":
		return []string{what}
	}
	if strings.HasPrefix(what, "`") { // actions
		return inBackticks(what)
	}
	return nil
}
