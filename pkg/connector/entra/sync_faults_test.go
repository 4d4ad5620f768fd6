package entra

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// smallTenant has every shape that fits, and few enough requests to break each of them in turn. Its limits by the
// minute are lifted: more syncs than any tenant sees follow each other.
func smallTenant(seed uint64) graphsim.Options {
	return graphsim.Options{Seed: seed, Users: 50, Groups: 14, Memberships: 160, Apps: 10, Assignments: 90, WithoutLimits: true}
}

// dumpOf syncs a tenant and returns the canonical text of the file.
func dumpOf(t testing.TB, sim *graphsim.Server, opts ...sync.SyncOpt) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path, opts...); err != nil {
		t.Fatalf("seed %d: %v", sim.Options().Seed, err)
	}
	return testkit.Read(context.Background(), t, path).Dump()
}

func TestSync_IsTheSameWhateverTheOrder(t *testing.T) {
	t.Parallel()
	base := smallTenant(7)
	want := dumpOf(t, startTenant(t, base))
	for name, change := range map[string]func(*graphsim.Options){
		"again":                          func(*graphsim.Options) {},
		"page size 1":                    func(o *graphsim.Options) { o.PageSize = 1 },
		"page size 3 and empty pages":    func(o *graphsim.Options) { o.PageSize, o.EmptyPages = 3, true },
		"throttled by the small buckets": func(o *graphsim.Options) { o.Throttle = "small" },
		"faults at 5 %": func(o *graphsim.Options) {
			o.PageSize, o.Faults, o.FaultSeed = 5, "429=0.01,500=0.01,503=0.01,cut=0.01,drop=0.01", 7
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := base
			change(&o)
			sim := startTenant(t, o)
			for _, workers := range []int{1, 8} {
				if got := dumpOf(t, sim, sync.WithWorkerCount(workers)); got != want {
					t.Errorf("seed %d, %d workers: another file:\n%s", o.Seed, workers, testkit.FirstDifference(got, want))
				}
			}
		})
	}
}

// placeOf is where a fault strikes a request: its path, and how many come before it by the same. What is asked side by
// side comes in no order.
func placeOf(sent []graphsim.Request, i int) (path string, before int) {
	for _, r := range sent[:i] {
		if strings.Contains(r.Path, sent[i].Path) {
			before++
		}
	}
	return sent[i].Path, before
}

// A fault that stays makes the sync fail, at whichever request it strikes: rows that could not be read
// are never taken for rows that are gone. Where there is another way to read them, the sync may take it.
func TestSync_FailsAtWhicheverRequestIsRefused(t *testing.T) {
	t.Parallel()
	faults := []graphsim.Fault{
		{Status: 403, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."},
		{Status: 404, Code: "Request_ResourceNotFound"},
		{Status: 410, Code: "resyncRequired"},
		{Kind: graphsim.NullElement},
		{Kind: graphsim.ForeignNextLink},
		{Kind: graphsim.SameNextLink, Times: -1},
		{Kind: graphsim.BadJSON},
	}
	o := smallTenant(8)
	whole := startTenant(t, o)
	want := dumpOf(t, whole)
	sent := graphHistory(whole)
	requests := len(sent)
	for i, r := range sent {
		path := r.Path
		if strings.Contains(path, "/applications(") {
			continue // the connector's own registration: a courtesy
		}
		// Two faults a request: over the requests, each meets each kind of list.
		for _, f := range []graphsim.Fault{faults[i%len(faults)], faults[(3*i+1)%len(faults)]} {
			if f.Kind != "" && strings.HasSuffix(path, "/$count") {
				f = graphsim.Fault{Kind: graphsim.HTMLBody, Status: 200} // a number has no rows and no links
			}
			f.PathContains, f.Skip = placeOf(sent, i)
			t.Run(fmt.Sprintf("%s %d at request %d", cmp.Or(f.Kind, graphsim.Status), f.Status, i), func(t *testing.T) {
				// A tenant of its own: what the sync before gave up, side by side with what failed, may arrive late and
				// would meet the fault in its place.
				sim := startTenant(t, o)
				sim.Fail(f)
				file := filepath.Join(t.TempDir(), "sync.c1z")
				err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), file)
				if err == nil && (!hasAnotherWay(r) || testkit.Read(context.Background(), t, file).Dump() != want) {
					t.Errorf("seed %d: %+v at request %d of %d: the sync succeeded", o.Seed, f, i, requests)
				}
				if c := status.Code(err); c == codes.NotFound || c == codes.ResourceExhausted || c == codes.Unavailable {
					t.Errorf("seed %d: %+v at request %d: the code %s has a meaning of its own to the SDK", o.Seed, f, i, c)
				}
			})
		}
	}
}

// hasAnotherWay says whether what a request reads can be had in another way: the members of large groups, and the groups
// of service principals.
func hasAnotherWay(r graphsim.Request) bool {
	return strings.Contains(r.Path, "/groups/delta") || strings.HasSuffix(r.Path, "/servicePrincipals") && strings.Contains(r.Query, "memberOf")
}

