package onelogin

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// fakeClock passes the time of a wait without waiting.
type fakeClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.slept = c.now.Add(d), append(c.slept, d)
	return ctx.Err()
}

func (c *fakeClock) advance(d time.Duration) { _ = c.Sleep(context.Background(), d) }

func (c *fakeClock) waits() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration{}, c.slept...)
}

// rig is a simulated account and a client of it through the real pipeline, on one clock that never makes it wait.
type rig struct {
	*Client
	sim    *oneloginsim.Server
	clock  *fakeClock
	tokens *TokenSource
}

func newRig(t testing.TB, o oneloginsim.Options) *rig {
	t.Helper()
	clock := newClock()
	o.Now = clock.Now
	sim := oneloginsim.Start(t, o)
	base := sim.Client().Transport
	u := address(t, sim)
	o = sim.Options()
	tokens := NewTokenSource(u, Credential{o.ClientID, o.ClientSecret}, base, clock)
	pipeline := transport.New(transport.Config{Base: Quota{Next: base}, Host: u.Host, Tokens: tokens, UserAgent: "baton-test/1", Clock: clock})
	return &rig{Client: New(u, pipeline), sim: sim, clock: clock, tokens: tokens}
}

func address(t testing.TB, sim *oneloginsim.Server) *url.URL {
	t.Helper()
	u, err := url.Parse(sim.URL())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// once is a context whose requests are sent once.
func once(t testing.TB) context.Context { return transport.SingleTry(t.Context()) }

// all walks a list to its end.
func all[T any](t testing.TB, list func(cursor string) (Page[T], error)) []T {
	t.Helper()
	var out []T
	for cursor := ""; ; {
		page, err := list(cursor)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Items...)
		if page.Next == "" {
			return out
		}
		cursor = page.Next
	}
}

// statusOf is the status of the answer behind an error, 0 for none.
func statusOf(err error) int {
	var e interface{ HTTPStatus() int }
	if errors.As(err, &e) {
		return e.HTTPStatus()
	}
	return 0
}

// asError is errors.As.
func asError[T any](err error, target *T) bool { return errors.As(err, target) }
