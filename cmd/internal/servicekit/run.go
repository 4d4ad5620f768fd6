package servicekit

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// lingering is how long the other processes of a run may live on after the one that was started.
const lingering = 10 * time.Second

// Running is a run of the program under way, with all its processes. What it writes may be read at its end.
type Running struct {
	Cmd            *exec.Cmd
	Stdout, Stderr bytes.Buffer
	Done           chan struct{} // closed at its end
	err            error
	took, patience time.Duration
}

// Start starts the program in the working directory.
func (s *Stage) Start(args ...string) *Running {
	s.T.Helper()
	r := &Running{Cmd: exec.Command(os.Getenv(programVariable), args...), patience: s.Patience, Done: make(chan struct{})}
	r.Cmd.Dir = s.Dir
	for name, value := range s.Env {
		r.Cmd.Env = append(r.Cmd.Env, name+"="+value)
	}
	r.Cmd.Stdout, r.Cmd.Stderr, r.Cmd.WaitDelay = &r.Stdout, &r.Stderr, lingering
	ownGroup(r.Cmd)
	begin := time.Now()
	must(s.T, r.Cmd.Start())
	timer := time.AfterFunc(r.patience, func() { _ = r.Cmd.Process.Kill() }) // what is below it ends with it
	go func() {
		r.err = r.Cmd.Wait()
		r.took = time.Since(begin)
		timer.Stop()
		close(r.Done)
	}()
	return r
}

// Run runs the program to its end.
func (s *Stage) Run(args ...string) *Ended {
	s.T.Helper()
	return s.Start(args...).Wait(s.T)
}

// Wait returns when all processes of the run are gone: they share its output, and one that still holds it open after a
// while has been left behind.
func (r *Running) Wait(t *testing.T) *Ended {
	t.Helper()
	<-r.Done
	if errors.Is(r.err, exec.ErrWaitDelay) {
		t.Errorf("%q left a process behind", r.Cmd.Args)
	}
	if r.took >= r.patience {
		t.Errorf("%q was not done after %v", r.Cmd.Args, r.took)
	}
	return &Ended{t: t, Args: r.Cmd.Args[1:], Code: r.Cmd.ProcessState.ExitCode(),
		Stdout: r.Stdout.String(), Stderr: r.Stderr.String(), Took: r.took}
}

// Ended is a run that is over.
type Ended struct {
	t              *testing.T
	Args           []string
	Code           int
	Stdout, Stderr string
	Took           time.Duration
}

// WantExit checks the exit code.
func (e *Ended) WantExit(code int) *Ended {
	e.t.Helper()
	if e.Code != code {
		e.t.Fatalf("%q: exit code %d, want %d; it ends with\n%s", e.Args, e.Code, code, e.End())
	}
	return e
}

// End is the end of what the program says.
func (e *Ended) End() string {
	said := e.Stdout + e.Stderr
	return said[max(0, len(said)-2000):]
}

// Sentences are what the program says to people, among its log.
func (e *Ended) Sentences() []string {
	var said []string
	for line := range strings.Lines(e.Stderr) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), Name()+": "); ok {
			said = append(said, text)
		}
	}
	return said
}

// WantSentence checks that the program says one sentence, at the very end, which holds all the fragments.
func (e *Ended) WantSentence(fragments ...string) *Ended {
	e.t.Helper()
	said := e.Sentences()
	if len(said) != 1 || !strings.HasSuffix(strings.TrimSpace(e.Stderr), Name()+": "+said[0]) {
		e.t.Errorf("%q: want one sentence, as the last line; it ends with\n%s", e.Args, e.End())
		return e
	}
	for _, fragment := range fragments {
		if !strings.Contains(said[0], fragment) {
			e.t.Errorf("%q: want %q in the sentence %q", e.Args, fragment, said[0])
		}
	}
	for _, noise := range []string{"rpc error", "code = ", "%!", "To troubleshoot", "…"} {
		if strings.Contains(said[0], noise) {
			e.t.Errorf("%q: %q is not for people: %q", e.Args, noise, said[0])
		}
	}
	return e
}

// WantNot checks that the program nowhere says a word.
func (e *Ended) WantNot(word string) *Ended {
	e.t.Helper()
	if strings.Contains(e.Stdout+e.Stderr, word) {
		e.t.Errorf("%q: it says %q", e.Args, word)
	}
	return e
}
