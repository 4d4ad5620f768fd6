//go:build unix

package main_test

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// shortLease has a task that was lost handed out again soon. It is longer than the second between two heartbeats.
const shortLease = 2 * time.Second

// mostKnocks bounds the connections within a time to a service that is away: of a call the SDK tries to connect after 1,
// 1.6, 2.6 s and so on, and waits longer and longer between two calls. A sync has its heartbeat beside the question
// for tasks.
func mostKnocks(d time.Duration, callers int) int { return callers * (2 + int(d/time.Second)) }

// ConductorOne is away while there is nothing to do, and then in the middle of a sync, which ends meanwhile. It is not
// overrun with connections, and when it is back nothing is lost.
func TestServiceFaults_ConductorOneIsAway(t *testing.T) {
	t.Parallel()
	g := servicekit.NewHurdle(t, "/roleAssignments")
	o := smallTenant()
	o.Traffic = g
	s := newService(t, startTenant(t, o), conductoronesim.Options{Lease: shortLease}).begin()
	s.Polls()
	s.awayFor(2500*time.Millisecond, 1, func() {})
	sync := s.C1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	g.Wait(t)
	s.awayFor(2500*time.Millisecond, 2, g.Release)
	result := s.Await(sync)
	servicekit.WantResources(t, s.UploadedAtLast(result), resourcesOf(s.sim.Census()))
	if again := s.Do(conductoronesim.Hello()); again.Status != codes.OK {
		t.Errorf("the next task: %v, %s", again.Status, again.Message)
	}
}

// awayFor takes ConductorOne off the network for a while, in which something happens and some callers may knock.
func (s *service) awayFor(d time.Duration, callers int, meanwhile func()) {
	s.T.Helper()
	s.C1.Away()
	k := servicekit.ListenFor(s.T, s.C1.Address())
	began := time.Now()
	meanwhile()
	s.Until("it has been away", func() bool { return time.Since(began) >= d && k.Count() > 0 })
	n, took := k.Count(), time.Since(began)
	k.Close()
	must(s.T, s.C1.Back())
	if n > mostKnocks(took, callers) {
		s.T.Errorf("%d connections within %v", n, took)
	}
}

// What ConductorOne does not hear, or answers into the void, is made good: by another try or by handing the task out
// again, and in the tenant nothing is done twice.
func TestServiceFaults_CallsAndAnswersAreLost(t *testing.T) {
	t.Parallel()
	s := newService(t, startTenant(t, accountsTenant()), conductoronesim.Options{Lease: shortLease}).begin("--provisioning")
	group, users := newGroup(t, s.sim), ordinary(t, s.sim, 4)
	full, roles := conductoronesim.SyncOptions{}, conductoronesim.SyncOptions{ResourceTypes: []string{"role"}}
	var tasks []string
	hand := func(task conductoronesim.Task, struck func() bool) {
		t.Helper()
		tasks = append(tasks, s.C1.Hand(task))
		s.Until("the fault has struck", struck)
	}
	heard := func(method string, code codes.Code) func() bool {
		before := s.Answered(method, code)
		return func() bool { return s.Answered(method, code) > before }
	}

	s.C1.LoseAnswers("GetTask", 1) // the task itself is lost with it
	hand(membershipOf(group, users[0].ID()), func() bool { return s.C1.Waiting() == 0 })
	struck := heard("FinishTask", codes.OK)
	s.C1.LoseAnswers("FinishTask", 1)
	hand(membershipOf(group, users[1].ID()), struck)
	struck = heard("FinishTask", codes.Unavailable)
	s.C1.FailNext("FinishTask", codes.Unavailable, 1)
	hand(membershipOf(group, users[2].ID()), struck)
	struck = heard("Heartbeat", codes.Unavailable)
	s.C1.FailNext("Heartbeat", codes.Unavailable, 1)
	hand(conductoronesim.FullSync(roles), struck)
	struck = heard("UploadAsset", codes.Unavailable)
	s.C1.FailNext("UploadAsset", codes.Unavailable, 1)
	s.C1.LoseAnswers("UploadAsset", 1)
	hand(conductoronesim.FullSync(full), struck)
	for i, id := range tasks {
		if r := s.Await(id); r.Status != codes.OK {
			t.Errorf("task %d, %s: %v, %s, handed out %d times", i, r.Type, r.Status, r.Message, r.HandedOut)
		}
	}
	s.wantMembers(group, 3)
	if got := takenOnce(s.sim.History()); len(got) != 3 {
		t.Errorf("the tenant took %q", got)
	}
}

// Heartbeats that are answered late hold nothing up but the beginning of a sync.
func TestServiceFaults_HeartbeatsAreLate(t *testing.T) {
	t.Parallel()
	s := newService(t, startTenant(t, smallTenant()), conductoronesim.Options{Lease: 20 * time.Second}).begin()
	s.C1.DelayHeartbeats(1500 * time.Millisecond)
	result := s.Do(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	servicekit.WantResources(t, s.Uploaded(result), resourcesOf(s.sim.Census()))
	if result.HandedOut != 1 {
		t.Errorf("handed out %d times", result.HandedOut)
	}
}

// A sync that is cancelled ends, uploads nothing and leaves nothing, and the next one is whole.
func TestServiceFaults_ASyncIsCancelled(t *testing.T) {
	t.Parallel()
	g := servicekit.NewHurdle(t, "/roleAssignments")
	o := smallTenant()
	o.Traffic = g
	s := newService(t, startTenant(t, o), conductoronesim.Options{}).begin()
	s.Polls()
	idle := s.Spooled()
	sync := s.C1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	g.Wait(t)
	s.C1.Cancel(sync)
	if got := s.Await(sync); got.Status != codes.Canceled || len(got.Uploads) > 0 {
		t.Errorf("%v, %s, with %d uploads", got.Status, got.Message, len(got.Uploads))
	}
	g.Release()
	servicekit.WantResources(t, s.Synced(conductoronesim.SyncOptions{}), resourcesOf(s.sim.Census()))
	s.Until("nothing is left of both", func() bool { return s.Spooled() <= idle })
}
