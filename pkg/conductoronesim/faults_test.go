package conductoronesim

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// TestFaults_FailNext answers each method with the code that was asked for, that often and no more.
func TestFaults_FailNext(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	id := s.Hand(FullSync(SyncOptions{}))
	for _, method := range []string{"Hello", "GetTask", "GetTasks", "Heartbeat", "FinishTask", "UploadAsset"} {
		s.FailNext(method, codes.Unavailable, 1)
		s.FailNext(method, codes.PermissionDenied, 1)
	}
	host := v1.BatonServiceGetTaskRequest_builder{HostId: "pod"}.Build()
	for _, want := range []codes.Code{codes.Unavailable, codes.PermissionDenied} {
		wantCode(t, c.hello("pod", ""), want)
		_, err := c.GetTask(t.Context(), host)
		wantCode(t, err, want)
		_, err = c.GetTasks(t.Context(), v1.BatonServiceGetTasksRequest_builder{HostId: "pod", PageSize: 1}.Build())
		wantCode(t, err, want)
		_, err = c.heartbeat("pod", id)
		wantCode(t, err, want)
		wantCode(t, c.finish("pod", id), want)
		wantCode(t, c.upload(), want)
	}
	if got := c.take("pod"); got != id {
		t.Errorf("took %q: a call that fails does nothing", got)
	}
	noViolations(t, s)
}

func TestFaults_Token(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	ask := func() int {
		status, _ := c.ask(c.form(c.sign(c.claims(), rawNonce(t))))
		return status
	}
	for code, want := range map[codes.Code]int{
		codes.Unauthenticated: http.StatusUnauthorized, codes.PermissionDenied: http.StatusForbidden, codes.InvalidArgument: http.StatusBadRequest,
		codes.ResourceExhausted: http.StatusTooManyRequests, codes.Unavailable: http.StatusServiceUnavailable, codes.Internal: http.StatusInternalServerError,
	} {
		s.FailNext("token", code, 1)
		if got := ask(); got != want {
			t.Errorf("%v: %d", code, got)
		}
	}
	s.RefuseClient(true)
	if got := ask(); got != http.StatusUnauthorized {
		t.Errorf("refused: %d", got)
	}
	s.RefuseClient(false)
	if got := ask(); got != http.StatusOK {
		t.Errorf("no longer refused: %d", got)
	}
	s.LoseAnswers("token", 1)
	if response, err := c.http.PostForm("https://"+s.Address()+signInPath, c.form(c.sign(c.claims(), rawNonce(t)))); err == nil {
		_ = response.Body.Close()
		t.Errorf("an answer that should be lost: %s", response.Status)
	}
	good, bad := calls(s, "token")
	if good != 3 || bad != 7 {
		t.Errorf("history: %d good, %d bad", good, bad)
	}
	noViolations(t, s)
}

func TestFaults_LoseAnswers(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	id := s.Hand(EventFeeds())
	s.LoseAnswers("GetTask", 1)
	_, err := c.GetTask(t.Context(), v1.BatonServiceGetTaskRequest_builder{HostId: "pod"}.Build())
	wantCode(t, err, codes.Unavailable)
	s.LoseAnswers("FinishTask", 1)
	wantCode(t, c.finish("pod", id), codes.Unavailable)
	if r := await(t, s, id); r.HandedOut != 1 || r.Status != codes.OK {
		t.Errorf("%+v", r)
	}
	if good, bad := calls(s, "FinishTask"); good != 1 || bad != 0 {
		t.Errorf("history: %d good, %d bad", good, bad)
	}
	noViolations(t, s)
}

func TestFaults_DropConnections(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	s.DelayHeartbeats(time.Hour)
	id := s.Hand(FullSync(SyncOptions{}))
	c.take("pod")
	cut := make(chan error, 1)
	go func() {
		_, err := c.heartbeat("pod", id)
		cut <- err
	}()
	until(t, "the heartbeat is cut", func() bool {
		s.DropConnections()
		select {
		case err := <-cut:
			wantCode(t, err, codes.Unavailable)
			return true
		default:
			return false
		}
	})
	if err := newStranger(t, s).hello("pod", ""); err != nil {
		t.Errorf("the next connection: %v", err)
	}
}

