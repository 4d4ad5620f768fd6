//go:build unix

package servicekit

import (
	"os/exec"
	"syscall"
	"testing"
)

// ownGroup gives a run a process group, as a shell does.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// Send sends a signal to a run, or to all of its process group.
func Send(t *testing.T, r *Running, signal syscall.Signal, toGroup bool) {
	t.Helper()
	pid := r.Cmd.Process.Pid
	if toGroup {
		pid = -pid
	}
	must(t, syscall.Kill(pid, signal))
}
