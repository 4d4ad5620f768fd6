package graph

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// readDelta reads the members of groups to the end, and returns them by group, each once.
func readDelta(t *testing.T, c *Client, ids []string) (members map[string][]string, pages int, err error) {
	t.Helper()
	members = map[string][]string{}
	for next, first := "", true; first || next != ""; first = false {
		page, err := c.GroupMembersDelta(t.Context(), ids, next)
		if err != nil {
			return nil, pages, err
		}
		for _, g := range page.Items {
			if g.Removed != nil {
				t.Errorf("group %s is said to be gone", g.ID)
			}
			for _, m := range g.Members() {
				if m.Type() == "" {
					t.Errorf("the member %s of group %s has no type", m.ID, g.ID)
				}
				if !slices.Contains(members[g.ID], m.ID) {
					members[g.ID] = append(members[g.ID], m.ID)
				}
			}
		}
		if pages++; pages > 1000 {
			t.Fatal("no end after 1,000 pages")
		}
		next = page.Next
	}
	return members, pages, nil
}

// largeGroups are the ids of the groups that have many members, fifty at most.
func largeGroups(census *graphsim.Census) []string {
	var ids []string
	for _, g := range census.Groups {
		if len(g.Members) >= ExpandLimit && len(ids) < MaxDeltaGroups {
			ids = append(ids, g.ID())
		}
	}
	return ids
}

func TestGroupMembersDelta_GivesTheCensus(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]graphsim.Options{
		"Graph's own":                {Seed: 8},
		"seven links a page":         {Seed: 7, DeltaLinks: 7, EmptyPages: true},
		"some answers bad":           {Seed: 9, DeltaLinks: 40, Faults: "429=0.02,500=0.02,503=0.02,cut=0.02,drop=0.02", FaultSeed: 3},
		"without service principals": {Seed: 7, DeltaWithoutServicePrincipals: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := startSim(t, o)
			census := sim.Census()
			ids := largeGroups(census)
			got, pages, err := readDelta(t, simClient(t, sim), ids)
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			for _, g := range census.Groups {
				var want []string
				for _, m := range g.Members {
					if m.Type == TypeServicePrincipal && o.DeltaWithoutServicePrincipals {
						left++
						continue
					}
					want = append(want, m.ID)
				}
				if slices.Contains(ids, g.ID()) && !sameIDs(got[g.ID()], want) {
					t.Errorf("group %s: %d members in %d pages, want %d", g.ID(), len(got[g.ID()]), pages, len(want))
				}
			}
			if len(ids) < 3 || len(got) != len(ids) || (left > 0) != o.DeltaWithoutServicePrincipals || o.DeltaLinks > 0 && pages < 10 {
				t.Fatalf("seed %d: %d groups asked for, %d given, %d pages: the test shows little", o.Seed, len(ids), len(got), pages)
			}
		})
	}
}

func TestGroupMembersDelta_AsksForIDsAndMembersOnce(t *testing.T) {
	t.Parallel()
	sim := startSim(t, graphsim.Options{Seed: 7, DeltaLinks: 50})
	ids := largeGroups(sim.Census())
	_, pages, err := readDelta(t, simClient(t, sim), ids)
	if err != nil {
		t.Fatal(err)
	}
	sent := graphRequests(sim)
	var filter []string
	for _, id := range ids {
		filter = append(filter, fmt.Sprintf("id eq '%s'", id))
	}
	want := url.Values{"$select": {"id,members"}, "$filter": {strings.Join(filter, " or ")}}
	if got := queryOf(t, sent[0]); got.Encode() != want.Encode() || len(sent) != pages {
		t.Errorf("%d requests for %d pages, the first\n%v, want\n%v", len(sent), pages, got, want)
	}
	for _, r := range sent {
		if r.ResourceUnits != 1 {
			t.Errorf("%s costs %d resource units", r.Path, r.ResourceUnits)
		}
	}
}

// Pages that no delta may have are errors, and those that lead to no end can be told from the others.
func TestGroupMembersDelta_RefusesWhatIsNoDelta(t *testing.T) {
	t.Parallel()
	for body, unfit := range map[string]bool{
		`{"value":[{"id":"g","members@delta":[{"@odata.type":"#microsoft.graph.user","id":"u"}]}]}`:                            true,
		`{"value":[],"@odata.nextLink":"https://HOST/v1.0/groups/delta?$skiptoken=here"}`:                                      true,
		`{"value":[{"id":"g","members@delta":[{"@odata.type":"#microsoft.graph.user"}]}],"@odata.deltaLink":"https://HOST/d"}`: false,
		`{"value":[{"id":"g","members@delta":[null]}],"@odata.deltaLink":"https://HOST/d"}`:                                    false,
		`{"value":[{"id":"g","members@delta":{}}],"@odata.deltaLink":"https://HOST/d"}`:                                        false,
		`{"value":[{"members@delta":[]}],"@odata.deltaLink":"https://HOST/d"}`:                                                 false,
		`{"value":[],"@odata.nextLink":"https://elsewhere.example.com/d"}`:                                                     false,
	} {
		server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(strings.ReplaceAll(body, "HOST", r.Host)))
		})
		page, err := server.client(t).GroupMembersDelta(t.Context(), []string{"g"}, server.URL+"/v1.0/groups/delta?$skiptoken=here")
		if err == nil || errors.Is(err, ErrDeltaUnfit) != unfit || len(page.Items) > 0 {
			t.Errorf("%s: %d rows, %v", body, len(page.Items), err)
		}
	}
}

func TestGroupDelta_ReadsWhatIsGone(t *testing.T) {
	t.Parallel()
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"value":[{"id":"old","@removed":{"reason":"changed"}},{"id":"none"},{"id":"g","members@delta":[
			{"id":"a"},{"id":"b"},{"id":"a","@removed":{"reason":"deleted"}},{"id":"c","@removed":{"reason":"deleted"}},{"id":"c"},{"id":"b"}]}],
			"@odata.deltaLink":"https://graph.microsoft.com/d"}`))
	})
	page, err := server.client(t).GroupMembersDelta(t.Context(), []string{"old", "none", "g"}, "")
	if err != nil || len(page.Items) != 3 || page.Delta == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	old, none, g := page.Items[0], page.Items[1], page.Items[2]
	var ids []string
	for _, m := range g.Members() {
		ids = append(ids, m.ID)
	}
	if old.Removed == nil || none.Removed != nil || len(none.Members()) != 0 || !sameIDs(ids, []string{"b", "c"}) {
		t.Errorf("%+v", page.Items)
	}
}

func TestUnsupported_TellsRefusalsFromFailures(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{400: true, 401: false, 403: true, 404: true, 405: true, 410: true, 429: false, 500: false, 501: true, 503: false} {
		if got := Unsupported(fmt.Errorf("wrapped: %w", &Error{Status: status})); got != want {
			t.Errorf("%d: %t", status, got)
		}
	}
	for _, code := range []string{"syncStateNotFound", "resyncRequired", "SyncStateNotFound", "Directory_ExpiredPageToken"} {
		err := &Error{Status: http.StatusGone, Code: code}
		if Unsupported(err) || !PageForgotten(err) {
			t.Errorf("%s is not seen as a place that is forgotten", code)
		}
	}
	if Unsupported(errors.New("other")) || Unsupported(nil) || PageForgotten(nil) {
		t.Error("what is no answer is taken for one")
	}
}
