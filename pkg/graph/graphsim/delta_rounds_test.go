package graphsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestDelta_TheNextRound(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Now: c.Now, TokenLifetime: 1000 * time.Hour})
	first := r.ok("/groups/delta?$deltatoken=latest&$select=id,members")
	if len(first.Value) != 0 || first.Delta == "" {
		t.Fatalf("%s", first.body)
	}
	empty := r.round(first.Delta, 0, 0)
	if len(empty.groups) != 0 || empty.deltaLink == first.Delta {
		t.Errorf("%d groups changed, though nothing did", len(empty.groups))
	}
	c.move(8 * 24 * time.Hour)
	r.gone(empty.deltaLink, "syncStateNotFound")
	r.gone("/groups/delta?$deltatoken=nobody", "syncStateNotFound")
	last := r.round("/groups/delta?$select=id,members", 200, 500).deltaLink
	census := r.Census()
	must(t, r.Tenant().AddMember(census.Groups[9].ID(), census.Users[7].ID()))
	again := r.round(r.gone(last, "resyncRequired"), 200, 500)
	sameLinks(t, again.groups, linksOf(r.Census(), "members"))
}

// TestDelta_LagsAsOtherReadsDo: what was added a moment ago is not in it yet, and is a change later.
func TestDelta_LagsAsOtherReadsDo(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Now: c.Now, ReplicationDelay: time.Minute})
	before := linksOf(r.Census(), "members")
	must(t, r.Tenant().AddMember(r.Census().Groups[9].ID(), r.Census().Users[7].ID()))
	early := r.round("/groups/delta", 200, 500)
	sameLinks(t, early.groups, before)
	c.move(time.Minute)
	r.gone(early.deltaLink, "resyncRequired")
	sameLinks(t, r.round("/groups/delta", 200, 500).groups, linksOf(r.Census(), "members"))
}

// gone asks for a token that is good no more, and returns where to start over, "" where nobody knows.
func (r *rig) gone(link, code string) string {
	r.t.Helper()
	r.refused(link, http.StatusGone, code)
	return r.get(link).header.Get("Location")
}

func TestDelta_Faults(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{DeltaLinks: 100})
	fail := func(f graphsim.Fault) answer {
		t.Helper()
		f.PathContains = "/groups/delta"
		r.Fail(f)
		a := r.get("/groups/delta?$select=members")
		r.ClearFaults()
		return a
	}
	for _, status := range []int{401, 403, 404, 429} {
		if a := fail(graphsim.Fault{Status: status}); a.status != status {
			t.Errorf("%d, want %d", a.status, status)
		}
	}
	if a := fail(graphsim.Fault{Kind: graphsim.EmptyPage}); len(a.Value) != 0 || len(r.ok(a.Next).Value) == 0 {
		t.Errorf("an empty page with %d rows", len(a.Value))
	}
	repeated := fail(graphsim.Fault{Kind: graphsim.RepeatPage})
	if again := r.ok(repeated.Next); fmt.Sprint(again.Value) != fmt.Sprint(repeated.Value) {
		t.Error("the page that is repeated is another")
	}
	if a := fail(graphsim.Fault{Kind: graphsim.SameNextLink}); a.Next != r.URL()+"/v1.0/groups/delta?$select=members" {
		t.Error(a.Next)
	}
	if a := fail(graphsim.Fault{Kind: graphsim.ForeignNextLink}); !strings.HasPrefix(a.Next, "https://graph.example.com/v1.0/groups/delta?") {
		t.Error(a.Next)
	}
	if a := fail(graphsim.Fault{Kind: graphsim.NullElement}); a.Value[0] != nil || a.Value[1] == nil {
		t.Error("no null in front")
	}
	next := r.ok("/groups/delta?$select=members").Next
	r.Fail(graphsim.Fault{Kind: graphsim.ExpiredPageToken})
	if a := r.get(next); a.status != http.StatusGone || !strings.HasSuffix(a.header.Get("Location"), "/groups/delta?%24select=members&$deltatoken=") {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	r.gone(next, "syncStateNotFound")
	for _, status := range []int{400, 404, 501} {
		r := start(t, graphsim.Options{DeltaStatus: status})
		if a := r.get("/groups/delta"); a.status != status {
			t.Errorf("%d, want %d", a.status, status)
		}
		r.ok("/groups?$top=1")
	}
}

func TestExpandPageSize_CutsPagesWithExpandAlone(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{ExpandPageSize: 15})
	if a := r.ok("/groups?$top=999&$expand=members($select=id)"); len(a.Value) != 15 || a.Next == "" {
		t.Errorf("%d groups with $expand", len(a.Value))
	}
	if a := r.ok("/groups?$top=999"); len(a.Value) != len(r.Census().Groups) {
		t.Errorf("%d groups without", len(a.Value))
	}
}
