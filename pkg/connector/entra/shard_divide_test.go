package entra

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

func TestShard_FindsTheGroupThatFillsItsPages(t *testing.T) {
	t.Parallel()
	page := func(sizes map[string]int) (page []parent) {
		for _, id := range slices.Sorted(maps.Keys(sizes)) {
			page = append(page, parent{id: id, links: someLinks(sizes[id])})
		}
		return page
	}
	for name, test := range map[string]struct {
		page  map[string]int
		pages int
		want  int
	}{
		"alone on its pages":         {map[string]int{"b": 500}, hugeFrom, 1},
		"one page too few":           {map[string]int{"b": 500}, hugeFrom - 1, -1},
		"most of its pages":          {map[string]int{"a": 160, "b": 340}, hugeFrom, 1},
		"half of its pages":          {map[string]int{"a": 250, "b": 250}, 10 * hugeFrom, -1},
		"pages of nobody":            {nil, 10 * hugeFrom, -1},
		"it is divided from another": {map[string]int{"c": 500}, 10 * hugeFrom, -1},
	} {
		s := shard{{id: "a"}, {id: "b"}, {id: "c", divided: true}}
		for range test.pages {
			s.fill(page(test.page))
			again, err := parseShard(s.text())
			if err != nil || !reflect.DeepEqual(again, s) {
				t.Fatalf("%s: %+v, %v", name, again, err)
			}
			s = again
		}
		if got := s.huge(); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

// A group that fills its pages is listed on its own, and the delta of the others begins anew, once: the file is the
// same, and what was left out is counted once.
func TestShards_AreDividedWhereAGroupIsHuge(t *testing.T) {
	t.Parallel()
	const seed = 5
	read := func(links int) (dump string, left map[string]int, n asked, large int) {
		sim := startTenant(t, graphsim.Options{Seed: seed, Users: 160, Groups: 60, Memberships: 1500, Apps: 4, Assignments: 10, WithoutLimits: true, DeltaLinks: links})
		got, _, counts := syncedWith(t, sim, 4, func(cfg *config.Entra) { cfg.SkipAdGroups = true }) // so that members are left out
		census := readCensus(t, sim)
		cyclic, _ := countLarge(census)
		for _, g := range census.Groups {
			large = max(large, len(g.Members))
		}
		n = askedOf(sim)
		n.members -= cyclic
		return got.Dump(), counts, n, large
	}
	whole, left, plain, large := read(500)
	divided, leftThen, n, _ := read(4)
	if large < 4*(hugeFrom+2) || plain.members > 0 || len(left) == 0 {
		t.Fatalf("seed %d: the largest group has %d members, %+v, left out %v: the test shows nothing", seed, large, plain, left)
	}
	if n.members < 1 || n.deltas != plain.deltas+1 {
		t.Errorf("seed %d: it took %+v, and %+v with large pages", seed, n, plain)
	}
	if divided != whole {
		t.Errorf("seed %d: another file:\n%s", seed, testkit.FirstDifference(divided, whole))
	}
	// Small pages give some links once more, which count again; of the pages that are read once more half are left out.
	const repeated = 10
	if more := leftThen[reasonOnPremises] - left[reasonOnPremises]; more < 0 || more > repeated || left[reasonOnPremises] == 0 {
		t.Errorf("seed %d: left out are %v, want %v", seed, leftThen, left)
	}
}
