package entra

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

func someLinks(n int) []principal {
	var links []principal
	for i := range n {
		links = append(links, principal{fmt.Sprintf("7d6f0a94-3b51-4c2e-9a0d-%012d", i), graph.TypeUser})
	}
	return links
}

func TestShard_ComesBackFromItsText(t *testing.T) {
	t.Parallel()
	s := shard{
		shardGroupOf(parent{id: "g1", fixed: true, links: someLinks(20)}),
		shardGroupOf(parent{id: "g2", links: []principal{{"sp", graph.TypeServicePrincipal}}}),
		{id: "g3", named: true, due: markOf("x")},
	}
	if len(s[0].due) != 20*markSize || s[1].due != "" {
		t.Errorf("expected are %d and %d bytes of marks", len(s[0].due), len(s[1].due))
	}
	if got, err := parseShard(s.text()); err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := parseShard(""); err != nil || got != nil {
		t.Errorf("no text: %+v, %v", got, err)
	}
	for _, bad := range []string{"g", "g,", "g,f,", ",f,00", "g,f,0", "g,f,00", "g,f,zz", "g,f,0000;", "g,f,0000,"} {
		want := codes.InvalidArgument
		if bad == "g,f," {
			want = codes.OK
		}
		if _, err := parseShard(bad); status.Code(err) != want {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A shard of fifty groups, all with twenty members shown, is a page token of some kilobytes.
func TestShard_FitsInAPageToken(t *testing.T) {
	t.Parallel()
	var s shard
	for i := range graph.MaxDeltaGroups {
		s = append(s, shardGroupOf(parent{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), fixed: true, links: someLinks(20)}))
	}
	token, err := connector.Cursor{Walk: walkShard, Batch: s.text(), Next: strings.Repeat("x", 2000)}.Token()
	if err != nil || len(token) > 10_000 {
		t.Errorf("%d bytes, %v", len(token), err)
	}
}

func TestShardGroup_IsWholeOnceTheDeltaHasGivenWhatWasShown(t *testing.T) {
	t.Parallel()
	links := someLinks(20)
	g := shardGroupOf(parent{id: "g", links: links})
	var members []graph.Object
	for _, l := range links {
		members = append(members, graph.Object{ID: l.id})
	}
	for _, given := range [][]graph.Object{nil, members[:10], members[:10], members[11:]} {
		g.got(given)
		if g.whole() {
			t.Fatalf("whole without a member that was shown")
		}
	}
	if g.got(members[10:11]); !g.whole() {
		t.Errorf("%d bytes of marks are due at the end", len(g.due))
	}
	if empty := (shardGroup{id: "g"}); empty.whole() {
		t.Error("a group that the delta has not named is whole")
	}
	// A large group of which the list has shown nobody that a delta must have: one that is named without members is not whole.
	unseen := shardGroupOf(parent{id: "g", links: []principal{{"sp", graph.TypeServicePrincipal}}})
	if unseen.got(nil); unseen.whole() {
		t.Error("a group without any member to hold the delta against is whole")
	}
	if unseen.got(members[:1]); !unseen.whole() {
		t.Error("a group of which the delta has given a member is not whole")
	}
}

// Large groups wait until a shard is full, whatever the pages that they come on.
func TestLarge_FillsShards(t *testing.T) {
	t.Parallel()
	w := walk{name: slugMembers, shards: true}
	cursor := connector.Cursor{Walk: slugMembers}
	var sizes []int
	page := func(from, to int, next string) {
		var parents []parent
		for i := from; i < to; i++ {
			parents = append(parents, parent{id: fmt.Sprint("g", i)})
		}
		var full []connector.Cursor
		var err error
		if cursor, full, err = w.large(cursor, next, parents); err != nil {
			t.Fatal(err)
		}
		for _, c := range full {
			s, err := parseShard(c.Batch)
			if err != nil || c.Walk != walkShard {
				t.Fatalf("%+v, %v", c, err)
			}
			sizes = append(sizes, len(s))
		}
	}
	page(0, 30, "2")
	page(20, 49, "3") // ten of them once more
	page(49, 160, "4")
	page(160, 160, "5")
	page(160, 165, "")
	if fmt.Sprint(sizes) != "[50 50 50 15]" || cursor.Batch != "" {
		t.Errorf("the shards have %v groups, %q waits", sizes, cursor.Batch)
	}
}

// A shard says of a page what belongs to whom, each link once; who was not asked for is passed over, and a group that is
// gone is expected no more.
func TestShard_TakesItsPage(t *testing.T) {
	t.Parallel()
	link := func(ids ...string) (out []graph.MemberChange) {
		for _, id := range ids {
			out = append(out, graph.MemberChange{Object: graph.Object{ID: id}})
		}
		return out
	}
	s := shard{{id: "a", fixed: true}, {id: "b"}, {id: "c", due: markOf("m")}, {id: "d"}}
	page := []graph.GroupDelta{
		{ID: "b", Changes: link("1")}, {ID: "a", Changes: link("1", "2", "2")}, {ID: "stranger", Changes: link("9")},
		{ID: "a", Changes: link("2", "3")}, {ID: "c", Removed: &graph.Removal{Reason: "changed"}}, {ID: "stranger", Removed: &graph.Removal{Reason: "deleted"}},
	}
	if gone := s.gone(page); gone != 1 {
		t.Errorf("%d groups of the shard are gone", gone)
	}
	parents := s.take(page)
	want := []parent{{id: "a", fixed: true, links: []principal{{"1", ""}, {"2", ""}, {"3", ""}}}, {id: "b", links: []principal{{"1", ""}}}}
	if !reflect.DeepEqual(parents, want) {
		t.Errorf("%+v", parents)
	}
	for i, whole := range []bool{true, true, true, false} {
		if s[i].whole() != whole {
			t.Errorf("%s: whole is %t", s[i].id, !whole)
		}
	}
}

func TestShortcuts_AreTriedAgainAfterADay(t *testing.T) {
	t.Parallel()
	clock := &testkit.QuickClock{}
	var c closed
	if c.is(clock) {
		t.Error("closed from the start")
	}
	if !c.close(clock) || c.close(clock) || !c.is(clock) {
		t.Error("a refusal is not news once")
	}
	if err := clock.Sleep(t.Context(), closedFor); err != nil || c.is(clock) {
		t.Errorf("closed after a day: %v", err)
	}
}
