//go:build unix

package main_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// Of many tasks at once each is handed out once and done once, whether they are fetched one by one or many at a time.
func TestService_DoesManyTasksAtOnceEachOnce(t *testing.T) {
	t.Parallel()
	for _, batches := range []string{"false", "true"} {
		t.Run("in batches "+batches, func(t *testing.T) {
			t.Parallel()
			sim := startTenant(t, accountsTenant())
			group := newGroup(t, sim)
			s := newService(t, sim, conductoronesim.Options{})
			s.Env["BATON_GET_TASKS"] = batches
			s.Begin("--provisioning", "--task-concurrency", "3")
			const grants, syncs = 30, 3
			var tasks []string
			for i, u := range sim.Census().Users[:grants] {
				tasks = append(tasks, s.C1.Hand(membershipOf(group, u.ID())))
				if i%(grants/syncs) == 0 {
					tasks = append(tasks, s.C1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{})))
				}
			}
			for _, id := range tasks {
				if r := s.Await(id); r.Status != codes.OK || r.HandedOut != 1 {
					t.Errorf("%s: %v, %s, handed out %d times", r.Type, r.Status, r.Message, r.HandedOut)
				}
			}
			if n := changesOf(sim); n != grants {
				t.Errorf("%d writes, want %d", n, grants)
			}
			if results := s.C1.Results(); len(results) != grants+syncs || len(s.C1.Uploads()) != syncs {
				t.Errorf("%d results and %d uploads", len(results), len(s.C1.Uploads()))
			}
			s.wantMembers(group, grants)
			s.wantFetched(map[string]string{"false": "GetTask", "true": "GetTasks"}[batches])
		})
	}
}

// wantMembers checks how many members the last sync shows, and the tenant has.
func (s *service) wantMembers(group string, want int) {
	s.T.Helper()
	shown := 0
	for _, id := range s.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{"user", "group"}}).Grants.IDs() {
		if len(id) > len("group:"+group) && id[:len("group:"+group)] == "group:"+group {
			shown++
		}
	}
	for _, g := range s.sim.Census().Groups {
		if g.ID() == group && len(g.Members) != want {
			s.T.Errorf("the tenant has %d members", len(g.Members))
		}
	}
	if shown != want {
		s.T.Errorf("the sync shows %d members, want %d", shown, want)
	}
}

// wantFetched checks by which call the tasks came.
func (s *service) wantFetched(method string) {
	s.T.Helper()
	var methods []string
	for _, call := range s.C1.History() {
		if call.Method == "GetTask" || call.Method == "GetTasks" {
			methods = append(methods, call.Method)
		}
	}
	slices.Sort(methods)
	if methods = slices.Compact(methods); !slices.Equal(methods, []string{method}) {
		s.T.Errorf("tasks came by %q, want %s", methods, method)
	}
}
