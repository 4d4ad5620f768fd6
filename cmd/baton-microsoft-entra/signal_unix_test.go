//go:build unix

package main_test

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
)

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
			g := servicekit.NewGate(t, c.request)
			s := gatedStage(t, g)
			s.Write("sync.c1z", good)
			r := s.Stand(g)
			servicekit.Send(t, r, c.signal, c.toGroup)
			r.Wait(t).WantExit(c.code).WantSentence("interrupted", "sync.c1z is as it was")
			s.WantOnly("sync.c1z")
			s.WantFile("sync.c1z", good)
			g.Release()
			s.Run().WantExit(0)
			s.WantOnly("sync.c1z")
		})
	}
}

// gatedStage leads to a small tenant that stands at a gate.
func gatedStage(t *testing.T, g *servicekit.Gate) *servicekit.Stage {
	t.Helper()
	options := smallTenant()
	options.Traffic = g
	return stageOf(t, startTenant(t, options))
}
