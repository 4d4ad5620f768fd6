//go:build unix

package main_test

import (
	"fmt"
	"sync"
	"syscall"
	"testing"
)

// gate keeps a run standing at one of its requests: the simulator writes each to it before it answers.
type gate struct {
	mu            sync.Mutex
	left          int // requests until the gate
	reached, open chan struct{}
}

func newGate(t *testing.T, request int) *gate {
	g := &gate{left: request, reached: make(chan struct{}), open: make(chan struct{})}
	t.Cleanup(g.release)
	return g
}

// Write notes a request and stands at the last one until the gate is released.
func (g *gate) Write(request []byte) (int, error) {
	g.mu.Lock()
	g.left--
	here := g.left == 0
	g.mu.Unlock()
	if here {
		close(g.reached)
		<-g.open
	}
	return len(request), nil
}

// release lets everything through, however often it is called.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
	default:
		close(g.open)
	}
}

// stand starts a run and returns when it stands at the gate.
func (s *stage) stand(g *gate, args ...string) *running {
	s.t.Helper()
	r := s.start(args...)
	select {
	case <-g.reached:
	case <-r.done:
		s.t.Fatalf("the run ended before the gate:\n%s", r.stderr.String())
	}
	return r
}

func TestInterrupt_EndsTheSyncAndLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	good := goodFile(t)
	for _, c := range []struct {
		signal  syscall.Signal
		toGroup bool
		request int
		code    int
	}{
		{syscall.SIGINT, false, 12, 130},
		{syscall.SIGINT, true, 12, 130},
		{syscall.SIGINT, true, 1, 130}, // it has not signed in yet
		{syscall.SIGTERM, false, 12, 143},
	} {
		t.Run(fmt.Sprintf("%v, to its group %v, at request %d", c.signal, c.toGroup, c.request), func(t *testing.T) {
			t.Parallel()
			g := newGate(t, c.request)
			s := gatedStage(t, g)
			s.write("sync.c1z", good)
			r := s.stand(g)
			send(t, r, c.signal, c.toGroup)
			r.wait(t).wantExit(c.code).wantSentence("interrupted", "sync.c1z is as it was")
			s.wantOnly("sync.c1z")
			s.wantFile("sync.c1z", good)
			g.release()
			s.run().wantExit(0)
			s.wantOnly("sync.c1z")
		})
	}
}

// gatedStage leads to a small tenant that stands at a gate.
func gatedStage(t *testing.T, g *gate) *stage {
	t.Helper()
	options := smallTenant()
	options.Traffic = g
	return stageOf(t, startTenant(t, options))
}

func send(t *testing.T, r *running, signal syscall.Signal, toGroup bool) {
	t.Helper()
	pid := r.cmd.Process.Pid
	if toGroup {
		pid = -pid
	}
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatal(err)
	}
}
