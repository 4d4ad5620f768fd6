package graph

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/readahead"
)

// TestReaders_ReadAheadTheSameByTheSameRequests walks each list in a sync and outside of one.
func TestReaders_ReadAheadTheSameByTheSameRequests(t *testing.T) {
	t.Parallel()
	sim := startSim(t, graphsim.Options{Seed: 7, PageSize: 7, EmptyPages: true})
	c := simClient(t, sim)
	for _, r := range listers(parentsIn(t, sim.Census())) {
		sim.ResetHistory()
		want, pages, err := r.walk(t.Context(), c)
		requests := len(graphRequests(sim))
		if err != nil || requests != pages {
			t.Fatalf("%s: %d requests for %d pages, %v", r.name, requests, pages, err)
		}
		sim.ResetHistory()
		got, _, err := r.walk(readahead.Sync(t.Context(), r.name), c)
		if sent := len(graphRequests(sim)); err != nil || sent != requests || strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s in a sync: %d rows by %d requests, %v, want %d by %d", r.name, len(got), sent, err, len(want), requests)
		}
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestReaders_ReadAheadThroughFaults has some answers go wrong, so often that some pages fail ahead of time.
func TestReaders_ReadAheadThroughFaults(t *testing.T) {
	t.Parallel()
	sim := startSim(t, graphsim.Options{Seed: 9, PageSize: 5, Faults: "429=0.05,500=0.05,503=0.05,cut=0.05,drop=0.05", FaultSeed: 3})
	census := sim.Census()
	p := parentsIn(t, census)
	c, want := simClient(t, sim), expectedRows(census, p)
	for _, r := range listers(p) {
		got, _, err := r.walk(readahead.Sync(t.Context(), r.name), c)
		if err != nil || !sameIDs(got, want[r.name]) {
			t.Errorf("%s: %d rows, %v, want %d", r.name, len(got), err, len(want[r.name]))
		}
	}
}

// TestReaders_HaveTheErrorOfTheirOwnRequestOfAPageAhead refuses every page but the first: the error is that of the request
// which the caller waits for, and nothing is read behind it.
func TestReaders_HaveTheErrorOfTheirOwnRequestOfAPageAhead(t *testing.T) {
	t.Parallel()
	var refusals atomic.Int64
	var server *cannedServer
	server = startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "skiptoken") {
			refusals.Add(1)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(`{"value":[{"id":"a"}],"@odata.nextLink":"` + server.URL + `/v1.0/groups?$skiptoken=x"}`))
	})
	c, ctx := server.client(t), readahead.Sync(t.Context(), "sync")
	page, err := c.ListGroups(ctx, false, "")
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	if _, err := c.ListGroups(ctx, false, page.Next); statusOf(err) != http.StatusForbidden || refusals.Load() != 2 {
		t.Errorf("got %v after %d refusals", err, refusals.Load())
	}
	if err := c.Close(ctx); err != nil {
		t.Error(err)
	}
}
