//go:build !windows

package process

import (
	"fmt"
	"syscall"
	"testing"
)

// The processes of a run that a signal can be sent to.
var receivers = map[string]func(*toyRun, call) int{
	"group":      func(r *toyRun, _ call) int { return -r.Process.Pid },
	"supervisor": func(r *toyRun, _ call) int { return r.Process.Pid },
	"worker":     func(_ *toyRun, c call) int { return c.Worker },
	"connector":  func(_ *toyRun, c call) int { return c.Connector },
}

func TestRun_ASignalEndsTheSyncAndLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		signal   syscall.Signal
		receiver string
		code     int
		last     string
	}{
		{syscall.SIGINT, "group", 130, "the sync was interrupted; "},
		{syscall.SIGINT, "supervisor", 130, "the sync was interrupted; "},
		{syscall.SIGINT, "worker", 130, "ended unexpectedly (exit status 130)"},
		{syscall.SIGTERM, "supervisor", 143, "the sync was interrupted; "},
		{syscall.SIGHUP, "supervisor", 129, "the sync was interrupted; "},
		{syscall.SIGKILL, "worker", 137, "ended unexpectedly (signal: killed)"},
		{syscall.SIGKILL, "connector", 1, "ended unexpectedly (exit status 1)"},
		{syscall.SIGSTOP, "worker", 130, "the sync was interrupted; "},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%v to the %s", c.signal, c.receiver), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.writeOld()
			r := s.start()
			kill(t, receivers[c.receiver](r, s.at(1).call), c.signal)
			if c.signal == syscall.SIGSTOP { // a worker that does not answer must not hold up an interrupt
				kill(t, r.Process.Pid, syscall.SIGINT)
			}
			r.wantExit(c.code)
			r.wantLast(c.last)
			s.wantOld()
			s.wantClean()
		})
	}
}

func TestRun_KilledAtAnyPageTheNextRunIsWhole(t *testing.T) {
	t.Parallel()
	for page := range toyPages {
		for _, receiver := range []string{"supervisor", "worker", "connector"} {
			t.Run(fmt.Sprintf("page %d, the %s", page, receiver), func(t *testing.T) {
				t.Parallel()
				s := newStage(t)
				s.writeOld()
				r := s.start()
				kill(t, receivers[receiver](r, s.at(page).call), syscall.SIGKILL)
				if r.wait() == 0 {
					t.Error("exit code 0")
				}
				s.wantOld()
				left := len(s.leftovers())
				next := s.start()
				s.at(toyPages-1).answer(t, "go")
				next.wantExit(0)
				s.wantThings()
				s.wantClean()
				wantSwept(next, left)
			})
		}
	}
}

// wantSwept checks that the run said how much it removed.
func wantSwept(r *toyRun, left int) {
	r.t.Helper()
	if left > 0 {
		r.wantSaid(fmt.Sprintf("%s: removed %d leftover(s) of syncs that were cut off\n", toyName, left))
	}
}

func TestRun_DoesNotSweepALiveRunAway(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	live := s.start()
	standing := s.at(1)
	other := s.start()
	s.at(0)
	kill(t, -other.Process.Pid, syscall.SIGINT)
	other.wantExit(130)
	standing.answer(t, "go")
	s.at(toyPages-1).answer(t, "go")
	live.wantExit(0)
	s.wantThings()
}

func kill(t *testing.T, pid int, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatalf("send %v to %d: %v", signal, pid, err)
	}
}
