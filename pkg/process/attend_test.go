package process

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conductorone/baton-sdk/pkg/connectorrunner"
	"go.uber.org/zap/zapcore"
)

// stubborn is work that does not heed its context.
func stubborn(t *testing.T) func(context.Context) error {
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	return func(context.Context) error {
		<-end
		return nil
	}
}

func heedful(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func attendanceOf(grace time.Duration, signals ...os.Signal) *attendance {
	a := newAttendance(grace)
	for _, sig := range signals {
		a.signals <- sig
	}
	return a
}

func TestAttend_ReturnsTheErrorOfTheWork(t *testing.T) {
	t.Parallel()
	want := errors.New("consent is missing")
	for _, err := range []error{nil, want} {
		if got := attendanceOf(grace).attend(t.Context(), func(context.Context) error { return err }); !errors.Is(got, err) {
			t.Errorf("got %v, want %v", got, err)
		}
	}
}

// The SDK hears of SIGINT as well, and may have ended before it is noticed here.
func TestAttend_ASignalThatEndedTheWorkMayArriveAfterItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for belated, want := range map[time.Duration]bool{0: false, settle: true} {
			a := newAttendance(grace)
			a.belated = belated
			err := a.attend(t.Context(), func(context.Context) error {
				time.AfterFunc(settle/2, func() { a.signals <- syscall.SIGINT })
				return nil
			})
			var s *stopped
			if errors.As(err, &s) != want {
				t.Errorf("%v after the end of work: %v", belated, err)
			}
		}
	})
}

func TestAttend_ASignalIsAnEndInOrderForTheSDK(t *testing.T) {
	t.Parallel()
	var cause error
	err := attendanceOf(grace, syscall.SIGTERM).attend(t.Context(), func(ctx context.Context) error {
		<-ctx.Done()
		cause = context.Cause(ctx)
		return nil
	})
	var s *stopped
	if !errors.As(err, &s) || s.signal != syscall.SIGTERM || s.again {
		t.Errorf("got %v", err)
	}
	if !errors.Is(cause, connectorrunner.ErrSigTerm) {
		t.Errorf("the SDK sees %v", cause)
	}
	if ended(err, nil) != nil {
		t.Error("the end in order is an error")
	}
}

func TestAttend_ASecondSignalEndsItAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := attendanceOf(time.Hour, syscall.SIGTERM)
		time.AfterFunc(2*settle, func() { a.signals <- syscall.SIGINT })
		err := ended(a.attend(t.Context(), stubborn(t)), nil)
		if got := exitCode(err); got != 130 {
			t.Errorf("exit code %d of %v", got, err)
		}
	})
}

func TestAttend_ASignalThatArrivesTwiceIsOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := attendanceOf(grace, syscall.SIGTERM, syscall.SIGTERM)
		err := a.attend(t.Context(), func(ctx context.Context) error {
			<-ctx.Done()
			<-time.After(settle / 4) // an end in order takes a moment
			return nil
		})
		if ended(err, nil) != nil || !a.quiet {
			t.Errorf("got %v, quiet: %v", err, a.quiet)
		}
	})
}

func TestAttend_LeavesWorkThatDoesNotEndInTimeBehind(t *testing.T) {
	t.Parallel()
	a := attendanceOf(time.Millisecond, syscall.SIGTERM)
	if err := a.attend(t.Context(), stubborn(t)); ended(err, nil) != nil {
		t.Errorf("got %v", err)
	}
	dir := newRunDirOf(t, t.TempDir(), servicePrefix)
	defer dir.remove()
	a.clear(dir)
	if _, err := os.Stat(dir.path); err != nil {
		t.Errorf("its directory is taken away from under it: %v", err)
	}
}

func TestAttend_TheConnectorsDeathEndsIt(t *testing.T) {
	t.Parallel()
	a := attendanceOf(grace)
	a.deaths <- errors.New("signal: killed")
	err := ended(a.attend(t.Context(), heedful), nil)
	if exitCode(err) != exitUnfinished || sentence(toyName, err) != "the connector's process ended unexpectedly (signal: killed)" {
		t.Errorf("got %d, %v", exitCode(err), err)
	}
}

// A signal to the whole group may kill a connector that has only just begun before main hears of it, and the SDK may end
// at the signal before main does.
func TestAttend_ASignalThatComesWithTheEndIsItsReason(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := attendanceOf(grace)
		a.deaths <- errors.New("signal: terminated")
		time.AfterFunc(settle/10, func() { a.signals <- syscall.SIGTERM })
		if err := ended(a.attend(t.Context(), heedful), nil); err != nil {
			t.Errorf("the connector died with the group: %v", err)
		}
		b := attendanceOf(grace)
		err := b.attend(t.Context(), func(context.Context) error {
			b.signals <- syscall.SIGINT
			return context.Canceled
		})
		if err = ended(err, nil); err != nil {
			t.Errorf("the SDK ended first: %v", err)
		}
	})
}

// The SDK ends without its tasks, and a store that loses its directory under way ends the process.
func TestAttend_WaitsForTheTasksOfTheSDK(t *testing.T) {
	t.Parallel()
	a := attendanceOf(patience, syscall.SIGTERM)
	a.hold.counts = true
	log := func(message string) { _ = a.hold.Write(zapcore.Entry{Message: message}, nil) }
	log(gotTaskMessage)
	log(gotTaskMessage)
	ends := make(chan struct{})
	err := a.attend(t.Context(), func(ctx context.Context) error {
		<-ctx.Done()
		go log(failedSyncMessage) // does not return
		time.AfterFunc(settle, func() {
			close(ends)
			log(taskDoneMessage)
		})
		return nil
	})
	select {
	case <-ends:
	default:
		t.Error("it ended before the tasks")
	}
	if ended(err, nil) != nil || !a.quiet {
		t.Errorf("got %v, quiet: %v", err, a.quiet)
	}
}
