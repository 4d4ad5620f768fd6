package servicekit

import (
	"bytes"
	"sync"
	"testing"
	"time"
)

// Gate keeps a run standing at one of its requests: the simulator writes each to it, as its traffic, when it has acted
// and before it answers.
type Gate struct {
	Reached chan struct{} // closed when the request is there
	open    chan struct{}
	mark    []byte // what the line of a request has to hold to count
	mu      sync.Mutex
	left    int // requests until the gate
}

// NewGate stands at a request by its number, from 1 on.
func NewGate(t *testing.T, request int) *Gate {
	g := &Gate{left: request, Reached: make(chan struct{}), open: make(chan struct{})}
	t.Cleanup(g.Release)
	return g
}

// NewHurdle is a gate at the first request whose line of traffic holds a text.
func NewHurdle(t *testing.T, mark string) *Gate {
	g := NewGate(t, 1)
	g.mark = []byte(mark)
	return g
}

// Write notes a request and stands at the one that is meant until the gate is released.
func (g *Gate) Write(request []byte) (int, error) {
	if !bytes.Contains(request, g.mark) {
		return len(request), nil
	}
	g.mu.Lock()
	g.left--
	here := g.left == 0
	g.mu.Unlock()
	if here {
		close(g.Reached)
		<-g.open
	}
	return len(request), nil
}

// Release lets everything through, however often it is called.
func (g *Gate) Release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
	default:
		close(g.open)
	}
}

// Wait returns when a request stands at the gate.
func (g *Gate) Wait(t *testing.T) {
	t.Helper()
	select {
	case <-g.Reached:
	case <-time.After(Patience / 2):
		t.Fatal("the request at the gate has not come")
	}
}

// Stand starts a run and returns when it stands at the gate.
func (s *Stage) Stand(g *Gate, args ...string) *Running {
	s.T.Helper()
	r := s.Start(args...)
	select {
	case <-g.Reached:
	case <-r.Done:
		s.T.Fatalf("the run ended before the gate:\n%s", r.Stderr.String())
	}
	return r
}
