package graphsim_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// deltaState is a whole round, merged.
type deltaState struct {
	groups    map[string]map[string]bool // group → "relation type id"
	pages     int
	repeats   int // objects that came again, on a page of their own or the same one
	doubles   int // links that came again
	deltaLink string
}

// round reads a round of delta to its end, and holds each page against the limits of objects and links.
func (r *rig) round(path string, objects, links int) deltaState {
	r.t.Helper()
	s := deltaState{groups: map[string]map[string]bool{}}
	for link := path; link != ""; s.pages++ {
		if s.pages > 10_000 {
			r.t.Fatalf("%s does not end", path)
		}
		a := r.ok(link)
		if a.header.Get("x-ms-resource-unit") != "1" {
			r.t.Fatalf("a page costs %s", a.header.Get("x-ms-resource-unit"))
		}
		n := 0
		for _, row := range a.Value {
			n += s.merge(row)
		}
		if len(a.Value) > objects || n > links {
			r.t.Errorf("a page of %d objects and %d links", len(a.Value), n)
		}
		if (a.Next == "") == (a.Delta == "") {
			r.t.Fatalf("a page with the links %q and %q", a.Next, a.Delta)
		}
		link, s.deltaLink = a.Next, a.Delta
	}
	return s
}

func (s *deltaState) merge(row map[string]any) (links int) {
	id := row["id"].(string)
	if s.groups[id] == nil {
		s.groups[id] = map[string]bool{}
	} else {
		s.repeats++
	}
	for _, relation := range []string{"members", "owners"} {
		list, there := row[relation+"@delta"].([]any)
		if there && len(list) == 0 {
			s.groups[id]["an empty list of "+relation] = true // the annotation is absent where there is nothing
		}
		for _, one := range list {
			link := one.(map[string]any)
			key := fmt.Sprintf("%s %s %s", relation, strings.TrimPrefix(link["@odata.type"].(string), "#microsoft.graph."), link["id"])
			if len(link) != 2 {
				key += " and more"
			}
			if s.groups[id][key] {
				s.doubles++
			}
			s.groups[id][key] = true
			links++
		}
	}
	return links
}

// linksOf is what a whole round has to give.
func linksOf(c *graphsim.Census, relations string) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, g := range c.Groups {
		out[g.ID()] = map[string]bool{}
		for relation, refs := range map[string][]graphsim.Ref{"members": g.Members, "owners": g.Owners} {
			for _, ref := range refs {
				if strings.Contains(relations, relation) {
					out[g.ID()][relation+" "+ref.Type+" "+ref.ID] = true
				}
			}
		}
	}
	return out
}

func sameLinks(t *testing.T, got, want map[string]map[string]bool) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d groups, want %d", len(got), len(want))
	}
	for id, links := range want {
		if !maps.Equal(got[id], links) {
			t.Errorf("group %s: %d links, want %d", id, len(got[id]), len(links))
		}
	}
}

func TestDelta_AWholeRoundIsTheCensus(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		o              graphsim.Options
		query          string
		objects, links int
	}{
		{"as it comes", graphsim.Options{Users: 3000, Groups: 600, Memberships: 6000}, "?$select=id,members,owners", 200, 500},
		{"members by default", graphsim.Options{}, "", 200, 500},
		{"groups alone", graphsim.Options{}, "?$select=displayName", 200, 0},
		{"small pages", graphsim.Options{PageSize: 3, DeltaLinks: 7}, "?$select=members,owners", 3, 7},
		{"empty pages", graphsim.Options{EmptyPages: true, DeltaLinks: 40}, "?$select=members,owners", 200, 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, test.o)
			got := r.round("/groups/delta"+test.query, test.objects, test.links)
			sameLinks(t, got.groups, linksOf(r.Census(), cmp.Or(test.query, "members")))
			if test.links > 0 && got.repeats == 0 {
				t.Error("no group came twice")
			}
			if test.links == 7 && got.doubles == 0 {
				t.Error("no link came twice")
			}
			if most := got.pages; test.links == 500 && most > 2+(links(got.groups)+got.doubles)/500+len(got.groups)/200 {
				t.Errorf("%d pages", most)
			}
		})
	}
}

func links(groups map[string]map[string]bool) (n int) {
	for _, g := range groups {
		n += len(g)
	}
	return n
}

