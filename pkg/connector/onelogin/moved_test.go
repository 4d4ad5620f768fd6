package onelogin

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"github.com/conductorone/baton-sdk/pkg/sync"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// meddler changes the account behind the answer to a page, before anybody sees it: n is how many pages of the list have
// been read.
type meddler struct {
	next   http.RoundTripper
	list   string // the path of the list
	change func(n int)

	mu    gosync.Mutex
	pages int
}

func (m *meddler) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := m.next.RoundTrip(req)
	if err == nil && req.URL.Path == m.list && resp.StatusCode == http.StatusOK && req.URL.Query().Get("limit") != "1" { // a probe's
		m.mu.Lock()
		defer m.mu.Unlock()
		m.pages++
		m.change(m.pages)
	}
	return resp, err
}

// syncMeddled syncs an account while it is changed, and returns the path of the file and the pages of the list that were read.
func syncMeddled(t *testing.T, sim *oneloginsim.Server, list string, change func(n int)) (string, int, error) {
	t.Helper()
	m := &meddler{next: sim.Client().Transport, list: list, change: change}
	c, err := newConnector(settingsOf(sim), func(string) bool { return true }, m, &testkit.QuickClock{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sync.c1z")
	err = testkit.Sync(context.Background(), t, c, path, sync.WithWorkerCount(1))
	return path, m.pages, err
}

// holds checks that a file has whatever the account has now. What is gone meanwhile may still be in it.
func holds(t *testing.T, path string, sim *oneloginsim.Server) {
	t.Helper()
	got, want := testkit.Read(context.Background(), t, path), expect(sim.Census())
	for key := range want.Resources {
		if got.Resources[key] == nil {
			t.Errorf("seed %d: the resource %s slipped", sim.Options().Seed, key)
		}
	}
	for id := range want.Direct {
		if got.Grants[id] == nil {
			t.Errorf("seed %d: the grant %s slipped", sim.Options().Seed, id)
		}
	}
}

// TestO02_AWalkThatMovedIsReadAgain: pages are known by their numbers, so a row that goes lets another slip.
func TestO02_AWalkThatMovedIsReadAgain(t *testing.T) {
	const users, page = 60, 10
	for name, test := range map[string]struct {
		change func(*oneloginsim.Server, []oneloginsim.UserRecord)
		pages  int // that are read in all
	}{
		"one goes":                   {func(s *oneloginsim.Server, u []oneloginsim.UserRecord) { s.Account().DeleteUser(u[1].ID) }, users/page + users/page},
		"one comes":                  {func(s *oneloginsim.Server, _ []oneloginsim.UserRecord) { addUser(s) }, users/page + 1},
		"one goes and one comes":     {func(s *oneloginsim.Server, u []oneloginsim.UserRecord) { s.Account().DeleteUser(u[1].ID); addUser(s) }, users/page + users/page},
		"one on a page to come goes": {func(s *oneloginsim.Server, u []oneloginsim.UserRecord) { s.Account().DeleteUser(u[users-1].ID) }, users/page + users/page},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &testkit.QuickClock{}
			sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 21, Users: users, Roles: 5, Apps: 4, UserPage: page, Now: clock.Now})
			all := sim.Census().Users
			path, pages, err := syncMeddled(t, sim, "/api/2/users", func(n int) {
				clock.Pass(2 * time.Second) // the service tells the time in seconds
				if n == 2 {
					test.change(sim, all)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			holds(t, path, sim)
			if pages != test.pages {
				t.Errorf("seed 21: %d pages of users were read, want %d", pages, test.pages)
			}
		})
	}
}

func addUser(s *oneloginsim.Server) {
	s.Account().AddUser(map[string]any{"username": "new", "email": "new@example.com", "created_at": s.Options().Now().UTC().Format(time.RFC3339)})
}

// The members of a role slip as users do.
func TestO03_ARoleWhoseMembersMovedIsReadAgain(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 22, Users: 60, Roles: 5, Apps: 4, PageSize: 4, Quota: -1})
	var role oneloginsim.RoleRecord
	for _, r := range sim.Census().Roles {
		if len(r.Members) > len(role.Members) {
			role = r
		}
	}
	if len(role.Members) < 12 {
		t.Fatalf("seed 22: the largest role has %d members", len(role.Members))
	}
	path, pages, err := syncMeddled(t, sim, "/api/2/roles/"+text(role.ID)+"/users", func(n int) {
		if n == 2 {
			if err := sim.Account().Part(role.ID, "users", role.Members[0]); err != nil {
				t.Error(err)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	holds(t, path, sim)
	if whole := (len(role.Members) + 3) / 4; pages < 2*whole-1 {
		t.Errorf("seed 22: %d pages of members were read, and the list has %d", pages, whole)
	}
}

// A list that moves each time that it is read fails the sync.
func TestO02_AWalkThatAlwaysMovesFailsTheSync(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 23, Users: 60, Roles: 5, Apps: 4, UserPage: 10})
	all := sim.Census().Users
	_, pages, err := syncMeddled(t, sim, "/api/2/users", func(n int) {
		if n%3 == 0 {
			sim.Account().DeleteUser(all[n/3].ID)
		}
	})
	if status.Code(err) != codes.DataLoss || !strings.Contains(err.Error(), "the list of users moved each time that it was read") {
		t.Errorf("seed 23: %v", err)
	}
	if pages > 4*6 {
		t.Errorf("seed 23: %d pages were read", pages)
	}
}

// No account is without users: a list of none is not taken for one.
func TestO02_AListWithoutUsersFailsTheSync(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 24, Users: -1, Roles: -1, Apps: -1, Groups: -1, Privileges: -1})
	err := testkit.Sync(context.Background(), t, connectTo(t, sim), filepath.Join(t.TempDir(), "sync.c1z"))
	if status.Code(err) != codes.DataLoss || !strings.Contains(err.Error(), "not one of the users was read") || !strings.Contains(err.Error(), "the right tenant or account") {
		t.Errorf("seed 24: %v", err)
	}
}
