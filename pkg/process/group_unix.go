//go:build !windows

package process

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// isSystemService is for Windows only.
func isSystemService() bool { return false }

// stopSignals are the signals that end a sync. SIGINT is caught even where the caller ignores it, as a shell does for
// what it starts in the background, because that is what the SDK does. A SIGHUP ignored by nohup stays ignored.
func stopSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// ownGroup gives the worker a process group, which its connector inherits. A group in the background is stopped when
// it writes to a terminal set to "tostop", unless it ignores SIGTTOU; that too is inherited.
func ownGroup(cmd *exec.Cmd) {
	signal.Ignore(syscall.SIGTTOU)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup kills the worker and its connector. That they are gone already is no error.
func killGroup(worker *os.Process) {
	_ = syscall.Kill(-worker.Pid, syscall.SIGKILL)
}

// killOwnGroup ends the worker that calls it, and its connector.
func killOwnGroup() {
	if syscall.Getpgrp() == os.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
	os.Exit(1)
}

// syncDir makes a rename in a directory last through a power cut.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	return dir.Sync()
}
