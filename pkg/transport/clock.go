package transport

import (
	"context"
	"time"
)

// Clock tells the time and waits. Tests hand in their own.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or until the context ends, and then returns the context's error.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now returns the present time.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep waits for d or for the end of the context.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
