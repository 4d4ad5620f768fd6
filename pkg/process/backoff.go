package process

import (
	"math/rand/v2"
	"time"
)

const (
	firstPause   = time.Second
	longestPause = time.Minute
)

// backoff is how long to wait after each of several attempts: twice as long each time up to a minute, and by chance up to
// half less, so that what went away for many comes back to no crowd.
type backoff struct {
	attempts int
	pause    time.Duration
	chance   func(time.Duration) time.Duration // a time below the given one
}

func newBackoff() *backoff { return &backoff{pause: firstPause, chance: rand.N[time.Duration]} }

// next is the wait after one more attempt.
func (b *backoff) next() time.Duration {
	b.attempts++
	pause := b.pause
	b.pause = min(2*b.pause, longestPause)
	return pause - b.chance(pause/2)
}
