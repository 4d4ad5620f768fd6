package entra

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// The file is the same however the members of large groups are read: the service gives deltas or refuses them, in
// whatever pages, with service principals or without, and gives the groups of service principals or does not.
func TestShards_GiveTheSameFileHoweverTheServiceAnswers(t *testing.T) {
	t.Parallel()
	plain := startLarge(t, graphsim.Options{})
	file := testkit.Read(context.Background(), t, syncedFile(t, plain))
	census := readCensus(t, plain)
	testkit.Compare(t, file, expect(census).Rows)
	cyclic, large := countLarge(census)
	if a := askedOf(plain); a.deltas != 2 || a.members > cyclic {
		t.Errorf("seed %d: it took %+v for %d large groups and %d in cycles", shardSeed, a, large, cyclic)
	}
	deltas := func(kind graphsim.FaultKind) graphsim.Fault {
		return graphsim.Fault{Kind: kind, PathContains: "/groups/delta", Times: -1}
	}
	once := deltas(graphsim.ExpiredPageToken)
	once.Skip, once.Times = 3, 1
	forgets := &forgottenList{}
	for name, test := range map[string]struct {
		options graphsim.Options
		fault   graphsim.Fault
		network func(http.RoundTripper) http.RoundTripper
		asks    func(asked) bool
	}{
		"small pages, no service principals": {options: graphsim.Options{DeltaLinks: 45, ExpandPageSize: 9, EmptyPages: true, DeltaWithoutServicePrincipals: true},
			asks: func(a asked) bool { return a.deltas == 2 && a.deltaPages > 30 && a.members <= cyclic }},
		"deltas refused": {options: graphsim.Options{DeltaStatus: 501},
			asks: func(a asked) bool { return a.deltas <= 2 && a.deltaPages == 0 && a.members == large+cyclic }},
		"deltas that lead to themselves": {fault: deltas(graphsim.SameNextLink), asks: func(a asked) bool { return a.members == large+cyclic }},
		"a place that is forgotten once": {options: graphsim.Options{DeltaLinks: 200}, fault: once,
			asks: func(a asked) bool { return a.deltas == 3 && a.members <= cyclic }},
		"places that are all forgotten": {options: graphsim.Options{DeltaLinks: 200}, fault: deltas(graphsim.ExpiredPageToken),
			asks: func(a asked) bool { return a.deltas > 4 && a.members >= 50+cyclic }},
		"groups of service principals refused": {options: graphsim.Options{DeltaWithoutServicePrincipals: true},
			network: func(next http.RoundTripper) http.RoundTripper { return withoutMemberOf{next} },
			asks:    func(a asked) bool { return a.members == large+cyclic }},
		"a list of groups that begins anew, with groups waiting": {options: graphsim.Options{ExpandPageSize: 30},
			network: func(next http.RoundTripper) http.RoundTripper { forgets.next = next; return forgets },
			asks:    func(a asked) bool { return a.deltas <= 3 && a.members <= cyclic && forgets.pages.Load() > 3 }},
		"deltas that lose rows": {network: func(next http.RoundTripper) http.RoundTripper { return lossyDeltaOf(next, census) },
			asks: func(a asked) bool { return a.deltas == 2 && a.members == lost+cyclic }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := startLarge(t, test.options)
			if test.fault.PathContains != "" {
				sim.Fail(test.fault)
			}
			network := sim.Client().Transport
			if test.network != nil {
				network = test.network(network)
			}
			if got, want := dumpThrough(t, sim, network), file.Dump(); got != want {
				t.Errorf("seed %d: another file:\n%s", shardSeed, testkit.FirstDifference(got, want))
			}
			if a := askedOf(sim); !test.asks(a) {
				t.Errorf("seed %d: it took %+v for %d large groups and %d in cycles", shardSeed, a, large, cyclic)
			}
		})
	}
	t.Run("another process for each page", func(t *testing.T) {
		t.Parallel()
		sim := startLarge(t, graphsim.Options{DeltaLinks: 200, ExpandPageSize: 30})
		anew := func() *Connector { return connectTo(t, sim, &testkit.QuickClock{}) }
		path := filepath.Join(t.TempDir(), "sync.c1z")
		if err := testkit.Sync(context.Background(), t, &forgetful{anew(), anew}, path); err != nil {
			t.Fatalf("seed %d: %v", shardSeed, err)
		}
		if got, want := testkit.Read(context.Background(), t, path).Dump(), file.Dump(); got != want {
			t.Errorf("seed %d: another file:\n%s", shardSeed, testkit.FirstDifference(got, want))
		}
	})
}

func TestIgnored_TellsAnOptionThatWasIgnoredFromNoGroups(t *testing.T) {
	t.Parallel()
	without, inNone := graph.ServicePrincipalGroups{ID: "a"}, graph.ServicePrincipalGroups{ID: "b", MemberOf: []graph.Object{}}
	for _, test := range []struct {
		page []graph.ServicePrincipalGroups
		want bool
	}{{nil, false}, {[]graph.ServicePrincipalGroups{without, without}, true}, {[]graph.ServicePrincipalGroups{without, inNone}, false}} {
		if got := ignored(test.page); got != test.want {
			t.Errorf("%+v: %t", test.page, got)
		}
	}
}

// A delta that goes in a circle of several links has no end: its groups are listed one by one after a while.
func TestShardGrants_GivesUpADeltaWithoutEnd(t *testing.T) {
	t.Parallel()
	sim := startLarge(t, graphsim.Options{})
	var s shard
	for _, g := range readCensus(t, sim).Groups {
		if len(g.Members) >= 20 && len(s) < 3 {
			s = append(s, shardGroup{id: g.ID})
		}
	}
	syncer := &groupSyncer{connectTo(t, sim, &testkit.QuickClock{})}
	for pages, listed := range map[int64]int{maxDeltaPages - 1: 0, maxDeltaPages: len(s)} {
		cursor := connector.Cursor{Walk: walkShard, Batch: s.text(), Tally: connector.Tally{Pages: pages}}
		grants, results, err := syncer.shardGrants(t.Context(), attrs(newFakeSession(), ""), cursor)
		if err != nil {
			t.Fatal(err)
		}
		more := &v2.EnqueuePageTokens{}
		if _, err := results.Annotations.Pick(more); err != nil || len(more.GetPageTokens()) != listed || len(grants) != 0 {
			t.Errorf("seed %d: after %d pages, %d groups are listed one by one, with %d grants: %v", shardSeed, pages, len(more.GetPageTokens()), len(grants), err)
		}
	}
}
