package graph

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// plainForms is what the second request says in the place of the refused one, by reader and option; ""
// leaves the option out. The other readers have no second form.
var plainForms = map[string]map[string]string{
	"ListUsers":                       {"$expand": "manager"},
	"ListGroups":                      {"$expand": "memberOf"},
	"ListGroupsWithMembers":           {"$expand": "members"},
	"ListGroupsWithOwners":            {"$expand": "owners"},
	"ListApplications":                {"$filter": ""},
	"ListManagedIdentities":           {"$filter": ""},
	"ListApplicationsWithRoles":       {"$filter": ""},
	"ListApplicationsWithAssignments": {"$filter": ""},
	"ListApplicationsWithOwners":      {"$filter": "", "$expand": "owners"},
	"ListServicePrincipalsWithGroups": {"$expand": "memberOf"},
	"ListRoleDefinitions":             {"$select": ""},
	"ListRoleAssignments":             {"$top": ""},
	"ProbeGroups":                     {"$expand": "owners"},
	"ProbeRoles":                      {"$select": ""},
}

// TestReaders_FallBackOnceWhereTheNarrowFormIsRefused answers 400 to an option inside an option, as the
// known-issues page of Graph says that it does, and to what else may be left out.
func TestReaders_FallBackOnceWhereTheNarrowFormIsRefused(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	for _, r := range readers(parentsIn(t, sim.Census())) {
		t.Run(r.name, func(t *testing.T) {
			defer sim.ClearFaults()
			sim.Fail(graphsim.Fault{Status: 400, PathContains: "/v1.0/"})
			sim.ResetHistory()
			_, _, err := r.read(t.Context(), c, "")
			sent := graphRequests(sim)
			changes, falls := plainForms[r.name]
			if !falls {
				if len(sent) != 1 || err == nil {
					t.Errorf("%d requests, %v, want the one 400", len(sent), err)
				}
				return
			}
			if err != nil || len(sent) != 2 {
				t.Fatalf("%d requests, %v", len(sent), err)
			}
			checkPlain(t, queryOf(t, sent[0]), queryOf(t, sent[1]), changes)
		})
	}
}

func checkPlain(t *testing.T, narrow, plain url.Values, changes map[string]string) {
	t.Helper()
	for option, value := range changes {
		narrow.Set(option, value)
		if value == "" {
			narrow.Del(option)
		}
	}
	if plain.Encode() != narrow.Encode() {
		t.Errorf("the plain form is\n%v, want\n%v", plain, narrow)
	}
}

func queryOf(t *testing.T, r graphsim.Request) url.Values {
	t.Helper()
	q, err := url.ParseQuery(r.Query)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestReaders_GiveTheErrorWhereBothFormsAreRefused(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	sim.Fail(graphsim.Fault{Status: 400, PathContains: "/v1.0/", Times: -1})
	for _, r := range readers(parentsIn(t, sim.Census())) {
		sim.ResetHistory()
		mustFail(t, r, c, "", http.StatusBadRequest)
		if n := len(graphRequests(sim)); n > 2 || plainForms[r.name] == nil && n != 1 {
			t.Errorf("%s: %d requests", r.name, n)
		}
	}
}

// TestReaders_PlainFormGivesNoLess follows the plain form to its end: the same rows, but for the lists of
// applications with their links, which cannot tell the kinds apart without the filter.
func TestReaders_PlainFormGivesNoLess(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7, PageSize: 20})
	census := sim.Census()
	p := parentsIn(t, census)
	c, want := simClient(t, sim), expectedRows(census, p)
	var all []string
	for _, s := range census.ServicePrincipals {
		all = append(all, s.ID())
	}
	for _, name := range []string{"ListApplicationsWithRoles", "ListApplicationsWithAssignments", "ListApplicationsWithOwners"} {
		want[name] = all
	}
	for _, r := range listers(p) {
		if plainForms[r.name] == nil {
			continue
		}
		sim.Fail(graphsim.Fault{Status: 400, PathContains: "/v1.0/"})
		if rows, _, err := r.walk(t.Context(), c); err != nil || !sameIDs(rows, want[r.name]) {
			t.Errorf("%s: %d rows, %v, want %d", r.name, len(rows), err, len(want[r.name]))
		}
		sim.ClearFaults()
	}
}

// TestListApplications_DoesNotTrustTheFilter has a service that ignores $filter without a word.
func TestListApplications_DoesNotTrustTheFilter(t *testing.T) {
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"value":[{"id":"a","servicePrincipalType":"Application"},{"id":"l","servicePrincipalType":"Legacy"},` +
			`{"id":"m","servicePrincipalType":"ManagedIdentity"},{"id":"s","servicePrincipalType":"SocialIdp"}]}`))
	})
	c := server.client(t)
	for want, list := range map[string]reader{
		"al": lister("", "", listApplications), "m": lister("", "", (*Client).ListManagedIdentities),
	} {
		got, _, err := list.read(t.Context(), c, "")
		var text string
		for _, id := range got {
			text += id
		}
		if err != nil || text != want {
			t.Errorf("got %q, %v, want %q", text, err, want)
		}
	}
}
