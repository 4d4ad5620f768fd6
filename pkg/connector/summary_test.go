package connector

import (
	"fmt"
	"maps"
	"sync"
	"testing"
)

func TestSummaries_CountBySyncAndReason(t *testing.T) {
	var s Summaries
	if got := s.Take("none"); len(got) != 0 {
		t.Errorf("a sync that skipped nothing has %v", got)
	}
	s.Skip("one", "deleted principal", 2)
	s.Skip("one", "deleted principal", 1)
	s.Skip("one", "role is gone", 1)
	s.Skip("two", "deleted principal", 5)
	s.Skip("two", "nothing", 0)
	if got := s.Take("one"); !maps.Equal(got, map[string]int{"deleted principal": 3, "role is gone": 1}) {
		t.Errorf("the first has %v", got)
	}
	if got := s.Take("one"); len(got) != 0 {
		t.Errorf("taken twice: %v", got)
	}
	if got := s.Take("two"); !maps.Equal(got, map[string]int{"deleted principal": 5}) {
		t.Errorf("the second has %v", got)
	}
	if len(s.skips) != 0 || len(s.order) != 0 {
		t.Errorf("left behind: %v, %v", s.skips, s.order)
	}
}

func TestSummaries_TheOldestGivesWay(t *testing.T) {
	var s Summaries
	for i := range 1000 {
		s.Skip(fmt.Sprint(i), "x", 1)
		if len(s.skips) > maxSummaries || len(s.order) != len(s.skips) {
			t.Fatalf("%d syncs in %d places after %d", len(s.skips), len(s.order), i+1)
		}
	}
	if len(s.Take("983")) != 0 || len(s.Take("984")) != 1 || len(s.Take("999")) != 1 {
		t.Error("not the last sixteen were kept")
	}
	s.Skip("1000", "x", 1)
	if len(s.Take("985")) != 1 {
		t.Error("one gave way though there was room")
	}
}

func TestSummaries_CountFromManyWorkers(t *testing.T) {
	var s Summaries
	var workers sync.WaitGroup
	for range 64 {
		workers.Go(func() {
			for i := range 100 {
				s.Skip("sync", fmt.Sprint(i%4), 1)
			}
		})
	}
	workers.Wait()
	if got := s.Take("sync"); !maps.Equal(got, map[string]int{"0": 1600, "1": 1600, "2": 1600, "3": 1600}) {
		t.Errorf("got %v", got)
	}
}
