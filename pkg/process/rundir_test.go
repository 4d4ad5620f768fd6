package process

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSweep_RemovesTheDeadAndLeavesTheLiving(t *testing.T) {
	parent := t.TempDir()
	live := mustRunDir(t, parent)
	defer live.remove()
	dead := mustRunDir(t, parent)
	if err := dead.lock.Close(); err != nil {
		t.Fatal(err)
	}
	unlocked := filepath.Join(parent, ".a.c1z.77.partial") // its owner died before it made the lock
	if err := os.Mkdir(unlocked, 0o700); err != nil {
		t.Fatal(err)
	}
	if n := sweep(parent, ".a.c1z.", partialSuffix); n != 2 {
		t.Errorf("swept %d, want 2", n)
	}
	for path, want := range map[string]bool{live.path: true, dead.path: false, unlocked: false} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", path, err, want)
		}
	}
}

func TestSweep_LeavesARunWhoseWorkerLivesOn(t *testing.T) {
	parent := t.TempDir()
	supervisor := mustRunDir(t, parent)
	worker, err := joinRunDir(supervisor.path, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := supervisor.lock.Close(); err != nil {
		t.Fatal(err)
	}
	if n := sweep(parent, ".a.c1z.", partialSuffix); n != 0 {
		t.Errorf("swept %d living", n)
	}
	worker.remove()
}

// A run that was killed can be dying still when the next begins; when that ends it is dead.
func TestRun_SweepsAtItsEndToo(t *testing.T) {
	parent, temp := t.TempDir(), t.TempDir()
	dying := mustRunDir(t, parent)
	r, err := prepare(toyName, filepath.Join(parent, "a.c1z"), temp)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dying.path); err != nil {
		t.Fatalf("the run began by removing one that lives: %v", err)
	}
	if err := dying.lock.Close(); err != nil {
		t.Fatal(err)
	}
	r.remove()
	for _, dir := range []string{parent, temp} {
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("%s holds %v, %v", dir, entries, err)
		}
	}
}

func TestJoinRunDir_RefusesOneThatIsGone(t *testing.T) {
	dir := mustRunDir(t, t.TempDir())
	dir.remove()
	if _, err := joinRunDir(dir.path, 0); !errors.Is(err, errSweptAway) {
		t.Errorf("got %v", err)
	}
}

func TestSweep_FollowsNoPlantedLink(t *testing.T) {
	parent, elsewhere := t.TempDir(), t.TempDir()
	planted := filepath.Join(parent, tempPrefix+"1")
	if err := os.Mkdir(planted, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(elsewhere, "made"), filepath.Join(planted, lockName)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(parent, tempPrefix+"2")); err != nil {
		t.Fatal(err)
	}
	if n := sweep(parent, tempPrefix, ""); n != 0 {
		t.Errorf("swept %d", n)
	}
	if entries, err := os.ReadDir(elsewhere); err != nil || len(entries) > 0 {
		t.Errorf("elsewhere holds %v, %v", entries, err)
	}
}

func TestIsRunDir(t *testing.T) {
	cases := map[string]bool{
		".a.c1z.123.partial":   true,
		".a.c1z..partial":      false,
		".a.c1z.b.123.partial": false, // a run into a.c1z.b
		".a.c1z.123.partial.x": false,
		".b.c1z.123.partial":   false,
		"a.c1z.123.partial":    false,
	}
	for name, want := range cases {
		if got := isRunDir(name, ".a.c1z.", partialSuffix); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func mustRunDir(t *testing.T, parent string) *runDir {
	t.Helper()
	dir, err := newRunDir(parent, ".a.c1z.", partialSuffix)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
