package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/conductorone/baton-sdk/pkg/tempdir"
	"github.com/spf13/viper"
)

const (
	tempPrefix    = "baton-oneshot-"
	partialSuffix = ".partial"
)

// run is a one-shot sync as its supervisor sees it.
type run struct {
	target  target
	partial *runDir // beside the target
	temp    *runDir
}

// supervise runs one sync in a worker and replaces file when it is finished.
func supervise(ctx context.Context, name string, settings *viper.Viper) error {
	file, tempDir := settings.GetString(fileFlag), settings.GetString(tempDirFlag)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, stopSignals()...) // to the end: once the file is replaced the run is a success

	r, err := prepare(name, file, tempdir.Resolve(tempDir))
	if err != nil {
		return err
	}
	defer r.remove()
	if r.target.old && len(settings.GetStringSlice(someResourcesFlag)) > 0 {
		return fmt.Errorf("%s is there, and --%s writes a file of these resources alone: name another with --%s", file, someResourcesFlag, fileFlag)
	}

	screen, err := openScreen(os.Stderr)
	if err != nil {
		return err
	}
	worker, err := r.start(screen)
	if err != nil {
		return fmt.Errorf("cannot start the sync: %w", err)
	}
	sig := wait(worker, signals)
	screen.close()
	if sig != nil {
		return r.interrupted(sig)
	}
	return r.conclude(ctx, worker.ProcessState, signals)
}

// prepare finds the target, removes what dead runs left, and makes this run's directories. All that can be wrong with
// the paths shows here, before anything is asked of the network.
func prepare(name, file, tempDir string) (*run, error) {
	t, err := findTarget(file)
	if err != nil {
		return nil, err
	}
	if n := sweepFor(t, tempDir); n > 0 {
		say(name, fmt.Sprintf("removed %d leftover(s) of syncs that were cut off", n))
	}
	beside := filepath.Dir(t.path)
	partial, err := newRunDir(beside, partialPrefix(t), partialSuffix)
	if err != nil {
		return nil, fmt.Errorf("cannot write to %s, where %s is to go: %w", beside, filepath.Base(t.path), plain(err))
	}
	temp, err := newRunDir(tempDir, tempPrefix, "")
	if err != nil {
		partial.remove()
		return nil, fmt.Errorf("cannot write to the temporary directory %s: %w", tempDir, plain(err))
	}
	return &run{target: t, partial: partial, temp: temp}, nil
}

// partialPrefix is how the directories of the runs for a target begin.
func partialPrefix(t target) string { return "." + filepath.Base(t.path) + "." }

// sweepFor removes what dead runs for a target left, and returns how much it was.
func sweepFor(t target, tempDir string) int {
	return sweep(filepath.Dir(t.path), partialPrefix(t), partialSuffix) + sweep(tempDir, tempPrefix, "")
}

// remove removes what this run has made, and sweeps once more: a run that was killed a moment before this one
// began may have been dying still.
func (r *run) remove() {
	r.partial.remove()
	r.temp.remove()
	sweepFor(r.target, filepath.Dir(r.temp.path))
}

func (r *run) job() job { return job{Partial: r.partial.path, Temp: r.temp.path} }

// start runs this program again, with the same arguments, as the worker. The pipe to the worker's standard input
// belongs to the command, carries nothing, and closes with this process.
func (r *run) start(screen *screen) (*exec.Cmd, error) {
	defer screen.started()
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	env, err := r.job().environment()
	if err != nil {
		return nil, err
	}
	worker := exec.Command(program, os.Args[1:]...) //nolint:noctx // it is ended by its process group, and by the pipe below
	worker.Env, worker.Stdout, worker.Stderr = append(env, screen.environment()...), os.Stdout, screen.stderr()
	ownGroup(worker)
	if _, err := worker.StdinPipe(); err != nil {
		return nil, err
	}
	return worker, worker.Start()
}

// wait returns when the worker has ended, with the signal that made it end, if any. The connector outlives the worker
// by a moment, so the group is killed in any case.
func wait(worker *exec.Cmd, signals <-chan os.Signal) (sig os.Signal) {
	done := make(chan struct{})
	go func() {
		_ = worker.Wait() // how it ended is in ProcessState
		close(done)
	}()
	select {
	case <-done:
	case sig = <-signals:
		killGroup(worker.Process)
		<-done
	}
	killGroup(worker.Process)
	return sig
}

// conclude makes the finished file the target, or says why there is none.
func (r *run) conclude(ctx context.Context, state *os.ProcessState, signals <-chan os.Signal) error {
	if f, told := r.job().toldFailure(); told {
		return &ending{code: f.Code, sentence: f.Sentence}
	}
	if !state.Success() {
		return r.unexpected(state)
	}
	c1z := filepath.Join(r.partial.path, c1zName)
	finished, err := holdsFinishedSync(ctx, c1z, r.temp.path)
	switch {
	case err != nil:
		return r.unfinished("what the sync wrote cannot be read: "+err.Error(), exitUnfinished)
	case !finished:
		return r.unfinished("the sync ended before it was finished", exitUnfinished)
	}
	select {
	case sig := <-signals:
		return r.interrupted(sig)
	default:
		return r.target.replace(c1z)
	}
}

// unexpected is the end of a worker that did not say why.
func (r *run) unexpected(state *os.ProcessState) error {
	how := fmt.Sprintf("the sync ended unexpectedly (%s)", state)
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return r.unfinished(how, signalCode(status.Signal()))
	}
	return r.unfinished(how, state.ExitCode())
}

func (r *run) interrupted(sig os.Signal) error {
	return r.unfinished("the sync was interrupted", signalCode(sig))
}

// unfinished ends the run and tells the reader what to think of the file.
func (r *run) unfinished(what string, code int) error {
	rest := r.target.file + " was not written"
	if r.target.old {
		rest = r.target.file + " is as it was"
	}
	return &ending{code: code, sentence: what + "; " + rest}
}
