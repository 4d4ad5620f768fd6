package connector

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// roundTrip is how long a read takes where a test says nothing else.
const roundTrip = 100 * time.Millisecond

// reading is a probe that takes its time, or its context's, and then answers.
type reading struct {
	takes   time.Duration
	answers error
	asked   atomic.Int64 // how often
	ended   atomic.Bool  // by its context
}

func (r *reading) read(ctx context.Context) error {
	r.asked.Add(1)
	select {
	case <-time.After(r.takes):
		return r.answers
	case <-ctx.Done():
		r.ended.Store(true)
		return context.Cause(ctx)
	}
}

// familiesOf are probes that are told apart by their number: "family 0".
func familiesOf(readings ...*reading) []Probe {
	var probes []Probe
	for i, r := range readings {
		probes = append(probes, Probe{Family: fmt.Sprint("family ", i), Read: r.read})
	}
	return probes
}

// named explains an error by the family that it is of.
func named(p Probe, err error) error { return fmt.Errorf("%s: %w", p.Family, err) }

func validity() *Validity { return &Validity{Clock: transport.SystemClock{}} }

func TestValidity_ReadsTheFirstAloneAndTheOthersSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		readings := []*reading{{takes: roundTrip}, {takes: roundTrip}, {takes: roundTrip}, {takes: roundTrip}, {takes: roundTrip}}
		began, done := time.Now(), make(chan error, 1)
		go func() { done <- validity().Check(t.Context(), familiesOf(readings...), named) }()
		underWay := func() (n int64) {
			synctest.Wait()
			for _, r := range readings {
				n += r.asked.Load()
			}
			return n
		}
		if n := underWay(); n != 1 {
			t.Errorf("%d reads are under way at the start, want 1", n)
		}
		time.Sleep(roundTrip) //nolint:forbidigo // the time of a bubble
		if n := underWay(); n != 5 {
			t.Errorf("%d reads were asked for when the first was answered, want all 5", n)
		}
		if err := <-done; err != nil || time.Since(began) != 2*roundTrip {
			t.Errorf("%v after %s, want two round trips", err, time.Since(began))
		}
	})
}

func TestValidity_AsksForNothingMoreWhereTheFirstReadFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("sign-in refused")
		first, second, third := &reading{answers: refused}, &reading{}, &reading{}
		err := validity().Check(t.Context(), familiesOf(first, second, third), named)
		if !errors.Is(err, refused) || err.Error() != "family 0: sign-in refused" || second.asked.Load()+third.asked.Load() != 0 {
			t.Errorf("got %v, and %d reads more", err, second.asked.Load()+third.asked.Load())
		}
	})
}

// TestValidity_TellsTheFirstFailureInOrder: whichever comes first in time.
func TestValidity_TellsTheFirstFailureInOrder(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for _, takes := range [][4]time.Duration{
		{second, 1 * second, 2 * second, 3 * second}, {second, 1 * second, 3 * second, 2 * second}, {second, 2 * second, 1 * second, 3 * second},
		{second, 2 * second, 3 * second, 1 * second}, {second, 3 * second, 1 * second, 2 * second}, {second, 3 * second, 2 * second, 1 * second},
	} {
		for failing := 1; failing < 1<<4; failing++ {
			synctest.Test(t, func(t *testing.T) {
				readings, want := make([]*reading, 4), ""
				for i := range readings {
					readings[i] = &reading{takes: takes[i]}
					if failing&(1<<i) == 0 {
						continue
					}
					readings[i].answers = errors.New("refused")
					if want == "" {
						want = fmt.Sprintf("family %d: refused", i)
					}
				}
				if err := validity().Check(t.Context(), familiesOf(readings...), named); err == nil || err.Error() != want {
					t.Errorf("reads take %v and %04b fail: got %v, want %s", takes, failing, err, want)
				}
			})
		}
	}
}

// TestValidity_DoesNotWaitForWhatCannotBeToldAnyMore: a failure ends the reads after it, and none before it.
func TestValidity_DoesNotWaitForWhatCannotBeToldAnyMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		before, failing, after := &reading{takes: 3 * roundTrip}, &reading{takes: roundTrip, answers: errors.New("refused")}, &reading{takes: time.Hour}
		began := time.Now()
		err := validity().Check(t.Context(), familiesOf(&reading{}, before, failing, after), named)
		if err == nil || err.Error() != "family 2: refused" || time.Since(began) != 3*roundTrip {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if before.ended.Load() || !after.ended.Load() {
			t.Errorf("the read before was ended: %t, that after: %t", before.ended.Load(), after.ended.Load())
		}
	})
}

// TestValidity_EndsWithItsContext: and leaves nothing behind, which the bubble sees to.
func TestValidity_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began, forever := time.Now(), 100*time.Hour
		err := validity().Check(ctx, familiesOf(&reading{}, &reading{takes: forever}, &reading{takes: forever}), named)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// TestValidity_OneCheckDoesForWhoComesMeanwhile: who comes while a check is under way waits for it, asks for nothing where
// it succeeds, and does not wait longer than it may.
func TestValidity_OneCheckDoesForWhoComesMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v, slow := validity(), &reading{takes: time.Minute}
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- v.Check(t.Context(), familiesOf(slow), named) }()
		synctest.Wait()
		go func() { second <- v.Check(t.Context(), familiesOf(slow), named) }()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := v.Check(ctx, familiesOf(slow), named); status.Code(err) != codes.DeadlineExceeded || time.Since(began) != time.Second {
			t.Errorf("who may wait a second got %v after %s", err, time.Since(began))
		}
		if err := errors.Join(<-first, <-second); err != nil || time.Since(began) != time.Minute || slow.asked.Load() != 1 {
			t.Errorf("%v after %s and %d reads", err, time.Since(began), slow.asked.Load())
		}
	})
}

// TestValidity_IsBelievedForAWhile: where nothing failed, and for no longer.
func TestValidity_IsBelievedForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v, first, second := validity(), &reading{}, &reading{answers: errors.New("refused")}
		probes := familiesOf(first, second)
		for _, step := range []struct {
			passes  time.Duration
			answers error
			asked   int64
		}{{0, second.answers, 1}, {0, nil, 2}, {GoodFor - 1, nil, 2}, {1, nil, 3}} {
			time.Sleep(step.passes) //nolint:forbidigo // the time of a bubble
			second.answers = step.answers
			if err := v.Check(t.Context(), probes, named); !errors.Is(err, step.answers) || first.asked.Load() != step.asked {
				t.Errorf("%+v: %v, %d reads", step, err, first.asked.Load())
			}
		}
	})
}