// Faults that pass leave no trace, at whichever request they strike: every other request is struck, and over the rounds
// each by each kind. Those of the validation are struck one a sync, each by one kind: they go side by side and are tried
// once, and the SDK validates five times, after real seconds.
func TestSync_RidesOutAFaultAtWhicheverRequest(t *testing.T) {
	t.Parallel()
	faults := []graphsim.Fault{
		{Status: 429, Code: "TooManyRequests", RetryAfter: "1"},
		{Status: 503, Code: "ServiceUnavailable"},
		{Status: 401, Code: "InvalidAuthenticationToken"},
		{Kind: graphsim.Cut},
		{Kind: graphsim.Drop},
		{Kind: graphsim.EmptyPage},
		{Kind: graphsim.HTMLBody, Status: 502},
		{Kind: graphsim.RepeatPage},
		{Kind: graphsim.ExpireTokens},
	}
	o := smallTenant(8)
	sim := startTenant(t, o)
	if _, err := connectTo(t, sim, &testkit.QuickClock{}).Validate(t.Context()); err != nil {
		t.Fatalf("seed %d: %v", o.Seed, err)
	}
	validation := graphRequests(sim)
	sim.ResetHistory()
	want := dumpOf(t, sim)
	requests := graphRequests(sim)
	strike := func(first, last, shift int) {
		sim.ClearFaults()
		for i := first; i < last; i += 2 {
			f := faults[(i/2+shift)%len(faults)]
			f.PathContains, f.Skip = "/v1.0/", i
			sim.Fail(f)
		}
		if got := dumpOf(t, sim); got != want {
			t.Errorf("seed %d, faults from request %d on, the first of kind %d: another file:\n%s", o.Seed, first, (first/2+shift)%len(faults), testkit.FirstDifference(got, want))
		}
	}
	for i := range validation {
		strike(i, i+1, i)
	}
	for round := range 2 * len(faults) {
		strike(validation+round%2, 2*requests, round/2)
	}
}

func graphRequests(sim *graphsim.Server) int { return len(graphPaths(sim)) }

// graphPaths are the paths of the requests to Graph, in their order.
func graphPaths(sim *graphsim.Server) []string {
	var paths []string
	for _, r := range graphHistory(sim) {
		paths = append(paths, r.Path)
	}
	return paths
}

func graphHistory(sim *graphsim.Server) []graphsim.Request {
	return slices.DeleteFunc(sim.History(), func(r graphsim.Request) bool { return !strings.HasPrefix(r.Path, "/v1.0/") })
}

func TestSync_SendsNoMoreRequestsThanItsPlan(t *testing.T) {
	t.Parallel()
	o := graphsim.Options{Seed: 9, Users: 1010, Groups: 120, Memberships: 3500, Apps: 40, Assignments: 1000}
	sim := startTenant(t, o)
	dumpOf(t, sim, sync.WithWorkerCount(4))
	if got, plan := graphRequests(sim), plannedRequests(readCensus(t, sim)); got > plan {
		t.Errorf("seed %d: %d requests, the plan needs %d", o.Seed, got, plan)
	}
	if a := askedOf(sim); a.deltas == 0 || a.deltaPages == 0 {
		t.Errorf("seed %d: it took %+v: the test shows little", o.Seed, a)
	}
}

// plannedRequests is what the tenant needs: each list read once for each phase that needs it, the count of
// each, a list of their own for parents with 20 links or more, and one read for each family at the start,
// and of the connector's own registration. Large groups come fifty to a delta, in pages of 500 members; a group in a
// cycle is read on its own.
func plannedRequests(c census) int {
	const page, shard, deltaPage = 999, 50, 500
	pages := func(n int) int { return max(1, (n+page-1)/page) }
	apps, identities, total, largeGroups, links := 0, 0, 0, 0, 0
	large := func(n int) {
		if n >= 20 {
			total += pages(n)
		}
	}
	e, in := expect(c), map[string]int{}
	for _, g := range c.Groups {
		large(len(g.Owners))
		for _, m := range g.Members {
			in[m.ID]++
		}
		switch {
		case e.reach(g.ID)["group:"+g.ID]:
			total += pages(len(g.Members))
		case len(g.Members) >= 20:
			largeGroups, links = largeGroups+1, links+len(g.Members)
		}
	}
	total += links/deltaPage + (largeGroups+shard-1)/shard
	for _, a := range c.RoleAssignments {
		in[a.PrincipalID]++
	}
	for _, a := range c.ServicePrincipals {
		large(in[a.ID])
		switch a.Kind {
		case "ManagedIdentity":
			identities++
		case "Application", "Legacy":
			apps++
			large(len(a.AssignedTo))
			large(len(a.Owners))
		}
	}
	total += pages(len(c.Users)) + 3*pages(len(c.Groups)) + 4*pages(apps) + pages(identities) + pages(len(c.ServicePrincipals))
	total += pages(len(c.RoleDefinitions)) + pages(len(c.RoleAssignments))
	total += pages(len(c.ServicePrincipals)) + pages(len(c.credentials.Applications))
	const probes, own, skus, counts = 5, 1, 1, 6
	return total + probes + own + skus + counts
}
