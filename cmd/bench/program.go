package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// patience is how long an interrupted run may take to put its things away.
const patience = 10 * time.Second

// took is what a run took.
type took struct {
	wall time.Duration
	// cpu is that of all processes of the run.
	cpu time.Duration
	// worker and connector are the most memory that the process of the SDK and that of the connector had, bytes.
	worker, connector int64
	// connectorCPU is the connector's part of cpu.
	connectorCPU time.Duration
}

// program is how a connector is run.
type program struct {
	name    string // of the log
	binary  string
	env     []string
	folder  string // for the file and the log
	workers int    // 0 leaves the default
}

func (p *program) file() string { return filepath.Join(p.folder, p.name+".c1z") }

// run syncs once into a new file, and measures.
func (p *program) run(ctx context.Context) (t took, err error) {
	binary, err := p.copied()
	if err != nil {
		return took{}, err
	}
	var log bytes.Buffer
	args := []string{"--file", p.file()}
	if p.workers > 0 {
		args = append(args, "--workers", strconv.Itoa(p.workers))
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.folder, p.env, &log, &log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return took{}, fmt.Errorf("run %s: %w", p.binary, err)
	}
	watched := watch(cmd.Process.Pid)
	err = cmd.Wait()
	t.wall = time.Since(begun)
	seen := watched()
	err = errors.Join(err, os.WriteFile(filepath.Join(p.folder, p.name+".log"), log.Bytes(), 0o600))
	if err != nil {
		return took{}, fmt.Errorf("run %s: %w: %s", p.binary, err, lastLine(log.Bytes()))
	}
	if seen.worker.peak == 0 || seen.connector.peak == 0 {
		return took{}, fmt.Errorf("run %s: /proc did not show both processes of the sync, so that nothing can be said of their memory", p.binary)
	}
	// The command waits for the worker, whose time is in its own therefore; nobody waits for the connector.
	t.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() + seen.connector.cpu
	t.connectorCPU = seen.connector.cpu
	t.worker, t.connector = seen.worker.peak, seen.connector.peak
	return t, nil
}

// copied is a copy of the binary in the folder. A file that the linker has just written is mapped in larger pieces than
// one that was copied, by as much as 50 MB of memory, so that programs are comparable only as copies.
func (p *program) copied() (path string, err error) {
	path = filepath.Join(p.folder, filepath.Base(p.binary)+".copy")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	from, err := os.Open(p.binary)
	if err != nil {
		return "", fmt.Errorf("open the program: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700) //nolint:gosec // a program is there to be run
	if err != nil {
		return "", fmt.Errorf("copy the program: %w", err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err != nil {
		return "", fmt.Errorf("copy the program: %w", err)
	}
	return path, nil
}

// lastLine is the end of a log, where it says in one sentence why the run failed.
func lastLine(log []byte) []byte {
	lines := bytes.Split(bytes.TrimSpace(log), []byte("\n"))
	return lines[len(lines)-1]
}
