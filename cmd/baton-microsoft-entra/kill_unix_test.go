//go:build unix

package main_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	// killSeed chooses the requests at which runs are killed, and the faults of their tenants.
	killSeed = 20
	// fewKills is how many runs are killed where the variable KILLS does not say: "make kill" sets it to 50.
	fewKills = 8
	// killsAtOnce is how many runs are killed side by side.
	killsAtOnce = 10
	// killFaults strike 2 % of the requests. Bodies that stall are not among them: only the time-out of a
	// request ends them.
	killFaults = "429=0.002,429-fraction=0.003,429-bare=0.001,500=0.002,html502=0.002,503=0.002,503-fraction=0.001,html504=0.001," +
		"cut=0.002,drop=0.002,repeat-page=0.001,expired-page-token=0.001"
)

// pagedTenant is a small tenant that is read in many requests.
func pagedTenant() graphsim.Options {
	options := smallTenant()
	options.PageSize = 10
	return options
}

func TestKill_AtAnyRequestUnderFaultsTheNextRunGivesTheSame(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, pagedTenant())
	undisturbed := stageOf(t, sim)
	undisturbed.Run("--workers", "4").WantExit(0)
	want := undisturbed.Contents("sync.c1z")
	var running []*victim
	judge := func() {
		for _, v := range running {
			t.Run(v.name(), func(t *testing.T) { v.judge(t, want) })
		}
	}
	for batch := range slices.Chunk(killPoints(t, sim), killsAtOnce) {
		var victims []*victim
		for _, request := range batch {
			victims = append(victims, startVictim(t, request))
		}
		for _, v := range victims {
			v.kill()
		}
		judge() // those of the batch before, which have had the time of this one
		running = victims
	}
	judge()
}

// kills is how many runs are killed: at the first request, at the last, and at some between.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("KILLS")
	if text == "" {
		return fewKills
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 2 {
		t.Fatalf("KILLS is %q: it is a number from 2 on", text)
	}
	return n
}

// killPoints are requests of the sync that a tenant has just seen, in order, the first and the last among
// them. Faults only add to the requests, so each is reached.
func killPoints(t *testing.T, sim *graphsim.Server) []int {
	t.Helper()
	total := len(sim.History())
	random := rand.New(rand.NewPCG(killSeed, 0))
	points := []int{1, total}
	for _, between := range random.Perm(total - 2)[:kills(t)-2] {
		points = append(points, 2+between)
	}
	slices.Sort(points)
	return points
}

// victim is a run that is killed, and the one after it.
type victim struct {
	stage     *servicekit.Stage
	request   int
	faultSeed uint64
	gate      *servicekit.Gate
	first     *servicekit.Running
	again     *servicekit.Running
}

// olderSync is in the place of the file when a run begins.
const olderSync = "an older sync"

func startVictim(t *testing.T, request int) *victim {
	t.Helper()
	v := &victim{request: request, faultSeed: killSeed + uint64(request), gate: servicekit.NewGate(t, request)}
	options := pagedTenant()
	options.Traffic, options.Faults, options.FaultSeed = v.gate, killFaults, v.faultSeed
	v.stage = stageOf(t, startTenant(t, options))
	v.stage.Write("sync.c1z", []byte(olderSync))
	v.first = v.stage.Start("--workers", "4")
	return v
}

func (v *victim) name() string {
	return fmt.Sprintf("seed %d, request %d, fault seed %d", killSeed, v.request, v.faultSeed)
}

// kill kills the run at its request, every other one with its process group, and starts the next.
func (v *victim) kill() {
	t := v.stage.T
	t.Helper()
	select {
	case <-v.gate.Reached:
	case <-v.first.Done:
		t.Fatalf("%s: the run ended before the gate:\n%s", v.name(), v.first.Wait(t).End())
	}
	servicekit.Send(t, v.first, syscall.SIGKILL, v.request%2 == 0)
	v.first.Wait(t)
	v.stage.WantFile("sync.c1z", []byte(olderSync))
	v.gate.Release()
	v.again = v.stage.Start("--workers", "4")
}

// judge holds the second run to an undisturbed one.
func (v *victim) judge(t *testing.T, want servicekit.Contents) {
	t.Helper()
	s := v.stage.In(t)
	v.again.Wait(t).WantExit(0)
	s.WantOnly("sync.c1z")
	servicekit.WantSame(t, s.Contents("sync.c1z"), want)
}
