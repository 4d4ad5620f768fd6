//go:build unix

package main_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// spooled counts the files that the process has in the temporary directory.
func (s *service) spooled() (n int) {
	_ = filepath.WalkDir(s.tmp, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			n++
		}
		return nil
	})
	return n
}

// A process that is stopped in a task ends within its grace, says nothing to ConductorOne and leaves nothing behind; of
// one that is killed the next start clears everything away. Either way the task is handed out again and done, and in the
// tenant nothing is done twice: the write had arrived when the process was stopped.
func TestServiceFaults_ItIsStoppedInATask(t *testing.T) {
	t.Parallel()
	const grace = 10 * time.Second
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		at     string // the request under way
		write  bool
	}{
		{"stopped in a sync", syscall.SIGTERM, "/roleAssignments", false},
		{"stopped in a write", syscall.SIGTERM, "/members/$ref", true},
		{"killed in a sync", syscall.SIGKILL, "/roleAssignments", false},
		{"killed in a write", syscall.SIGKILL, "/members/$ref", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newHurdle(t, c.at)
			o := accountsTenant()
			o.Traffic = g
			s := newService(t, startTenant(t, o), conductoronesim.Options{Lease: shortLease})
			group, user := newGroup(t, s.sim), ordinary(t, s.sim, 1)[0].ID()
			task := conductoronesim.FullSync(conductoronesim.SyncOptions{})
			if c.write {
				task = membershipOf(group, user)
			}
			s.begin("--provisioning")
			id := s.c1.Hand(task)
			g.wait(t)
			began := time.Now()
			e := s.stop(c.signal)
			took := time.Since(began)
			if c.signal == syscall.SIGTERM && (e.code != 0 || took > grace || s.spooled() > 0) {
				t.Errorf("exit code %d after %v, with %d files left", e.code, took, s.spooled())
			}
			if c.signal == syscall.SIGKILL && s.spooled() == 0 {
				t.Error("nothing is left behind: the test shows nothing")
			}
			if results := s.c1.Results(); len(results) > 0 {
				t.Errorf("ConductorOne was told: %+v", results)
			}
			g.release()
			s.begin("--provisioning")
			result := s.await(id)
			if result.Status != codes.OK || result.HandedOut != 2 {
				t.Errorf("%v, %s, handed out %d times", result.Status, result.Message, result.HandedOut)
			}
			if got := takenOnce(s.sim.History()); c.write && len(got) != 1 || !c.write && len(got) > 0 {
				t.Errorf("the tenant took %q", got)
			}
			if !c.write {
				wantResources(t, s.uploaded(result), resourcesOf(s.sim.Census()))
			}
			swept := strings.Contains(s.end().stderr, "removed what earlier runs left")
			if swept != (c.signal == syscall.SIGKILL) {
				t.Errorf("the next start has removed something: %v", swept)
			}
		})
	}
}
