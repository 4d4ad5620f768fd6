package connector

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"
)

func TestSummaries_CountBySyncAndReason(t *testing.T) {
	var s Summaries
	if got := s.Take("none"); len(got.LeftOut) != 0 || got.SyncID != "none" {
		t.Errorf("a sync that skipped nothing has %v", got)
	}
	s.Skip("one", "deleted principal", 2)
	s.Skip("one", "deleted principal", 1)
	s.Skip("one", "role is gone", 1)
	s.Skip("two", "deleted principal", 5)
	s.Skip("two", "nothing", 0)
	got := s.Take("one")
	if !maps.Equal(got.LeftOut, map[string]int{"deleted principal": 3, "role is gone": 1}) || got.LeftOutTotal != 4 {
		t.Errorf("the first has %v", got)
	}
	if got := s.Take("one"); len(got.LeftOut) != 0 {
		t.Errorf("taken twice: %v", got)
	}
	if got := s.Take("two"); !maps.Equal(got.LeftOut, map[string]int{"deleted principal": 5}) {
		t.Errorf("the second has %v", got)
	}
	if len(s.ledgers) != 0 || len(s.order) != 0 {
		t.Errorf("left behind: %v, %v", s.ledgers, s.order)
	}
}

func TestSummaries_TheOldestGivesWay(t *testing.T) {
	var s Summaries
	for i := range 100 {
		s.Skip(fmt.Sprint(i), "x", 1)
		if len(s.ledgers) > maxSummaries || len(s.order) != len(s.ledgers) {
			t.Fatalf("%d syncs in %d places after %d", len(s.ledgers), len(s.order), i+1)
		}
	}
	if s.Take("95").LeftOutTotal != 0 || s.Take("97").LeftOutTotal != 1 || s.Take("99").LeftOutTotal != 1 {
		t.Error("not the last were kept")
	}
	s.Skip("100", "x", 1)
	if s.Take("98").LeftOutTotal != 1 {
		t.Error("one gave way though there was room")
	}
}

func TestSummaries_CountFromManyWorkers(t *testing.T) {
	var s Summaries
	ctx := withPurpose(context.Background(), purpose{syncID: "sync"})
	var workers sync.WaitGroup
	for range 64 {
		workers.Go(func() {
			for i := range 100 {
				s.Skip("sync", fmt.Sprint(i%4), 1)
				s.Request(ctx, 1.5)
				s.Wait(time.Millisecond)
			}
		})
	}
	workers.Wait()
	got := s.Take("sync")
	if !maps.Equal(got.LeftOut, map[string]int{"0": 1600, "1": 1600, "2": 1600, "3": 1600}) {
		t.Errorf("left out: %v", got.LeftOut)
	}
	if got.Requests != 6400 || got.ResourceUnits != 9600 || got.ThrottledSeconds != 6.4 {
		t.Errorf("sent: %+v", got)
	}
}

// Two syncs that overlap have each its own requests; what is sent for neither is nobody's.
func TestSummaries_TellRequestsApartByTheirSync(t *testing.T) {
	var s Summaries
	for id, requests := range map[string]int{"one": 3, "two": 5} {
		for range requests {
			s.Request(withPurpose(context.Background(), purpose{syncID: id}), 0.1)
		}
	}
	s.Request(context.Background(), 7)
	s.Wait(2 * time.Second)
	one, two := s.Take("one"), s.Take("two")
	if one.Requests != 3 || one.ResourceUnits != 0.3 || two.Requests != 5 || two.ResourceUnits != 0.5 {
		t.Errorf("the syncs have %+v and %+v", one, two)
	}
	if one.ThrottledSeconds != 2 || two.ThrottledSeconds != 2 {
		t.Errorf("the wait was of both: %+v and %+v", one, two)
	}
}

// What requests within a request cost is the sync's, too, and no request of its own.
func TestSummaries_CountUnitsWithinARequest(t *testing.T) {
	var s Summaries
	ctx := withPurpose(context.Background(), purpose{syncID: "one"})
	s.Request(ctx, 0)
	s.Units(ctx, 2.5)
	s.Units(context.Background(), 7)
	if got := s.Take("one"); got.Requests != 1 || got.ResourceUnits != 2.5 {
		t.Errorf("the sync has %+v", got)
	}
}

func TestSummaries_CountAValidationToTheSyncThatFollows(t *testing.T) {
	var s Summaries
	validate := func(units ...float64) {
		validation := &sent{}
		for _, u := range units {
			s.Request(withPurpose(context.Background(), purpose{validation: validation}), u)
		}
		s.validated(validation)
	}
	validate(9) // no sync came of this one
	validate(1, 1)
	s.Request(withPurpose(context.Background(), purpose{syncID: "one"}), 2)
	if got := s.Take("one"); got.Requests != 3 || got.ResourceUnits != 4 {
		t.Errorf("the sync has %+v", got)
	}
	if got := s.Take("two"); got.Requests != 0 {
		t.Errorf("the next has %+v", got)
	}
}

func TestSummaries_ForgetAFailedSyncWhenTheNextBegins(t *testing.T) {
	var s Summaries
	s.Skip("failed", "x", 1)
	s.Skip("running", "x", 1)
	if first, second := s.failure("failed"), s.failure("failed"); first != "so far: nothing; 0 requests; left out 1" || second != "" {
		t.Errorf("the figures are told as %q and %q", first, second)
	}
	s.Skip("next", "x", 1)
	if failed, running := s.Take("failed"), s.Take("running"); failed.LeftOutTotal != 0 || running.LeftOutTotal != 1 {
		t.Errorf("%+v and %+v are left", failed, running)
	}
}
