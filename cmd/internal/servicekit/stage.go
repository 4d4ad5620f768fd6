package servicekit

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Patience is how long a run may take, whatever becomes of it, unless its stage says otherwise.
const Patience = 90 * time.Second

// Stage is where a run takes place: a working directory, a temporary directory, a home and an environment.
type Stage struct {
	T              *testing.T
	Dir, Tmp, Home string
	Env            map[string]string
	Patience       time.Duration // how long a run may take
}

// NewStage makes an empty one for the length of the test.
func NewStage(t *testing.T) *Stage {
	t.Helper()
	root := t.TempDir()
	s := &Stage{T: t, Dir: filepath.Join(root, "work"), Tmp: filepath.Join(root, "tmp"), Home: filepath.Join(root, "home"), Patience: Patience}
	for _, dir := range []string{s.Dir, s.Tmp, s.Home} {
		must(t, os.Mkdir(dir, 0o700))
	}
	s.Env = map[string]string{"PATH": os.Getenv("PATH"), "HOME": s.Home, "TMPDIR": s.Tmp}
	return s
}

// With returns the stage with further variables; an empty value takes one away.
func (s *Stage) With(variables map[string]string) *Stage {
	changed := *s
	changed.Env = maps.Clone(s.Env)
	for name, value := range variables {
		changed.Env[name] = value
		if value == "" {
			delete(changed.Env, name)
		}
	}
	return &changed
}

// In returns the stage for a subtest.
func (s *Stage) In(t *testing.T) *Stage {
	changed := *s
	changed.T = t
	return &changed
}

// Trust adds a certificate to those that the program trusts.
func (s *Stage) Trust(pem []byte) {
	s.T.Helper()
	file, err := os.OpenFile(s.Env["SSL_CERT_FILE"], os.O_APPEND|os.O_WRONLY, 0)
	must(s.T, err)
	_, err = file.Write(pem)
	must(s.T, errors.Join(err, file.Close()))
}

// Path is that of a file in the working directory.
func (s *Stage) Path(name string) string { return filepath.Join(s.Dir, name) }

// Write writes a file of the working directory.
func (s *Stage) Write(name string, content []byte) {
	s.T.Helper()
	must(s.T, os.WriteFile(s.Path(name), content, 0o600))
}

// Read reads a file of the working directory.
func (s *Stage) Read(name string) []byte {
	s.T.Helper()
	content, err := os.ReadFile(s.Path(name))
	must(s.T, err)
	return content
}

// Contents reads a c1z file of the working directory.
func (s *Stage) Contents(name string) Contents {
	s.T.Helper()
	return ReadContents(s.T, s.Path(name))
}

// WantFile checks that a file is what it was, byte for byte.
func (s *Stage) WantFile(name string, content []byte) {
	s.T.Helper()
	if !bytes.Equal(s.Read(name), content) {
		s.T.Errorf("%s has changed", name)
	}
}

// WantOnly checks that the working directory holds these files and no other, hidden ones included, and that nothing is
// left in the temporary directory and in the home.
func (s *Stage) WantOnly(names ...string) {
	s.T.Helper()
	slices.Sort(names)
	for dir, want := range map[string][]string{s.Dir: names, s.Tmp: nil, s.Home: nil} {
		if got := s.List(dir); !slices.Equal(got, want) {
			s.T.Errorf("%s holds %q, want %q", dir, got, want)
		}
	}
}

// List names what a directory holds.
func (s *Stage) List(dir string) []string {
	s.T.Helper()
	entries, err := os.ReadDir(dir)
	must(s.T, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// Search tells which of the texts is in which file of the stage, but for files of some names. What is gone meanwhile
// holds nothing.
func (s *Stage) Search(texts []string, but ...string) map[string]string {
	s.T.Helper()
	found := map[string]string{}
	for _, root := range []string{s.Dir, s.Tmp, s.Home} {
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && !slices.Contains(but, entry.Name()) {
				content, _ := os.ReadFile(path)
				for _, text := range texts {
					if bytes.Contains(content, []byte(text)) {
						found[text] = path
					}
				}
			}
			return nil
		})
	}
	return found
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