func TestFaults_DelayHeartbeats(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	id := s.Hand(FullSync(SyncOptions{}))
	c.take("pod")
	s.DelayHeartbeats(50 * time.Millisecond)
	began := time.Now()
	if _, err := c.heartbeat("pod", id); err != nil || time.Since(began) < 50*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	s.DelayHeartbeats(time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Heartbeat(ctx, v1.BatonServiceHeartbeatRequest_builder{HostId: "pod", TaskId: id}.Build())
	wantCode(t, err, codes.DeadlineExceeded)
}

// TestFaults_AwayAndBack, as the SDK's client sees it: it comes back by itself, and no task is lost.
func TestFaults_AwayAndBack(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{Address: QuietAddress(t)})
	run(t, s, "toy")
	until(t, "it is there", func() bool { return s.Status() == "Connected" })
	address := s.Address()
	s.Away()
	s.Away()
	if _, err := newDialer().DialContext(t.Context(), "tcp", address); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("while away: %v", err)
	}
	id := s.Hand(EventFeeds())
	if err := s.Back(); err != nil {
		t.Fatal(err)
	}
	if err := s.Back(); err != nil || s.Address() != address {
		t.Errorf("back twice: %v, at %s", err, s.Address())
	}
	if r := await(t, s, id); r.Status != codes.OK {
		t.Errorf("%+v", r)
	}
	noViolations(t, s)
}

// TestFaults_LostReport: a task whose report fails is handed out again when its lease is over.
func TestFaults_LostReport(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, Options{Now: clock.now})
	s.FailNext("FinishTask", codes.Unavailable, 1)
	run(t, s, "toy")
	id := s.Hand(EventFeeds())
	until(t, "the report has failed", func() bool { _, bad := calls(s, "FinishTask"); return bad == 1 })
	clock.move(time.Minute)
	if r := await(t, s, id); r.HandedOut != 2 || r.Reports != 1 {
		t.Errorf("%+v", r)
	}
	noViolations(t, s)
}

// TestFaults_UploadAgain: the SDK sends a file again whose upload failed.
func TestFaults_UploadAgain(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	s.FailNext("UploadAsset", codes.Unavailable, 1)
	s.LoseAnswers("UploadAsset", 1)
	run(t, s, "toy")
	if r := result(t, s, FullSync(SyncOptions{})); r.Status != codes.OK || len(r.Uploads) != 2 || r.Uploads[0].SHA256 != r.Uploads[1].SHA256 {
		t.Errorf("%+v", r)
	}
	noViolations(t, s)
}

// TestFaults_ExpireTokens: the SDK goes on with its token until the end of the life that it was told, then takes another.
func TestFaults_ExpireTokens(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{TokenLife: 12 * time.Second})
	run(t, s, "toy")
	until(t, "it is there", func() bool { return s.Status() == "Connected" })
	until(t, "a call is refused", func() bool {
		s.ExpireTokens()
		_, bad := calls(s, "GetTask")
		return bad > 0
	})
	if r := result(t, s, EventFeeds()); r.Status != codes.OK {
		t.Errorf("%+v", r)
	}
	if good, _ := calls(s, "token"); good < 2 {
		t.Errorf("%d tokens", good)
	}
	noViolations(t, s)
}

// TestFaults_Cancel: a sync in progress ends as cancelled.
func TestFaults_Cancel(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	run(t, s, "slow")
	id := s.Hand(FullSync(SyncOptions{}))
	until(t, "it syncs", func() bool { good, _ := calls(s, "Heartbeat"); return good > 0 && s.Status() == "Syncing" })
	s.Cancel(id)
	if r := await(t, s, id); r.Status != codes.Canceled {
		t.Errorf("%+v", r)
	}
	if got := s.Status(); got != "Connected" {
		t.Errorf("status %q after a sync that was cancelled", got)
	}
	noViolations(t, s)
}
