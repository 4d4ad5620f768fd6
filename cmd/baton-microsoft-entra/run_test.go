package main_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const (
	// patience is how long a run may take, whatever becomes of it, unless its stage says otherwise.
	patience = 90 * time.Second
	// lingering is how long the other processes of a run may live on after the one that was started.
	lingering = 10 * time.Second
)

// running is a run of the program under way, with all its processes.
type running struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	err            error
	took, patience time.Duration
	done           chan struct{}
}

// start starts the program in the working directory.
func (s *stage) start(args ...string) *running {
	s.t.Helper()
	r := &running{cmd: exec.Command(os.Getenv(programVariable), args...), patience: s.patience, done: make(chan struct{})}
	r.cmd.Dir = s.dir
	for name, value := range s.env {
		r.cmd.Env = append(r.cmd.Env, name+"="+value)
	}
	r.cmd.Stdout, r.cmd.Stderr, r.cmd.WaitDelay = &r.stdout, &r.stderr, lingering
	ownGroup(r.cmd)
	begin := time.Now()
	if err := r.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	timer := time.AfterFunc(r.patience, func() { _ = r.cmd.Process.Kill() }) // what is below it ends with it
	go func() {
		r.err = r.cmd.Wait()
		r.took = time.Since(begin)
		timer.Stop()
		close(r.done)
	}()
	return r
}

// run runs the program to its end.
func (s *stage) run(args ...string) *ended {
	s.t.Helper()
	return s.start(args...).wait(s.t)
}

// wait returns when all processes of the run are gone: they share its output, and one that still holds it open
// after a while has been left behind.
func (r *running) wait(t *testing.T) *ended {
	t.Helper()
	<-r.done
	if errors.Is(r.err, exec.ErrWaitDelay) {
		t.Errorf("%q left a process behind", r.cmd.Args)
	}
	if r.took >= r.patience {
		t.Errorf("%q was not done after %v", r.cmd.Args, r.took)
	}
	return &ended{t: t, args: r.cmd.Args[1:], code: r.cmd.ProcessState.ExitCode(),
		stdout: r.stdout.String(), stderr: r.stderr.String(), took: r.took}
}

// ended is a run that is over.
type ended struct {
	t              *testing.T
	args           []string
	code           int
	stdout, stderr string
	took           time.Duration
}

func (e *ended) wantExit(code int) *ended {
	e.t.Helper()
	if e.code != code {
		e.t.Fatalf("%q: exit code %d, want %d; it ends with\n%s", e.args, e.code, code, e.end())
	}
	return e
}

// end is the end of what the program says.
func (e *ended) end() string {
	said := e.stdout + e.stderr
	return said[max(0, len(said)-2000):]
}

// sentences are what the program says to people, among its log.
func (e *ended) sentences() []string {
	var said []string
	for line := range strings.Lines(e.stderr) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), programName+": "); ok {
			said = append(said, text)
		}
	}
	return said
}

// wantSentence checks that the program says one sentence, at the very end, which holds all the fragments.
func (e *ended) wantSentence(fragments ...string) *ended {
	e.t.Helper()
	said := e.sentences()
	if len(said) != 1 || !strings.HasSuffix(strings.TrimSpace(e.stderr), programName+": "+said[0]) {
		e.t.Errorf("%q: want one sentence, as the last line; it ends with\n%s", e.args, e.end())
		return e
	}
	for _, fragment := range fragments {
		if !strings.Contains(said[0], fragment) {
			e.t.Errorf("%q: want %q in the sentence %q", e.args, fragment, said[0])
		}
	}
	for _, noise := range []string{"rpc error", "code = ", "%!", "To troubleshoot", "…"} {
		if strings.Contains(said[0], noise) {
			e.t.Errorf("%q: %q is not for people: %q", e.args, noise, said[0])
		}
	}
	return e
}

// wantNot checks that the program nowhere says a word.
func (e *ended) wantNot(word string) *ended {
	e.t.Helper()
	if strings.Contains(e.stdout+e.stderr, word) {
		e.t.Errorf("%q: it says %q", e.args, word)
	}
	return e
}