func TestDelta_FilterNamesGroups(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{Groups: 80})
	census := linksOf(r.Census(), "members")
	ids := slices.Sorted(maps.Keys(census))[:50]
	want := map[string]map[string]bool{}
	for _, id := range ids[1:] {
		want[id] = census[id]
	}
	filter := func(ids ...string) string {
		return "/groups/delta?$select=id,members&$filter=" + escape("id eq '"+strings.Join(ids, "' or id eq '")+"'")
	}
	ids[0] = "11111111-2222-4333-8444-555555555555" // nobody's, and passed over
	got := r.round(filter(ids...), 200, 500)
	sameLinks(t, got.groups, want)
	r.refused(filter(append(ids, ids[1])...), 400, "Request_UnsupportedQuery")
	r.refused(filter("x"), 400, "Request_BadRequest")
	for _, other := range []string{"displayName eq 'x'", "id in ('a')", "id eq '" + ids[1] + "' and id eq 'b'", "(id eq '" + ids[1] + "')", "id ne 'a'",
		"id eq 'a' or", "startswith(id,'a')", "id eq 'a"} {
		r.refused("/groups/delta?$filter="+escape(other), 400, cmp.Or(map[bool]string{true: "Request_BadRequest"}[other == "id eq 'a"], "Request_UnsupportedQuery"))
	}
}

func TestDelta_RefusesWhatItDoesNotTake(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{DeltaLinks: 100})
	for _, query := range []string{"$top=10", "$orderby=displayName", "$expand=members", "$count=true"} {
		r.refused("/groups/delta?"+query, 400, cmp.Or(map[string]string{"$orderby=displayName": "Request_BadRequest"}[query], "Request_UnsupportedQuery"), eventual)
	}
	r.refused("/groups/delta?$search=%22a%22", 400, "Request_BadRequest")
	r.refused("/groups/delta?$select=nickname", 400, "Request_BadRequest")
	r.refused("/groups?$deltatoken=latest", 400, "Request_BadRequest")
	r.refused("/users/delta", 400, "BadRequest")
	r.refused("/groups/delta/$count", 400, "BadRequest", eventual)
	next := r.ok("/groups/delta").Next
	r.refused(next+"&$select=id", 400, "Request_BadRequest")
	r.refused(strings.Replace(next, "/groups/delta", "/groups", 1), 400, "DirectoryPageTokenNotFoundException")
	for _, spelling := range []string{"delta()", "microsoft.graph.delta", "microsoft.graph.delta()"} {
		if got := r.ok("/groups/" + spelling); got.Next == "" || strings.Contains(got.Next, "()") {
			t.Errorf("%s: %s", spelling, got.Next)
		}
	}
}

// TestDelta_LeavesOutWhatWasNeverSet: a property without a value is not there, and an unselected one neither.
func TestDelta_LeavesOutWhatWasNeverSet(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{})
	set, unset := 0, 0
	for _, row := range r.ok("/groups/delta?$select=displayName,onPremisesSyncEnabled,groupTypes").Value {
		if v, there := row["onPremisesSyncEnabled"]; !there {
			unset++
		} else if v != nil {
			set++
		}
		if row["displayName"] == nil || row["groupTypes"] == nil || len(row) > 4 {
			t.Errorf("%v", row)
		}
	}
	if set == 0 || unset == 0 || set+unset != len(r.Census().Groups) {
		t.Errorf("%d set, %d unset", set, unset)
	}
}

func TestDelta_HidesMembersAndServicePrincipals(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{HiddenMembership: 1, DeltaWithoutServicePrincipals: true})
	hidden := record(t, r.Census().Groups, func(g graphsim.Record) bool { return g.Text("visibility") == "HiddenMembership" })
	must(t, r.Tenant().AddMember(hidden.ID(), r.Census().Users[0].ID()))
	want := linksOf(r.Census(), "members")
	for _, g := range r.Census().Groups {
		if g.Text("visibility") == "HiddenMembership" {
			clear(want[g.ID()])
		}
		maps.DeleteFunc(want[g.ID()], func(link string, _ bool) bool { return strings.Contains(link, "servicePrincipal") })
	}
	sameLinks(t, r.round("/groups/delta", 200, 500).groups, want)
	r.SetPermissions("Group.ReadBasic.All", "Member.Read.Hidden")
	r.token = r.signIn()
	if all := r.round("/groups/delta", 200, 500).groups; links(all) <= links(want) {
		t.Error("Member.Read.Hidden shows no more")
	}
	r.SetPermissions("User.Read.All")
	r.token = r.signIn()
	r.refused("/groups/delta", 403, "Authorization_RequestDenied")
}
