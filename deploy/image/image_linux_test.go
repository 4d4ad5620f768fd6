package image

import (
	"bytes"
	"debug/elf"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestImage(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED HERE: only root may put a root file system together and run a program in it. Run this test as root; CI builds and runs the image with an engine.")
	}
	for _, p := range programs() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			testImage(t, p)
		})
	}
}

// testImage builds the image of a program, and has it do what it is for.
func testImage(t *testing.T, p program) {
	image := buildImage(t, map[string]string{"BINARY": p.name, "VERSION": "v1.2.3-test", "COMMIT": "0123abc"})
	for name, test := range map[string]func(*testing.T, program, *built){
		"holds the program and nothing to start beside it": holdsTheProgram,
		"tells version and commit":                         tellsItsVersion,
		"syncs once with a read-only root":                 syncsOnce,
		"serves ConductorOne as Kubernetes runs it":        servesFromTheManifests,
		"serves ConductorOne without a security context":   servesWithoutContext,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, p, image)
		})
	}
	want := map[string]string{
		"org.opencontainers.image.title":    p.name,
		"org.opencontainers.image.version":  "v1.2.3-test",
		"org.opencontainers.image.revision": "0123abc",
		"org.opencontainers.image.source":   "https://github.com/conductorone/baton-microsoft-entra",
		"org.opencontainers.image.licenses": "Apache-2.0",
	}
	if !maps.Equal(image.labels, want) {
		t.Errorf("labels %q, want %q", image.labels, want)
	}
}

func holdsTheProgram(t *testing.T, p program, image *built) {
	want := map[string]fs.FileMode{
		"LICENSE":        0o644,
		p.name:           0o755,
		"etc":            fs.ModeDir | 0o755,
		"etc/group":      0o644,
		"etc/passwd":     0o644,
		"etc/ssl":        fs.ModeDir | 0o755,
		"etc/ssl/certs":  fs.ModeDir | 0o755,
		"tmp":            fs.ModeDir | fs.ModeSticky | 0o777,
		"work":           fs.ModeDir | fs.ModeSticky | 0o777,
		certificatesFile: 0o644,
	}
	got := map[string]fs.FileMode{}
	for _, name := range filesIn(t, image.root) {
		info, err := os.Lstat(filepath.Join(image.root, name))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = info.Mode()
	}
	for _, name := range fromTheRuntime { // by the tests beside this one
		delete(got, name)
	}
	if !maps.Equal(got, want) {
		t.Errorf("the image holds %v, want %v", got, want)
	}
	if roots, err := os.ReadFile(filepath.Join(image.root, certificatesFile)); err != nil || strings.Count(string(roots), "BEGIN CERTIFICATE") < 50 {
		t.Errorf("the roots: %d bytes, %v", len(roots), err)
	}
	wantStatic(t, filepath.Join(image.root, p.name))
}

const certificatesFile = "etc/ssl/certs/ca-certificates.crt"

// filesIn are the files and folders below a folder.
func filesIn(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, _ fs.DirEntry, err error) error {
		if name != "." {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// wantStatic checks that a program asks for no loader.
func wantStatic(t *testing.T, program string) {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Errorf("%s asks for a loader", program)
		}
	}
}

func tellsItsVersion(t *testing.T, p program, image *built) {
	said := image.start(t, container{readOnly: true}, "--version").wantExit(0)
	if want := p.name + " version v1.2.3-test (commit 0123abc)\n"; said != want {
		t.Errorf("%q, want %q", said, want)
	}
}

// syncsOnce writes a file to the one folder that a run may write to, and nothing else, whoever it runs as.
func syncsOnce(t *testing.T, p program, image *built) {
	sim := p.start(t)
	work := volume(t)
	trust(t, work, sim.CertificatePEM())
	image.start(t, container{readOnly: true, user: "1234:1234", volumes: map[string]string{"/work": work}, env: sim.Env("/work/ca.pem")}).wantExit(0)
	if got, want := filesIn(t, work), []string{"ca.pem", "sync.c1z"}; !slices.Equal(got, want) {
		t.Errorf("/work holds %q, want %q", got, want)
	}
}

// volume is a folder for anybody to write to.
func volume(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "volume")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o777); err != nil { // as an emptyDir is
		t.Fatal(err)
	}
	return folder
}

// trust puts certificates where a container finds them, as /work/ca.pem.
func trust(t *testing.T, work string, certificates ...[]byte) {
	t.Helper()
	if err := writeFile(filepath.Join(work, "ca.pem"), bytes.Join(certificates, nil), 0o644); err != nil {
		t.Fatal(err)
	}
}
