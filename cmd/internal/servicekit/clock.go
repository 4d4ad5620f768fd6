package servicekit

import (
	"sync"
	"time"
)

// Movable is a clock that is moved by hand.
type Movable struct {
	mu    sync.Mutex
	ahead time.Duration
}

// NewMovable is one that is ahead of the machine's.
func NewMovable(ahead time.Duration) *Movable { return &Movable{ahead: ahead} }

// Now is the machine's time and how far the clock is ahead of it.
func (c *Movable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// Set says how far it is ahead.
func (c *Movable) Set(ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = ahead
}
