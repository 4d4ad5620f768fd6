package image

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// standIn is a shell function in the place of the go command: it keeps its arguments and what it was told beside them.
const standIn = `go() { { printf 'CGO_ENABLED=%s\000GOOS=%s\000GOARCH=%s\000' "$CGO_ENABLED" "$GOOS" "$GOARCH"; printf '%s\000' "$@"; } >"/go.$1"; }; `

// run carries out a RUN by a shell in the stage's root file system. This machine's programs, read-only, stand in for
// those of the image golang: both are Debian's. The go command is not among them: what it is called with is written
// down, and carried out outside.
func (b *builder) run(image *built, i instruction, variables map[string]string) error {
	cmd := exec.Command("/bin/sh", "-e", "-c", standIn+i.text)
	cmd.Dir = image.directory
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	for name, value := range variables {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: image.root}
	if err := startApart(cmd, func() error { return lendPrograms(image.root) }); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("line %d: %w\n%s", i.line, err, said.Bytes())
	}
	return b.compile(image)
}

// lendPrograms shows the programs, libraries and settings of this machine in a root file system.
func lendPrograms(root string) error {
	for _, name := range []string{"bin", "lib", "lib64", "usr", "etc"} {
		there, here := "/"+name, filepath.Join(root, name)
		if link, err := os.Readlink(there); err == nil {
			if err := os.Symlink(link, here); err != nil && !errors.Is(err, os.ErrExist) {
				return err
			}
			continue
		}
		if _, err := os.Stat(there); errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err := bind(there, here, true); err != nil {
			return err
		}
	}
	return nil
}

// compile carries out a go build that a RUN has left, for the program it names, into the folder it names.
//
// It compiles with the settings of the other tests and leaves the rest to the linker, for Microsoft's SDK takes
// minutes to compile anew. That what the Dockerfile asks for is static as well is checked by its settings.
func (b *builder) compile(image *built) error {
	kept, err := os.ReadFile(filepath.Join(image.root, "go.build"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(image.root, "go.build")); err != nil {
		return err
	}
	call := strings.Split(strings.TrimSuffix(string(kept), "\x00"), "\x00")
	want := []string{"CGO_ENABLED=0", "GOOS=" + b.arguments["TARGETOS"], "GOARCH=" + b.arguments["TARGETARCH"], "build", "-trimpath", "-buildvcs=false", "-ldflags"}
	if len(call) != len(want)+4 || !slices.Equal(call[:len(want)], want) || call[len(want)+1] != "-o" {
		return fmt.Errorf("the program is built by %q, want %q, then the linker's flags, -o, a folder and a package", call, want)
	}
	flags, folder, program := call[len(want)], call[len(want)+2], call[len(want)+3]
	if out, err := exec.Command("go", "env", "CGO_ENABLED").Output(); err == nil && strings.TrimSpace(string(out)) == "1" {
		flags += " -linkmode=external -extldflags=-static"
	}
	build := exec.Command("go", "build", "-buildvcs=false", "-ldflags", flags, "-o", filepath.Join(image.root, folder, path.Base(program)), program)
	build.Dir = project
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%q: %w\n%s", build.Args, err, out)
	}
	return nil
}
