package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const lockName = "lock"

// A directory that cannot be removed at once is tried this many times, with a pause after each.
const (
	removals     = 20
	removalPause = 50 * time.Millisecond
)

// runDir is a directory that belongs to one run for as long as somebody holds the lock in it.
type runDir struct {
	path string
	lock *os.File
}

var errSweptAway = errors.New("the directory was taken for a leftover and removed")

// newRunDir makes a directory in parent, named prefix, a random number, suffix, and locks it. Its path is absolute, since
// it becomes the worker's TMPDIR.
func newRunDir(parent, prefix, suffix string) (*runDir, error) {
	for {
		path, err := os.MkdirTemp(parent, prefix+"*"+suffix)
		if err != nil {
			return nil, err
		}
		if path, err = filepath.Abs(path); err != nil {
			return nil, fmt.Errorf("find %s: %w", path, err)
		}
		// Between the two calls another run may sweep the directory away, since nobody holds it yet.
		dir, err := joinRunDir(path, os.O_CREATE)
		if !errors.Is(err, errSweptAway) {
			return dir, err
		}
	}
}

// joinRunDir takes a shared lock in a directory, and makes sure that the lock is still the one found by its name.
func joinRunDir(path string, flag int) (*runDir, error) {
	name := filepath.Join(path, lockName)
	lock, err := os.OpenFile(name, os.O_RDWR|flag, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errSweptAway
	}
	if err != nil {
		return nil, fmt.Errorf("open the lock of %s: %w", path, err)
	}
	dir := &runDir{path: path, lock: lock}
	// A file system without locks costs only the removal of leftovers: nobody can take an exclusive lock there either.
	if err := lockShared(lock); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), lock.Close())
	}
	if !sameFile(lock, name) {
		return nil, errors.Join(errSweptAway, lock.Close())
	}
	return dir, nil
}

func sameFile(f *os.File, name string) bool {
	held, errHeld := f.Stat()
	named, errNamed := os.Stat(name)
	return errHeld == nil && errNamed == nil && os.SameFile(held, named)
}

// remove deletes the directory while its lock is held, so that nobody else counts it as a leftover, and again after
// that: some systems do not delete open files, and work that was broken off may write one more file while it ends. What
// stays is the next run's to remove.
func (d *runDir) remove() {
	_ = os.RemoveAll(d.path)
	_ = d.lock.Close()
	for range removals {
		if os.RemoveAll(d.path) == nil {
			return
		}
		<-time.After(removalPause)
	}
}

// sweep removes the directories of dead runs from parent and returns how many there were.
func sweep(parent, prefix, suffix string) int {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return 0 // making the run's own directory will say what is wrong with the parent
	}
	swept := 0
	for _, entry := range entries {
		if entry.IsDir() && isRunDir(entry.Name(), prefix, suffix) && removeIfDead(filepath.Join(parent, entry.Name())) {
			swept++
		}
	}
	return swept
}

func isRunDir(name, prefix, suffix string) bool {
	number, hasPrefix := strings.CutPrefix(name, prefix)
	number, hasSuffix := strings.CutSuffix(number, suffix)
	return hasPrefix && hasSuffix && number != "" && strings.Trim(number, "0123456789") == ""
}

// removeIfDead removes a run's directory if nobody holds its lock. The temporary directory may be shared with other
// users: what cannot be opened is theirs, and os.Root keeps a planted link from leading elsewhere.
func removeIfDead(path string) bool {
	root, err := os.OpenRoot(path)
	if err != nil {
		return false
	}
	lock, err := root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	_ = root.Close()
	if err != nil {
		return false
	}
	if !tryLockExclusive(lock) {
		_ = lock.Close()
		return false
	}
	(&runDir{path: path, lock: lock}).remove()
	_, err = os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}
