package transport

import (
	"context"
	"slices"
	"time"
)

// take waits for a turn, in the order of those who ask.
func (w *window) take(ctx context.Context) (*turn, error) {
	if err := w.enter(ctx); err != nil {
		return nil, err
	}
	t, rest := w.turn()
	if err := sleep(ctx, w.clock, rest, w.waited); err != nil {
		w.put(t)
		return nil, err
	}
	return t, nil
}

// turn notes how things stand when a turn is taken, and how long it has to rest.
func (w *window) turn() (*turn, time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := &turn{full: w.under >= w.slots()}
	if w.size >= 1 {
		return t, 0
	}
	return t, w.rested.Sub(w.clock.Now())
}

func (w *window) enter(ctx context.Context) error {
	ready, shrunk := w.line()
	if ready == nil {
		return nil
	}
	began := w.clock.Now()
	select {
	case <-ready:
		if wait := w.clock.Now().Sub(began); shrunk && wait > 0 {
			w.waited(wait)
		}
		return nil
	case <-ctx.Done():
		w.abandon(ready)
		return context.Cause(ctx)
	}
}

// line takes a turn that is free, else a place in the queue, and says whether it is the service that made it so narrow.
func (w *window) line() (ready chan struct{}, shrunk bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.under == 0 && len(w.queue) == 0 && w.clock.Now().Sub(w.used) > forgotten {
		w.size, w.cut = w.start, time.Time{}
	}
	if len(w.queue) == 0 && w.under < w.slots() {
		w.under++
		return nil, false
	}
	ready = make(chan struct{})
	w.queue = append(w.queue, ready)
	return ready, w.size < w.start
}

// abandon takes somebody out of the queue, or gives the turn back that came meanwhile.
func (w *window) abandon(ready chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := slices.Index(w.queue, ready); i >= 0 {
		w.queue = slices.Delete(w.queue, i, i+1)
		return
	}
	w.under--
	w.wake()
}

// put gives a turn back.
func (w *window) put(t *turn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.used = w.clock.Now()
	if !t.sent.IsZero() && w.size < 1 {
		took := float64(w.used.Sub(t.sent))
		w.rested = w.used.Add(min(longestRest, time.Duration(took*(1/w.size-1))))
	}
	w.under--
	w.wake()
}

// wake gives out the turns that are free.
func (w *window) wake() {
	for len(w.queue) > 0 && w.under < w.slots() {
		w.under++
		close(w.queue[0])
		w.queue = slices.Delete(w.queue, 0, 1)
	}
}

// slots are how many requests may be under way.
func (w *window) slots() int { return max(1, int(w.size)) }

func (w *window) width() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slots()
}
