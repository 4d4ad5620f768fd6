package image

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a container may run, whatever becomes of it.
const patience = 90 * time.Second

// container is how an image is run.
type container struct {
	readOnly bool              // the root file system
	volumes  map[string]string // folders of this machine by where they are in the container
	env      map[string]string // beside the image's
	user     string            // in place of the image's, "uid:gid"
}

// process is a container that was started.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	output bytes.Buffer // of both kinds; read it after the end
	done   chan error
}

// start runs the image's program as a container runtime does: as the first process of its own, in its root file
// system, as its user, without any right. The network is this machine's.
func (i *built) start(t *testing.T, c container, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(i.entrypoint[0], append(i.entrypoint[1:len(i.entrypoint):len(i.entrypoint)], args...)...), done: make(chan error, 1)}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr, p.cmd.WaitDelay = i.directory, &p.output, &p.output, patience
	env := maps.Clone(i.env)
	maps.Copy(env, c.env)
	p.cmd.Env = []string{"PATH=/"}
	for name, value := range env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	user, group, _ := strings.Cut(cmp.Or(c.user, i.user), ":")
	p.cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     i.root,
		Credential: &syscall.Credential{Uid: number(t, user), Gid: number(t, group)},
		Cloneflags: syscall.CLONE_NEWPID,
	}
	if err := startApart(p.cmd, func() error { return i.mount(c) }); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	go func() {
		p.done <- p.cmd.Wait()
		timer.Stop()
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// fromTheRuntime is what every container runtime puts into a root file system.
var fromTheRuntime = []string{"proc", "dev", "etc/hosts", "etc/resolv.conf"}

// mount makes the root file system what a container sees: with its volumes, and with what every runtime puts in.
func (i *built) mount(c container) error {
	if err := bind(i.root, i.root, false); err != nil {
		return err
	}
	volumes := maps.Clone(c.volumes)
	if volumes == nil {
		volumes = map[string]string{}
	}
	for _, name := range fromTheRuntime {
		volumes["/"+name] = "/" + name
	}
	for inside, here := range volumes {
		if err := bind(here, filepath.Join(i.root, inside), false); err != nil {
			return err
		}
	}
	if !c.readOnly {
		return nil
	}
	return remount(i.root)
}

// wait returns the exit code and all that was said.
func (p *process) wait() (int, string) {
	p.t.Helper()
	err := <-p.done
	if _, ok := err.(*exec.ExitError); err != nil && !ok { //nolint:errorlint // Wait returns it bare
		p.t.Fatalf("%q: %v", p.cmd.Args, err)
	}
	return p.cmd.ProcessState.ExitCode(), p.output.String()
}

// wantExit waits and checks the exit code.
func (p *process) wantExit(code int) string {
	p.t.Helper()
	got, said := p.wait()
	if got != code {
		p.t.Fatalf("%q: exit code %d, want %d; it ends with\n%s", p.cmd.Args, got, code, said[max(0, len(said)-2000):])
	}
	return said
}

// startApart starts a command whose mounts are its own. The thread that makes them is never given back, and the
// mounts go when it and the command are gone.
func startApart(cmd *exec.Cmd, mounts func() error) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- func() error {
			if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
				return fmt.Errorf("mounts of its own: %w", err)
			}
			if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
				return fmt.Errorf("keep mounts apart: %w", err)
			}
			if err := mounts(); err != nil {
				return err
			}
			return cmd.Start()
		}()
	}()
	return <-started
}

// bind shows a folder or a file at another place.
func bind(from, to string, readOnly bool) error {
	if err := mountPoint(from, to); err != nil {
		return err
	}
	if err := syscall.Mount(from, to, "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("show %s at %s: %w", from, to, err)
	}
	if readOnly {
		return remount(to)
	}
	return nil
}

// mountPoint makes a folder or a file for what is to be shown there.
func mountPoint(from, to string) error {
	if info, err := os.Stat(from); err != nil || info.IsDir() {
		return errors.Join(err, os.MkdirAll(to, 0o755))
	}
	f, err := os.OpenFile(to, os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}

// remount makes a folder read-only.
func remount(folder string) error {
	if err := syscall.Mount("", folder, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("make %s read-only: %w", folder, err)
	}
	return nil
}

func number(t *testing.T, text string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}
