package conductoronesim

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// TestLease_SilentTasksAreHandedOutAgain, to whoever asks, and both holders may report; the first report counts.
func TestLease_SilentTasksAreHandedOutAgain(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s, c := greeted(t, Options{Now: clock.now})
	if err := c.hello("other", ""); err != nil {
		t.Fatal(err)
	}
	id := s.Hand(EventFeeds())
	if c.take("pod") != id || c.take("other") != "" {
		t.Fatal("a task belongs to one host")
	}
	clock.move(59 * time.Second)
	if got := c.take("other"); got != "" {
		t.Errorf("took %s before the lease was over", got)
	}
	clock.move(time.Second)
	if got := s.Waiting(); got != 1 {
		t.Errorf("%d tasks wait after the lease", got)
	}
	if got := c.take("other"); got != id {
		t.Errorf("took %q after the lease", got)
	}
	for _, host := range []string{"other", "pod"} {
		if err := c.finish(host, id); err != nil {
			t.Error(err)
		}
	}
	if r := await(t, s, id); r.HandedOut != 2 || r.Reports != 2 || r.Host != "other" {
		t.Errorf("%+v", r)
	}
	if len(s.Results()) != 1 {
		t.Errorf("results %+v", s.Results())
	}
	noViolations(t, s)
}

// TestLease_CanBeEnded before its time: what is held is handed out again at once.
func TestLease_CanBeEnded(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	if err := c.hello("other", ""); err != nil {
		t.Fatal(err)
	}
	id := s.Hand(EventFeeds())
	if c.take("pod") != id || s.Waiting() != 0 {
		t.Fatal("the task was not handed out")
	}
	s.EndLeases()
	if got := c.take("other"); got != id {
		t.Errorf("took %q after the end of the lease", got)
	}
	if got := s.Waiting(); got != 0 {
		t.Errorf("%d tasks wait: the new lease has ended too", got)
	}
}

// TestLease_SignsOfLife keep a task: heartbeats, and the ids that a host says it knows.
func TestLease_SignsOfLife(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s, c := greeted(t, Options{Now: clock.now})
	first, second := s.Hand(FullSync(SyncOptions{})), s.Hand(EventFeeds())
	batch := func(known ...string) []*v1.Task {
		out, err := c.GetTasks(t.Context(), v1.BatonServiceGetTasksRequest_builder{HostId: "pod", PageSize: 5, KnownTaskIds: known}.Build())
		if err != nil {
			t.Fatal(err)
		}
		return out.GetTasks()
	}
	if got := batch(); len(got) != 2 || got[0].GetId() != first || got[1].GetId() != second {
		t.Fatalf("%v", got)
	}
	for range 3 {
		clock.move(40 * time.Second)
		if cancelled, err := c.heartbeat("pod", first); cancelled || err != nil {
			t.Errorf("%v %v", cancelled, err)
		}
		if got := batch(second); len(got) != 0 {
			t.Errorf("%v", got)
		}
	}
	clock.move(2 * time.Minute) // given up, though nobody has asked yet
	if s.Waiting() != 2 {
		t.Errorf("%d tasks wait", s.Waiting())
	}
	if cancelled, err := c.heartbeat("pod", first); cancelled || err != nil || len(batch(second)) != 0 || s.Waiting() != 0 {
		t.Errorf("a task whose holder wakes up before another host asks stays: %v %v %d", cancelled, err, s.Waiting())
	}
	if got := s.Status(); got != "Syncing" {
		t.Errorf("status %q", got)
	}
	clock.move(2 * time.Minute)
	if got := s.Status(); got != "Not connected" {
		t.Errorf("status %q", got)
	}
	noViolations(t, s)
}

// TestLease_HeartbeatOfAGivenUpHolder says that another host has the task.
func TestLease_HeartbeatOfAGivenUpHolder(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s, c := greeted(t, Options{Now: clock.now})
	if err := c.hello("other", ""); err != nil {
		t.Fatal(err)
	}
	id := s.Hand(FullSync(SyncOptions{}))
	c.take("pod")
	clock.move(time.Minute)
	c.take("other")
	if cancelled, err := c.heartbeat("pod", id); !cancelled || err != nil {
		t.Errorf("%v %v", cancelled, err)
	}
	out, err := c.Heartbeat(t.Context(), v1.BatonServiceHeartbeatRequest_builder{HostId: "other", TaskId: id, TaskIds: []string{id}}.Build())
	if err != nil || out.GetCancelled() || len(out.GetCancelledTaskIds()) != 0 || out.GetNextHeartbeat().AsDuration() != time.Second {
		t.Errorf("%v %v", out, err)
	}
	s.Cancel(id)
	out, err = c.Heartbeat(t.Context(), v1.BatonServiceHeartbeatRequest_builder{HostId: "other", TaskId: id, TaskIds: []string{id}}.Build())
	if err != nil || !out.GetCancelled() || len(out.GetCancelledTaskIds()) != 1 {
		t.Errorf("%v %v", out, err)
	}
}

func TestCancel_BeforeItWasHandedOut(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	id := s.Hand(EventFeeds())
	s.Cancel(id)
	s.Cancel(id)
	s.Cancel("no such task")
	if r := await(t, s, id); r.Status != codes.Canceled || r.HandedOut != 0 {
		t.Errorf("%+v", r)
	}
	if got := c.take("pod"); got != "" {
		t.Errorf("took %s", got)
	}
}

// TestCancel_OfASilentTask ends it with its lease: it is not handed out again.
func TestCancel_OfASilentTask(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s, c := greeted(t, Options{Now: clock.now})
	id := s.Hand(FullSync(SyncOptions{}))
	c.take("pod")
	s.Cancel(id)
	clock.move(time.Minute)
	if got := c.take("pod"); got != "" {
		t.Errorf("took %s", got)
	}
	if r := await(t, s, id); r.Status != codes.Canceled || r.HandedOut != 1 || r.Reports != 0 {
		t.Errorf("%+v", r)
	}
}

func TestAwait_EndsWithItsContextAndTheService(t *testing.T) {
	t.Parallel()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := s.Hand(EventFeeds())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Await(ctx, id); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := s.Await(t.Context(), "no such task"); err == nil {
		t.Error("awaited a task that does not exist")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Await(t.Context(), id); err == nil {
		t.Error("awaited a task of a service that is closed")
	}
}
