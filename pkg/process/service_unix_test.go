//go:build !windows

package process

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// The processes of a service that a signal can be sent to.
func (s *serviceStage) signal(r *toyRun, receiver string, sig syscall.Signal) {
	s.t.Helper()
	pid := r.Process.Pid
	if receiver == "group" {
		pid = -pid
	}
	kill(s.t, pid, sig)
}

// wantStopped checks that a service has ended in order: 0, a word in the log, nothing left, no process either.
func (s *serviceStage) wantStopped(r *toyRun) {
	s.t.Helper()
	r.wantExit(0)
	if r.said("service stopped") != 1 {
		s.t.Errorf("want one line on the end in the log:\n%s", r.output.String())
	}
	s.wantSpoolEmpty()
	s.wantCalm()
	r.wantNoSecret(s.c1.ClientSecret())
}

func TestService_ASignalEndsItInOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		signal   syscall.Signal
		receiver string
	}{{syscall.SIGTERM, "main"}, {syscall.SIGTERM, "group"}, {syscall.SIGINT, "main"}, {syscall.SIGINT, "group"}, {syscall.SIGHUP, "main"}} {
		t.Run(fmt.Sprintf("idle, %v to the %s", c.signal, c.receiver), func(t *testing.T) {
			t.Parallel()
			s := newServiceStage(t, conductoronesim.Options{})
			r := s.serve(nil)
			s.serving()
			s.signal(r, c.receiver, c.signal)
			s.wantStopped(r)
			r.wantSaid(fmt.Sprintf("stopped by signal \\\"%s\\\"", c.signal))
		})
	}
}

func TestService_ASignalBreaksOffATaskThatIsHandedOutAgain(t *testing.T) {
	t.Parallel()
	for _, work := range []string{"sync", "write"} {
		for _, receiver := range []string{"main", "group"} {
			t.Run(work+", to the "+receiver, func(t *testing.T) {
				t.Parallel()
				s := newServiceStage(t, conductoronesim.Options{Lease: 2 * time.Second})
				task, page := conductoronesim.FullSync(conductoronesim.SyncOptions{}), 1
				if work == "write" {
					task, page = grantTask(t), writePage
				}
				id := s.c1.Hand(task)
				r := s.serve(nil)
				s.at(page)
				s.signal(r, receiver, syscall.SIGTERM)
				s.wantStopped(r)
				s.noResults()
				next := s.serve(nil)
				if got := s.await(id); got.Status != codes.OK || got.HandedOut < 2 {
					t.Errorf("the task ended with %v %q, handed out %d times", got.Status, got.Message, got.HandedOut)
				}
				s.signal(next, "main", syscall.SIGTERM)
				s.wantStopped(next)
			})
		}
	}
}

func TestService_ASignalToTheConnectorAloneChangesNothing(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	id := s.c1.Hand(grantTask(t))
	r := s.serve(nil)
	asked := s.at(writePage)
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		kill(t, asked.Connector, sig)
	}
	asked.answer(t, "go")
	if got := s.await(id); got.Status != codes.OK || got.HandedOut != 1 {
		t.Errorf("the task ended with %v, handed out %d times", got.Status, got.HandedOut)
	}
	s.signal(r, "main", syscall.SIGTERM)
	s.wantStopped(r)
}

func TestService_EndsWhenItsConnectorIsKilled(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	s.c1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	r := s.serve(nil)
	kill(t, s.at(1).Connector, syscall.SIGKILL)
	r.wantExit(exitUnfinished)
	r.wantLast("the connector's process ended unexpectedly (signal: killed)")
	s.noResults()
	s.wantSpoolEmpty()
}

func TestService_TheNextRunRemovesWhatAKilledOneLeft(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	live := newRunDirOf(t, s.tmp, servicePrefix) // another replica's
	defer live.remove()
	id := s.c1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	r := s.serve(nil)
	s.at(1)
	kill(t, r.Process.Pid, syscall.SIGKILL)
	if r.wait() == 0 {
		t.Error("exit code 0")
	}
	if left := s.spool(); len(left) != 2 {
		t.Fatalf("left behind: %v", left)
	}
	s.c1.EndLeases()
	next := s.serve(nil)
	if got := s.await(id); got.Status != codes.OK || len(got.Uploads) != 1 {
		t.Errorf("the task ended with %v and %d uploads", got.Status, len(got.Uploads))
	}
	next.wantSaid(`"msg":"removed what earlier runs left in the temporary directory","directories":1`)
	s.signal(next, "main", syscall.SIGTERM)
	next.wantExit(0)
	if left := s.spool(); len(left) != 1 || left[0] != live.path {
		t.Errorf("of two replicas %v is left", left)
	}
}
