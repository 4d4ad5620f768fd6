package main_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// stage is where a run takes place: a working directory, a temporary directory, a home and an environment.
type stage struct {
	t              *testing.T
	dir, tmp, home string
	env            map[string]string
	patience       time.Duration // how long a run may take
}

func newStage(t *testing.T) *stage {
	t.Helper()
	root := t.TempDir()
	s := &stage{t: t, dir: filepath.Join(root, "work"), tmp: filepath.Join(root, "tmp"), home: filepath.Join(root, "home"), patience: patience}
	for _, dir := range []string{s.dir, s.tmp, s.home} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.env = map[string]string{"PATH": os.Getenv("PATH"), "HOME": s.home, "TMPDIR": s.tmp}
	return s
}

// with returns the stage with further variables; an empty value takes one away.
func (s *stage) with(variables map[string]string) *stage {
	changed := *s
	changed.env = maps.Clone(s.env)
	for name, value := range variables {
		changed.env[name] = value
		if value == "" {
			delete(changed.env, name)
		}
	}
	return &changed
}

// in returns the stage for a subtest.
func (s *stage) in(t *testing.T) *stage {
	changed := *s
	changed.t = t
	return &changed
}

// path is that of a file in the working directory.
func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

func (s *stage) write(name string, content []byte) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), content, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) read(name string) []byte {
	s.t.Helper()
	content, err := os.ReadFile(s.path(name))
	if err != nil {
		s.t.Fatal(err)
	}
	return content
}

// wantFile checks that a file is what it was, byte for byte.
func (s *stage) wantFile(name string, content []byte) {
	s.t.Helper()
	if !bytes.Equal(s.read(name), content) {
		s.t.Errorf("%s has changed", name)
	}
}

// wantOnly checks that the working directory holds these files and no other, hidden ones included, and that
// nothing is left in the temporary directory and in the home.
func (s *stage) wantOnly(names ...string) {
	s.t.Helper()
	slices.Sort(names)
	for dir, want := range map[string][]string{s.dir: names, s.tmp: nil, s.home: nil} {
		if got := s.list(dir); !slices.Equal(got, want) {
			s.t.Errorf("%s holds %q, want %q", dir, got, want)
		}
	}
}

func (s *stage) list(dir string) []string {
	s.t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
