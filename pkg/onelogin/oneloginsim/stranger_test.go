package oneloginsim_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// strangers is where the client library of OneLogin is pinned.
const strangers = "../../../.ci/tools/onelogin-node"

// library installs OneLogin's client library as it is pinned, once for each pin, and returns its node_modules.
func library(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("OneLogin's client library needs %s, which is not here", program)
		}
	}
	lock, err := os.ReadFile(filepath.Join(strangers, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	dir, err := filepath.Abs(filepath.Join("../../../bin", "onelogin-node-"+hex.EncodeToString(sum[:6])))
	if err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	fresh := beside(t, dir)
	for _, name := range []string{"package.json", "package-lock.json"} {
		content, err := os.ReadFile(filepath.Join(strangers, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(fresh, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = fresh
	if out, err := npm.CombinedOutput(); err != nil {
		t.Skipf("OneLogin's client library cannot be had from the npm registry: %v\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, gone := os.Stat(modules); gone != nil { // else somebody else was faster
			t.Fatal(err)
		}
	}
	return modules
}

// beside is a folder beside another, to be renamed to that when it is whole.
func beside(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(fresh) }) // gone already where it was renamed
	return fresh
}

// pair is an id and a name, as the library saw them.
type pair [2]any

type saw struct {
	Apps, Users, Roles, Groups, Privileges []pair
	App, AppMade, AppRenamed, UserTitle    string
	AppsAfter, UserStatus, Added, Removed  int
	Members                                []string
	MembersAfter, UserGone                 int
}

func TestOneLoginsOwnClientLibrary(t *testing.T) {
	t.Parallel()
	modules := library(t)
	sim := oneloginsim.Start(t, oneloginsim.Options{Users: 80})
	c, o := sim.Census(), sim.Options()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, sim.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "testdata/stranger.js")
	node.Env = append(os.Environ(), "NODE_PATH="+modules, "NODE_EXTRA_CA_CERTS="+ca, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"ONELOGIN_URL="+sim.URL(), "ONELOGIN_ID="+o.ClientID, "ONELOGIN_SECRET="+o.ClientSecret, "ONELOGIN_ROLE="+strconv.FormatInt(c.Roles[1].ID, 10))
	var stderr bytes.Buffer
	node.Stderr = &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr.String())
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	var got saw
	if err := json.Unmarshal(lines[len(lines)-1], &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got.check(t, c)
	if left := sim.Census(); len(left.Users) != len(c.Users) || len(left.Apps) != len(c.Apps) || len(left.Roles[1].Members) != 0 {
		t.Errorf("it left %d users and %d apps", len(left.Users), len(left.Apps))
	}
}

func (s saw) check(t *testing.T, c *oneloginsim.Census) {
	t.Helper()
	if len(s.Apps) != len(c.Apps) || len(s.Users) != len(c.Users) || len(s.Roles) != len(c.Roles) || len(s.Groups) != len(c.Groups) || len(s.Privileges) != len(c.Privileges) {
		t.Errorf("it saw %d apps, %d users, %d roles, %d groups, %d privileges", len(s.Apps), len(s.Users), len(s.Roles), len(s.Groups), len(s.Privileges))
	}
	for i, app := range s.Apps {
		if app != (pair{float64(c.Apps[i].ID), c.Apps[i].Name}) {
			t.Errorf("app %d was seen as %v", c.Apps[i].ID, app)
		}
	}
	for i, role := range s.Roles {
		if role != (pair{float64(c.Roles[i].ID), c.Roles[i].Name}) {
			t.Errorf("role %d was seen as %v", c.Roles[i].ID, role)
		}
	}
	if s.App != c.Apps[0].Name || s.AppMade != "Made" || s.AppRenamed != "Renamed" || s.AppsAfter != len(c.Apps) {
		t.Errorf("apps: %q, %q, %q, %d", s.App, s.AppMade, s.AppRenamed, s.AppsAfter)
	}
	if s.UserStatus != 7 || s.UserTitle != "Guest" || s.UserGone != 404 {
		t.Errorf("the user: status %d, title %q, in the end %d", s.UserStatus, s.UserTitle, s.UserGone)
	}
	if s.Added != 200 || s.Removed != 204 || len(s.Members) != 1 || s.Members[0] != "stranger" || s.MembersAfter != 0 {
		t.Errorf("the role: %d, %v, %d, %d", s.Added, s.Members, s.Removed, s.MembersAfter)
	}
}
