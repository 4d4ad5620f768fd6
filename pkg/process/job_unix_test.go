//go:build !windows

package process

import (
	"syscall"
	"testing"
)

// grantJob starts a grant by flags, on a file that holds what it speaks of.
func (s *stage) grantJob() *toyRun {
	s.t.Helper()
	return s.start("--provisioning", "--grant-entitlement", "thing:0:use", "--grant-principal", "1", "--grant-principal-type", "thing")
}

// synced is a stage with a finished sync.
func synced(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.startAs("1", "", "-f", s.target, "--c1z-temp-dir", s.tmp).wantExit(0)
	return s
}

func TestJob_LeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := synced(t)
	r := s.grantJob()
	s.at(writePage).answer(t, "go")
	r.wantExit(0)
	s.wantClean()
}

func TestJob_SaysTheConnectorsSentence(t *testing.T) {
	t.Parallel()
	s := synced(t)
	r := s.grantJob()
	s.at(writePage).answer(t, "fail")
	r.wantExit(7)
	r.wantLast(toySentence)
	s.wantClean()
}

func TestJob_ASignalEndsItAndSaysWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		for _, receiver := range []string{"group", "supervisor"} {
			t.Run(sig.String()+" to the "+receiver, func(t *testing.T) {
				t.Parallel()
				s := synced(t)
				r := s.grantJob()
				kill(t, receivers[receiver](r, s.at(writePage).call), sig)
				r.wantExit(code)
				r.wantLast("interrupted, and whether the change was made is not known")
				s.wantClean()
			})
		}
	}
}

func TestJob_EndsWhenItsConnectorIsKilled(t *testing.T) {
	t.Parallel()
	s := synced(t)
	r := s.grantJob()
	kill(t, s.at(writePage).Connector, syscall.SIGKILL)
	r.wantExit(exitUnfinished)
	r.wantLast("the connector's process ended unexpectedly (signal: killed)")
	s.wantClean()
}

func TestJob_TheNextRunRemovesWhatAKilledOneLeft(t *testing.T) {
	t.Parallel()
	s := synced(t)
	r := s.grantJob()
	s.at(writePage)
	kill(t, r.Process.Pid, syscall.SIGKILL)
	if r.wait() == 0 {
		t.Error("exit code 0")
	}
	if left := s.leftovers(); len(left) != 1 {
		t.Fatalf("left behind: %v", left)
	}
	next := s.start("--list-action-schemas")
	next.wantExit(0)
	next.wantSaid(toyName + ": removed 1 leftover(s) of runs that were cut off\n")
	s.wantClean()
}
