package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/conductorone/baton-sdk/pkg/connectorrunner"
)

const (
	// grace is how long the SDK may take to end. Docker kills ten seconds after it asked.
	grace = 8 * time.Second
	// settle is how long after the connector's death a signal to the whole group may still arrive here, and how long
	// after a signal the same one may arrive once more: timeout(1), for one, sends it to the process and to its group.
	settle = 200 * time.Millisecond
)

// stopped is why a run ends when a signal asks for it. To the SDK it is an end in order.
type stopped struct {
	signal os.Signal
	again  bool // whether a second signal came before the end
}

// Error says which signal it was.
func (s *stopped) Error() string { return fmt.Sprintf("stopped by signal %q", s.signal.String()) }

// Is makes the SDK's runner return no error.
func (s *stopped) Is(target error) bool { return target == connectorrunner.ErrSigTerm }

// died is why a run ends when its connector does.
type died struct{ how error }

// Error says how, as the system tells it.
func (d *died) Error() string {
	return fmt.Sprintf("the connector's process ended unexpectedly (%v)", d.how)
}

// attendance is what main listens to while the SDK is at work in a goroutine.
type attendance struct {
	hold     *holdingCore // keeps the SDK from ending the process over main's head
	signals  chan os.Signal
	deaths   chan error
	stopping chan struct{}
	grace    time.Duration
	// belated is how long after the end of work the signal may arrive that has ended it: the SDK listens for SIGINT as well,
	// and may be quicker. 0 where work ends by itself.
	belated time.Duration
	quiet   bool // whether all work has ended, so that nothing writes into the run's directory any more
}

func newAttendance(grace time.Duration) *attendance {
	a := &attendance{signals: make(chan os.Signal, 2), deaths: make(chan error, 1), stopping: make(chan struct{}), grace: grace}
	a.hold = &holdingCore{deaths: a.deaths, stopping: a.stopping, ended: make(chan struct{}, 1)}
	return a
}

// listen begins to take signals.
func (a *attendance) listen() *attendance {
	signal.Notify(a.signals, stopSignals()...)
	return a
}

// attend runs work until it ends, and returns its error, or until a signal or the connector's death ends it, which it
// returns as *stopped or *died.
func (a *attendance) attend(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan struct{})
	var result, why error
	go func() {
		result = work(ctx)
		close(done)
	}()
	select {
	case <-done:
		why = a.orSignal(result, a.belated)
	case sig := <-a.signals:
		why = &stopped{signal: sig}
	case how := <-a.deaths:
		why = a.orSignal(&died{how: how}, settle)
	}
	close(a.stopping)
	cancel(why)
	return a.drain(done, why)
}

// drain waits until work and all tasks have ended. Those that do not in time, or before a second signal, are left
// behind: the process is about to end, and the next run clears away what they leave.
func (a *attendance) drain(done <-chan struct{}, why error) error {
	began := time.Now()
	late := time.NewTimer(a.grace)
	defer late.Stop()
	for done != nil || a.hold.tasks.Load() > 0 {
		select {
		case <-done:
			done = nil
		case <-a.hold.ended:
		case sig := <-a.signals:
			if time.Since(began) < settle {
				continue
			}
			return &stopped{signal: sig, again: true}
		case <-late.C:
			return why
		}
	}
	a.quiet = true
	return why
}

// orSignal is the signal that came at the same time, or err. A signal to the whole process group kills a connector that
// has only just begun, and the SDK listens for SIGINT as well: either may be noticed here before the signal.
func (a *attendance) orSignal(err error, patience time.Duration) error {
	select {
	case sig := <-a.signals:
		return &stopped{signal: sig}
	default:
	}
	select {
	case sig := <-a.signals:
		return &stopped{signal: sig}
	case <-time.After(patience):
		return err
	}
}

// clear removes the run's directory, unless somebody may still write into it: the SDK's store ends the process with 1
// when it finds itself without its directory.
func (a *attendance) clear(dir *runDir) {
	if a.quiet {
		dir.remove()
	}
}

// ended is the error of a run that was stopped or died, with its exit code, or err as it is. A nil stop is no error.
func ended(err error, stop error) error {
	var s *stopped
	var d *died
	switch {
	case errors.As(err, &s) && s.again:
		return &ending{code: signalCode(s.signal), sentence: "ended at once, at a second signal"}
	case errors.As(err, &s):
		return stop
	case errors.As(err, &d):
		return &ending{code: exitUnfinished, sentence: d.Error()}
	}
	return err
}
