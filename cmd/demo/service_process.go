package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// served is the connector's process in service mode.
type served struct {
	cmd     *exec.Cmd
	log     *os.File
	context context.Context //nolint:containedctx // ends with the process, whose life it is
	cancel  context.CancelCauseFunc
	ended   chan struct{} // closed when the process is gone
}

// startServed starts the connector with the settings of both services. Its context ends when it does.
func startServed(ctx context.Context, set *settings, s *service) (*served, error) {
	binary, err := filepath.Abs(set.binary)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", set.binary, err)
	}
	log, err := createLog(set.log)
	if err != nil {
		return nil, err
	}
	p := &served{log: log, ended: make(chan struct{})}
	p.context, p.cancel = context.WithCancelCause(ctx)
	p.cmd = exec.CommandContext(ctx, binary, "--provisioning", "--workers", strconv.Itoa(set.workers))
	p.cmd.Dir, p.cmd.Env = s.tenant.folder, append(s.tenant.environment(), s.c1.Environment()...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(os.Interrupt) }
	p.cmd.WaitDelay = patience
	fmt.Fprintf(s.out, "Running  %s --provisioning --workers %d  (log: %s)\n\n", set.binary, set.workers, set.log)
	if err := p.cmd.Start(); err != nil {
		p.cancel(err)
		return nil, errors.Join(fmt.Errorf("run %s: %w", set.binary, err), log.Close())
	}
	go p.wait(set)
	return p, nil
}

func (p *served) wait(set *settings) {
	err := p.cmd.Wait()
	p.cancel(fmt.Errorf("%s has ended (%w): %s", set.binary, errors.Join(err, context.Canceled), lastLine(set.log)))
	close(p.ended)
}

// terminate asks the process to stop, as a container's runtime does, and returns its exit code.
func (p *served) terminate() (int, error) {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, fmt.Errorf("stop the connector: %w", err)
	}
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode(), nil
	case <-time.After(patience):
		return 0, fmt.Errorf("the connector goes on %v after SIGTERM", patience)
	}
}

// close ends what still runs, however the demo went.
func (p *served) close() error {
	_ = p.cmd.Process.Signal(os.Interrupt) // most often it is gone by now
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill() // the same
		<-p.ended
	}
	p.cancel(nil)
	return p.log.Close()
}
