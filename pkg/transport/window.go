package transport

import (
	"sync"
	"time"
)

const (
	// narrowest is the least that a window shrinks to. Below one, a single request is under way, and the next
	// rests before it leaves, so that the rate goes on sinking.
	narrowest = 1.0 / 16
	// longestRest bounds a rest: one request at a time is little for a service, unless it answers within
	// milliseconds.
	longestRest = 100 * time.Millisecond
	// refusedShare is what a refusal leaves of a window.
	refusedShare = 0.5
	// standing is how long the used share of a quota may stand still before the window shrinks once more.
	standing = time.Second
	// growth is by how much a window grows in a second, once the service has objected; before that it doubles.
	// It is slow on purpose: a bucket that the service fills again within ten seconds bears it that a window
	// is too narrow for some of them, and the slower the growth, the fewer the refusals.
	growth = 1.0
	// forgotten is how long nothing has to be sent before a window starts anew: the quotas are of ten seconds.
	forgotten = time.Minute
)

// window is how many requests of a lane may be under way at once: as many as the service bears. It grows while it is
// what holds requests back, and shrinks by a share when the service objects.
type window struct {
	clock  Clock
	waited func(time.Duration)
	start  float64
	widest float64

	mu    sync.Mutex
	size  float64
	under int
	queue []chan struct{} // those who wait for a turn, the first one first
	// rested is when the one request of a window below one may leave.
	rested time.Time
	// grown is when the window last grew or might have, cut when it shrank, zero where it has not, and used
	// when the last turn came back.
	grown, cut, used time.Time
	// warned is how much of the quota was used when that was last judged; 0 where the last answer said nothing.
	warned float64
	judged time.Time
}

func newWindow(c Config) *window {
	return &window{clock: c.Clock, waited: c.Waited, start: float64(c.Concurrency), widest: float64(c.MaxConcurrency), size: float64(c.Concurrency)}
}

// heed changes the window by what the answer to the request of a turn says.
func (w *window) heed(t *turn, s signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case s.refused:
		w.shrink(t, refusedShare)
	case s.used >= nearQuota:
		w.warn(t, s.used)
	case s.success:
		w.warned = 0
		w.grow(t)
	}
}

// warn shrinks the window while more and more of the quota is used. Where that sinks or stands, the window is narrow
// enough; but a service may tell it in large steps, so that what stands for long is taken for a rise. It is judged
// once a round, by the first answer to what left after the last time: of answers that come at once, each tells of more
// than the one before.
func (w *window) warn(t *turn, used float64) {
	if t.sent.Before(w.judged) {
		return
	}
	if used > w.warned || used == w.warned && w.clock.Now().Sub(w.cut) >= standing {
		w.shrink(t, shareLeft(used))
	}
	w.warned, w.judged = used, w.clock.Now()
}

// shareLeft is what is left of a window when so much of the quota is used: all of it at nearQuota, what a refusal
// leaves where the quota is used up, and evenly between.
func shareLeft(used float64) float64 {
	over := min(1, (used-nearQuota)/(1-nearQuota))
	return 1 - (1-refusedShare)*over
}

// shrink leaves a share of what is in use. An answer to what left before the last time tells nothing new.
func (w *window) shrink(t *turn, share float64) {
	if t.sent.Before(w.cut) {
		return
	}
	w.size = max(narrowest, min(w.size, float64(max(1, w.under)))*share)
	w.cut = w.clock.Now()
	w.grown = w.cut
}

// grow widens a window that was used to the full, by the time that the request was under way. Those under way beside
// it share that time.
func (w *window) grow(t *turn) {
	now := w.clock.Now()
	passed := min(now.Sub(w.grown), now.Sub(t.sent)).Seconds()
	w.grown = now
	if !t.full {
		return
	}
	by := growth
	if w.cut.IsZero() {
		by = w.size
	}
	w.size = min(w.widest, w.size+by*passed)
	w.wake()
}
