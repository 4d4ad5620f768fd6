package main_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// summed is the summary of a sync as a program reads it.
type summed struct {
	SyncID           string `json:"sync_id"`
	Resources        map[string]int
	Entitlements     map[string]int
	Grants           map[string]int
	Requests         int
	ResourceUnits    float64        `json:"resource_units"`
	ThrottledSeconds float64        `json:"throttled_seconds"`
	LeftOut          map[string]int `json:"left_out"`
	LeftOutTotal     int            `json:"left_out_total"`
}

// summary is the one line that a sync ends with, for a person and for a program.
func summary(t *testing.T, log string) (string, summed) {
	t.Helper()
	type entry struct {
		Level, Msg string
		Summary    *summed
	}
	var found []entry
	for line := range strings.Lines(log) {
		var e entry
		if json.Unmarshal([]byte(line), &e) == nil && e.Summary != nil {
			found = append(found, e)
		}
	}
	if len(found) != 1 || found[0].Level != "info" {
		t.Fatalf("the log has %d summaries, want one", len(found))
	}
	return found[0].Msg, *found[0].Summary
}

func TestSummary_IsTheTenantAndTheFileByType(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*graphsim.Options){
		"calm": func(*graphsim.Options) {},
		"pages that come twice and lists that begin anew": func(o *graphsim.Options) {
			o.PageSize, o.Faults, o.FaultSeed = 20, "repeat-page=0.1,expired-page-token=0.03", 12
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := graphsim.Options{Seed: 12}
			change(&options)
			sim := startTenant(t, options)
			s := stageOf(t, sim)
			_, got := summary(t, s.Run("--workers", "4").WantExit(0).Stderr)
			file := s.Contents("sync.c1z")
			wantByType(t, "resources of the tenant", got.Resources, byType(resourcesOf(sim.Census())))
			wantByType(t, "resources of the file", got.Resources, byType(file.Resources.IDs()))
			wantByType(t, "entitlements of the file", got.Entitlements, byType(file.Entitlements.IDs()))
			wantByType(t, "grants of the file", got.Grants, byType(directRights(t, file.Grants)))
			if sent := len(asked(sim)); got.Requests != sent || got.SyncID == "" {
				t.Errorf("the summary has %d requests of the sync %q, %d were sent", got.Requests, got.SyncID, sent)
			}
		})
	}
}

// byType counts ids, which begin with the resource type.
func byType(ids []string) map[string]int {
	counts := map[string]int{}
	for _, id := range ids {
		resourceType, _, _ := strings.Cut(id, ":")
		counts[resourceType]++
	}
	return counts
}

func wantByType(t *testing.T, what string, got, want map[string]int) {
	t.Helper()
	if !maps.Equal(got, want) || len(want) == 0 {
		t.Errorf("the %s: the summary has %v, want %v", what, got, want)
	}
}

// directRights are the entitlements of all grants that the SDK has not derived from others: one that it has
// names the grants that it comes from, and not its own.
func directRights(t *testing.T, grants servicekit.Rows) []string {
	t.Helper()
	var rights []string
	for id, text := range grants {
		var g struct {
			Entitlement struct{ ID string }
			Sources     struct{ Sources map[string]any }
		}
		if err := json.Unmarshal([]byte(text), &g); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		_, itself := g.Sources.Sources[g.Entitlement.ID]
		if len(g.Sources.Sources) == 0 || itself {
			rights = append(rights, g.Entitlement.ID)
		}
	}
	return rights
}

func TestSummary_TellsHowLongThrottlingHeldItBack(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	sim.Fail(graphsim.Fault{PathContains: "/v1.0/groups", Skip: 3, Status: 429, RetryAfter: "0.5", Times: 2})
	said, got := summary(t, stageOf(t, sim).Run("--workers", "1").WantExit(0).Stderr)
	if got.ThrottledSeconds < 0.5 || got.ThrottledSeconds > 10 || !strings.Contains(said, "s for throttling; ") {
		t.Errorf("it waited %v s: %s", got.ThrottledSeconds, said)
	}
}

func TestSummary_IsReadableAtATerminal(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant())
	e := stageOf(t, sim).Run("--log-format", "console").WantExit(0)
	want := regexp.MustCompile(`(?m)\tSynced 60 users, .*, [\d,]+ grants; \d+ requests, \d+ resource units; left out \d+: .*"left_out_total": ?\d+`)
	if got := want.FindAllString(e.Stderr, -1); len(got) != 1 {
		t.Errorf("%d lines are the summary, want one", len(got))
	}
}

func TestFailure_TellsTheFiguresSoFar(t *testing.T) {
	t.Parallel()
	for _, workers := range []string{"1", "4"} {
		sim := startTenant(t, smallTenant())
		sim.Fail(graphsim.Fault{PathContains: "/roleAssignments", Status: 400, Message: "no such thing", Times: -1})
		s := stageOf(t, sim)
		e := s.Run("--workers", workers).WantExit(3).WantSentence("list role assignments: 400", "no such thing", "; so far: 60 users, 28 roles, 25 groups, ", " entitlements")
		const cancelled = 16 // what was under way at the failure counts, though it may not have arrived
		sent := regexp.MustCompile(`; (\d+) requests, (\d+) resource units`).FindStringSubmatch(e.Stderr)
		if n, err := strconv.Atoi(sent[1]); err != nil || n < 10 || n > len(asked(sim))+cancelled {
			t.Errorf("%d requests were sent, it says %q", len(asked(sim)), sent)
		}
		if said := e.Sentences()[0]; strings.Count(said, "so far") != 1 || strings.Contains(said, "context canceled") {
			t.Errorf("%s workers: %q", workers, said)
		}
		s.WantOnly()
	}
}
