package main_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	// memoryVariable, set to anything, asks for the whole table of measurements, which takes minutes. "make memory" sets it.
	memoryVariable = "MEMORY"
	// longest is how long one measurement may take.
	longest = 15 * time.Minute
)

// load is a tenant of a size, how it is read, and how many syncs are asked for at once.
type load struct {
	users                       int
	workers, concurrency, syncs int
}

func (l load) String() string {
	return fmt.Sprintf("%d users, %d workers, %d tasks at once, %d syncs", l.users, l.workers, l.concurrency, l.syncs)
}

// tenant has ten memberships and five assignments a user, which is much.
func (l load) tenant() graphsim.Options {
	return graphsim.Options{Seed: 1, Users: l.users, Groups: l.users / 10, Memberships: 10 * l.users, Apps: l.users / 50,
		Assignments: 5 * l.users, WithoutLimits: true}
}

// loads are what is measured: a small one, or the whole table.
func loads() []load {
	if os.Getenv(memoryVariable) == "" {
		return []load{{users: 200, workers: 32, concurrency: 3, syncs: 1}}
	}
	return []load{
		{1_000, 32, 3, 1}, {10_000, 32, 3, 1}, {50_000, 32, 3, 1},
		{10_000, 0, 3, 1}, {10_000, 4, 3, 1}, {10_000, 16, 3, 1},
		{10_000, 32, 1, 2}, {10_000, 32, 3, 2},
	}
}

// The memory that a sync takes in service mode, by the size of the tenant: the peaks of both processes together stay
// below what the README says a pod is to have.
func TestService_TakesNoMoreMemoryThanThePodHas(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "users\tmemberships\tworkers\tconcurrency\tsyncs\tparent MB\tconnector MB\tseconds\tupload MB\t")
	for _, l := range loads() {
		m := l.measure(t)
		_, _ = fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f\t%.1f\t\n", l.users, 10*l.users, l.workers, l.concurrency, l.syncs,
			m.parent, m.connector, m.took.Seconds(), float64(m.upload)/(1<<20))
		if most := l.pod(); l.syncs == 1 && m.parent+m.connector > most {
			t.Errorf("%v: %d and %d MB, and the pod has %d", l, m.parent, m.connector, most)
		}
	}
	must(t, w.Flush())
	t.Logf("peaks of memory:\n%s", table.String())
}

// measured is what a load took.
type measured struct {
	parent, connector int // MB at most
	took              time.Duration
	upload            int64 // bytes of a file
}

func (l load) measure(t *testing.T) measured {
	t.Helper()
	s := newService(t, startTenant(t, l.tenant()), conductoronesim.Options{})
	s.Patience = longest
	s.Begin("--workers", fmt.Sprint(l.workers), "--task-concurrency", fmt.Sprint(l.concurrency))
	began := time.Now()
	var tasks []string
	for range l.syncs {
		tasks = append(tasks, s.C1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{})))
	}
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	m := measured{}
	for _, id := range tasks {
		r, err := s.C1.Await(ctx, id)
		if err != nil || r.Status != codes.OK || len(r.Uploads) != 1 {
			t.Fatalf("%v: %v, %s, %v", l, r.Status, r.Message, err)
		}
		m.upload = r.Uploads[0].Size
	}
	m.took = time.Since(began)
	parent := s.Process.Cmd.Process.Pid
	m.parent, m.connector = usageOf(t, parent).peak, usageOf(t, connectorOf(t, parent)).peak
	s.Stop(syscall.SIGTERM).WantExit(0)
	s.WantOnly()
	return m
}

// pod is the memory that a pod is to have for one sync, MB, as the README has it.
func (l load) pod() int {
	switch {
	case l.users <= 1_000:
		return 768
	case l.users <= 10_000:
		return 1536
	}
	return 3072
}
