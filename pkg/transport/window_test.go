package transport

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// windowWith is a window of the common lane, in the time of a clock.
func windowWith(clock Clock, start, widest int) *window {
	return newWindow(Config{Clock: clock, Concurrency: start, MaxConcurrency: widest, Waited: func(time.Duration) {}})
}

// one lets a request through that takes so long, as if all others that there may be were under way beside it.
func one(t *testing.T, w *window, clock *fakeClock, took time.Duration, s signal) {
	t.Helper()
	turn, err := w.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	turn.sent, turn.full = clock.Now(), true
	clock.now = clock.now.Add(took)
	beside := w.slots() - w.under
	w.under += beside
	w.heed(turn, s)
	w.under -= beside
	w.put(turn)
}

func TestWindow_GrowsUntilTheServiceObjectsAndSlowlyAfterwards(t *testing.T) {
	clock := newClock()
	w := windowWith(clock, 4, 32)
	var sizes []float64
	for _, s := range []signal{{success: true}, {success: true}, {refused: true}, {success: true}, {success: true}, {}} {
		one(t, w, clock, time.Second, s)
		sizes = append(sizes, w.size)
	}
	if want := []float64{8, 16, 8, 9, 10, 10}; !slices.Equal(sizes, want) {
		t.Errorf("got %v, want %v", sizes, want)
	}
	for range 40 {
		one(t, w, clock, time.Second, signal{success: true})
	}
	if w.size != 32 {
		t.Errorf("it grows to %v, want 32", w.size)
	}
	for range 10 {
		one(t, w, clock, time.Second, signal{refused: true})
	}
	if w.size != narrowest || w.width() != 1 {
		t.Errorf("it shrinks to %v, and %d at once", w.size, w.width())
	}
}

func TestWindow_ShrinksByHowMuchOfTheQuotaIsUsed(t *testing.T) {
	for used, want := range map[float64]float64{0.5: 17, 0.79: 17, 0.8: 16, 0.9: 12, 1: 8, 1.8: 8} {
		clock := newClock()
		w := windowWith(clock, 16, 32)
		one(t, w, clock, time.Second/16, signal{success: true, used: used})
		if math.Abs(w.size-want) > 0.001 {
			t.Errorf("%v is used: %v, want %v", used, w.size, want)
		}
	}
}

func TestWindow_ShrinksWhileTheUsedShareRises(t *testing.T) {
	clock := newClock()
	w := windowWith(clock, 16, 32)
	var sizes []float64
	for _, used := range []float64{0.9, 0.9, 0.88, 0.86, 0.9, 0.9} {
		one(t, w, clock, standing/2, signal{success: true, used: used})
		sizes = append(sizes, math.Round(w.size*100)/100)
	}
	if want := []float64{12, 12, 12, 12, 9, 9}; !slices.Equal(sizes, want) {
		t.Errorf("got %v, want %v", sizes, want)
	}
	one(t, w, clock, standing/2, signal{success: true, used: 0.9})
	if w.size != 6.75 {
		t.Errorf("it stood still for a second: %v, want 6.75", w.size)
	}
}

func TestWindow_OneObjectionShrinksItOnce(t *testing.T) {
	clock := newClock()
	w := windowWith(clock, 8, 8)
	var under []*turn
	for range 8 {
		turn, err := w.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		turn.sent = clock.Now()
		under = append(under, turn)
	}
	clock.now = clock.now.Add(time.Second)
	for _, turn := range under {
		w.heed(turn, signal{refused: true})
		w.put(turn)
	}
	if w.size != 4 {
		t.Errorf("eight refusals of one moment leave %v, want 4", w.size)
	}
}

// TestWindow_JudgesTheUsedShareOnceARound: answers that come at once tell of more each, whether or not it is more than
// the last time.
func TestWindow_JudgesTheUsedShareOnceARound(t *testing.T) {
	clock := newClock()
	w := windowWith(clock, 16, 16)
	w.under = 16
	for _, round := range [][]float64{{0.9, 0.91, 0.92}, {0.89, 0.9, 0.91}, {0.88, 0.89, 0.9}} {
		sent := clock.now
		clock.now = clock.now.Add(100 * time.Millisecond)
		for _, used := range round {
			w.heed(&turn{sent: sent}, signal{success: true, used: used})
		}
	}
	if w.size != 12 {
		t.Errorf("got %v, want the 12 that the first answer leaves", w.size)
	}
}

func TestWindow_DoesNotGrowWhereItIsNotUsed(t *testing.T) {
	clock := newClock()
	w := windowWith(clock, 4, 32)
	for range 10 {
		turn, err := w.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		turn.sent = clock.Now()
		clock.now = clock.now.Add(time.Second)
		w.heed(turn, signal{success: true})
		w.put(turn)
	}
	if w.size != 4 {
		t.Errorf("one at a time made it grow to %v", w.size)
	}
}

func TestWindow_BelowOneRequestsRest(t *testing.T) {
	clock := newClock()
	w := windowWith(clock, 1, 1)
	one(t, w, clock, 10*time.Millisecond, signal{refused: true}) // half a request
	one(t, w, clock, 10*time.Millisecond, signal{refused: true}) // a quarter
	one(t, w, clock, time.Second, signal{})
	one(t, w, clock, time.Second, signal{})
	if want := []time.Duration{10 * time.Millisecond, 30 * time.Millisecond, longestRest}; !slices.Equal(clock.slept, want) {
		t.Errorf("they rested for %v, want %v", clock.slept, want)
	}
}

func TestWindow_ForgetsWhatWasAMinuteAgo(t *testing.T) {
	clock := newClock()
	w := windowWith(clock, 16, 32)
	for range 8 {
		one(t, w, clock, 0, signal{refused: true})
		clock.now = clock.now.Add(time.Second)
	}
	clock.now = clock.now.Add(forgotten - 2*time.Second)
	one(t, w, clock, 0, signal{})
	if w.size != narrowest {
		t.Errorf("it forgot too early: %v", w.size)
	}
	clock.now = clock.now.Add(forgotten + time.Second)
	one(t, w, clock, 0, signal{})
	if w.size != 16 {
		t.Errorf("got %v, want 16", w.size)
	}
}

// TestWindow_TurnsGoInOrder: who asked first goes first, who stops asking takes no turn along, and a wait that the
// service's objections caused is told of.
func TestWindow_TurnsGoInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var order []int
		var told time.Duration
		w := newWindow(Config{Clock: SystemClock{}, Concurrency: 4, MaxConcurrency: 4, Waited: func(d time.Duration) {
			mu.Lock()
			told += d
			mu.Unlock()
		}})
		first, err := w.take(t.Context())
		second, also := w.take(t.Context())
		if err != nil || also != nil {
			t.Fatal(err, also)
		}
		w.heed(first, signal{refused: true}) // of the two that are under way, one is left
		w.put(second)
		stopped := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		var failures []error
		for i := range 5 {
			of := t.Context()
			if i == 2 {
				of = ctx
			}
			go func() {
				turn, err := w.take(of)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failures = append(failures, err)
					return
				}
				order = append(order, i)
				w.put(turn)
			}()
			synctest.Wait()
		}
		cancel(stopped)
		pass(t, time.Second)
		w.put(first)
		synctest.Wait()
		if len(failures) != 1 || !errors.Is(failures[0], stopped) || !slices.Equal(order, []int{0, 1, 3, 4}) || w.under != 0 || told != 4*time.Second {
			t.Errorf("they went in the order %v, %v failed, %d are under way, told of %v", order, failures, w.under, told)
		}
	})
}
