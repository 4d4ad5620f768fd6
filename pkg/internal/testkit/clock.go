package testkit

import (
	"context"
	"sync/atomic"
	"time"
)

// QuickClock is the machine's clock, ahead by what it was asked to wait: it does not wait. The zero value is not ahead.
type QuickClock struct{ ahead atomic.Int64 }

// Now returns the time.
func (c *QuickClock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Sleep moves the clock on.
func (c *QuickClock) Sleep(ctx context.Context, d time.Duration) error {
	c.Pass(d)
	return ctx.Err()
}

// Pass lets time pass.
func (c *QuickClock) Pass(d time.Duration) { c.ahead.Add(int64(d)) }

// Ahead is how much time has passed beside the machine's: what was slept, and what was let pass.
func (c *QuickClock) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }
