package process

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
)

// isSystemService reports whether the service manager started this process. The SDK then demands service mode.
func isSystemService() bool {
	service, err := svc.IsWindowsService()
	return err == nil && service
}

// stopSignals are the signals that end a sync: Ctrl-C, and the closing of the console, which arrives as SIGTERM.
func stopSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// ownGroup keeps Ctrl-C away from the worker.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// killGroup kills the worker. Its connector follows when its standard input closes.
func killGroup(worker *os.Process) { _ = worker.Kill() }

// killOwnGroup ends the worker that calls it. Its connector follows when its standard input closes.
func killOwnGroup() { os.Exit(1) }

// syncDir does nothing: directories cannot be flushed here.
func syncDir(string) error { return nil }
