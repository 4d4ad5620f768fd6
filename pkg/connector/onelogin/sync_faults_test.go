package onelogin

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// smallAccount has every shape that fits, and few enough requests to break each of them in turn.
func smallAccount(seed uint64) oneloginsim.Options {
	return oneloginsim.Options{Seed: seed, Users: 25, Roles: 4, Apps: 3, Groups: 3, Privileges: 2, Events: -1, UserPage: 10, Quota: -1}
}

func dumpOf(t testing.TB, sim *oneloginsim.Server, opts ...sync.SyncOpt) string {
	t.Helper()
	return contentsOf(t, sim, opts...).Dump()
}

func TestSync_IsTheSameWhateverTheOrder(t *testing.T) {
	t.Parallel()
	base := smallAccount(31)
	want := dumpOf(t, oneloginsim.Start(t, base))
	for name, change := range map[string]func(*oneloginsim.Options){
		"page size 1":                     func(o *oneloginsim.Options) { o.PageSize = 1 },
		"page size 4 and filters refused": func(o *oneloginsim.Options) { o.PageSize, o.CursorAlone = 4, true },
		"fields that the list never has":  func(o *oneloginsim.Options) { o.Withheld = []string{"title", "manager_user_id"} },
		"few calls at once, then 502":     func(o *oneloginsim.Options) { o.Burst = 3 },
		"faults at 5 %": func(o *oneloginsim.Options) {
			o.PageSize, o.Faults, o.FaultSeed = 5, "429=0.01,500=0.01,503=0.01,html502=0.01,cut=0.005,drop=0.005", 31
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := base
			change(&o)
			clock := &testkit.QuickClock{}
			o.Now = clock.Now
			sim := oneloginsim.Start(t, o)
			for _, workers := range []int{1, 8} {
				path := filepath.Join(t.TempDir(), "sync.c1z")
				c := connectAs(t, sim, settingsOf(sim), clock)
				if err := testkit.Sync(context.Background(), t, c, path, sync.WithWorkerCount(workers)); err != nil {
					t.Fatalf("seed %d, %d workers: %v", o.Seed, workers, err)
				}
				if got := testkit.Read(context.Background(), t, path).Dump(); got != want {
					t.Errorf("seed %d, %d workers: another file:\n%s", o.Seed, workers, testkit.FirstDifference(got, want))
				}
			}
		})
	}
}

// A fault that stays makes the sync fail, at whichever request it strikes: rows that could not be read are never taken for
// rows that are gone.
func TestSync_FailsAtWhicheverRequestIsRefused(t *testing.T) {
	t.Parallel()
	o := smallAccount(32)
	sim := oneloginsim.Start(t, o)
	dumpOf(t, sim)
	requests := sim.History()
	faults := []oneloginsim.Fault{
		{Status: http.StatusForbidden}, {Status: http.StatusNotFound, Message: "gone"}, {Status: http.StatusUnprocessableEntity}, {Kind: oneloginsim.BadJSON},
		{Kind: oneloginsim.NullElement}, {Kind: oneloginsim.EmptyObject},
	}
	n := 0
	for i, request := range requests {
		if !strings.HasPrefix(request.Path, "/api/") {
			continue
		}
		fault := faults[n%len(faults)]
		if fault.Kind == oneloginsim.NullElement && strings.Contains(request.Path, "/privileges/") {
			fault = oneloginsim.Fault{Kind: oneloginsim.BadJSON} // no list of rows
		}
		n++
		sim.ClearFaults()
		fault.PathContains, fault.Times = request.Path, -1
		sim.Fail(fault)
		path := filepath.Join(t.TempDir(), "sync.c1z")
		if err := testkit.Sync(context.Background(), t, connectTo(t, sim), path, sync.WithWorkerCount(1)); err == nil {
			t.Errorf("seed %d: %s %d at request %d, %s: the sync succeeded", o.Seed, fault.Kind, fault.Status, i, request.Path)
		}
	}
	if n < 20 {
		t.Errorf("seed %d: only %d requests were broken", o.Seed, n)
	}
}

// A fault that passes changes nothing in the file, at whichever request it strikes. Those of the validation before, which
// the SDK repeats after a while, are left out.
func TestSync_IsWholeAfterWhateverPasses(t *testing.T) {
	t.Parallel()
	o := smallAccount(33)
	sim := oneloginsim.Start(t, o)
	synced := func() string {
		c := connectTo(t, sim)
		if err := c.validity.Check(t.Context(), nil, nil); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "sync.c1z")
		if err := testkit.Sync(context.Background(), t, c, path, sync.WithWorkerCount(4)); err != nil {
			t.Fatalf("seed %d: %v", o.Seed, err)
		}
		return testkit.Read(context.Background(), t, path).Dump()
	}
	want := synced()
	faults := []oneloginsim.Fault{
		{Status: http.StatusTooManyRequests, Reset: "2"}, {Status: http.StatusInternalServerError}, {Kind: oneloginsim.HTMLBody}, {Kind: oneloginsim.Cut},
		{Kind: oneloginsim.Drop}, {Kind: oneloginsim.ExpireTokens},
	}
	for i := range len(sim.History()) - 1 { // the first is for the token
		sim.ClearFaults()
		fault := faults[i%len(faults)]
		fault.Skip, fault.PathContains = i, "/api/"
		sim.Fail(fault)
		if got := synced(); got != want {
			t.Errorf("seed %d: %s %d at request %d: another file:\n%s", o.Seed, fault.Kind, fault.Status, i, testkit.FirstDifference(got, want))
		}
	}
}
