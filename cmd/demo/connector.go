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
	"strings"
	"time"
)

// patience is how long an interrupted connector may take to put its things away.
const patience = 10 * time.Second

// sync runs the connector once, as its own program, the way an administrator would.
func sync(ctx context.Context, set *settings, s *stage, arguments []string, out io.Writer) (err error) {
	cmd, err := command(ctx, set, s, arguments)
	if err != nil {
		return err
	}
	log, err := createLog(set.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	cmd.Stdout, cmd.Stderr = log, log
	fmt.Fprintf(out, "Running  %s  (log: %s)\n",
		strings.Join(append([]string{set.binary, "--file", set.file, "--workers", strconv.Itoa(set.workers)}, arguments...), " "), set.log)
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s: %w: %s", set.binary, err, lastLine(set.log))
	}
	fmt.Fprintf(out, "Synced in %.1f s.\n\n", time.Since(begun).Seconds())
	return nil
}

// command is the connector's command line. Paths are made absolute, since it runs in a folder of its own.
func command(ctx context.Context, set *settings, s *stage, arguments []string) (*exec.Cmd, error) {
	binary, err := filepath.Abs(set.binary)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", set.binary, err)
	}
	file, err := filepath.Abs(set.file)
	if err != nil {
		return nil, fmt.Errorf("find the place of %s: %w", set.file, err)
	}
	cmd := exec.CommandContext(ctx, binary, append([]string{"--file", file, "--workers", strconv.Itoa(set.workers)}, arguments...)...)
	cmd.Dir, cmd.Env = s.folder, s.environment()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	return cmd, nil
}

func createLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("make a place for the log: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return f, nil
}

// lastLine is the end of the connector's log, where it says in one sentence why it failed.
func lastLine(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	return string(lines[len(lines)-1])
}
