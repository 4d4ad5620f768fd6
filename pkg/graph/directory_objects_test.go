package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// askObjects are the questions about objects, as a table can hold them: how many there are of everything.
func askObjects(t *testing.T, c *Client, ids []string) map[string]func() (map[string]DirectoryObject, error) {
	t.Helper()
	return map[string]func() (map[string]DirectoryObject, error){
		"GetByIDs":                    func() (map[string]DirectoryObject, error) { return c.GetByIDs(t.Context(), ids, everyKind()...) },
		"GetServicePrincipalsByAppID": func() (map[string]DirectoryObject, error) { return c.GetServicePrincipalsByAppID(t.Context(), ids) },
	}
}

func everyKind() []string { return []string{TypeUser, TypeGroup, TypeServicePrincipal} }

func TestGetByIDs_TellsWhatAllOfThemAre(t *testing.T) {
	for _, pageSize := range []int{0, 2} {
		sim := startSim(t, graphsim.Options{Seed: 7, PageSize: pageSize, Permissions: []string{"User.Read.All", "GroupMember.Read.All", "Application.Read.All"}})
		census := sim.Census()
		ids := []string{"", "00000000-0000-0000-0000-000000000000", "O'Brien", census.Applications[0].ID(), census.RoleDefinitions[0].ID()}
		want, seen := map[string]DirectoryObject{}, map[string]bool{}
		for kind, records := range map[string][]graphsim.Record{TypeUser: census.Users, TypeGroup: census.Groups, TypeServicePrincipal: census.ServicePrincipals} {
			for _, r := range records {
				ids = append(ids, strings.ToUpper(r.ID()), r.ID())
				o := DirectoryObject{ID: r.ID(), Type: kind, DisplayName: r.Text("displayName"), AppID: r.Text("appId"),
					ServicePrincipalType: r.Text("servicePrincipalType"), OnPremisesSyncEnabled: r.Get("onPremisesSyncEnabled") == true}
				o.GroupTypes, _ = r.Get("groupTypes").([]string)
				fromCensus(t, r, "assignedLicenses", &o.AssignedLicenses)
				fromCensus(t, r, "licenseAssignmentStates", &o.LicenseAssignmentStates)
				want[r.ID()] = o
				seen["dynamic"] = seen["dynamic"] || o.Dynamic()
				seen["licensed "+kind] = seen["licensed "+kind] || len(o.AssignedLicenses) > 0
			}
		}
		got, err := simClient(t, sim).GetByIDs(t.Context(), ids, everyKind()...)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, want)
		if !seen["dynamic"] || !seen["licensed user"] || !seen["licensed group"] {
			t.Errorf("the tenant of seed 7 shows too little: %v", seen)
		}
		batches := 0
		for _, r := range graphRequests(sim) {
			if r.Path == "/v1.0/$batch" {
				batches++
			}
		}
		// Each of 15 ids is a question to three collections, of which a batch has 20.
		chunks := (len(want) + 4 + 14) / 15
		if most := (3*chunks + 19) / 20; batches != most {
			t.Errorf("%d batches for %d ids, want %d", batches, len(want), most)
		}
	}
}

// fromCensus reads a property that is a list, if the record has it.
func fromCensus(t *testing.T, r graphsim.Record, property string, into any) {
	t.Helper()
	if raw, ok := r.Get(property).(json.RawMessage); ok {
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGetByIDs_AsksForTheKindsThatAreWanted(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7, Permissions: []string{"GroupMember.Read.All"}})
	census := sim.Census()
	group := census.Groups[0].ID()
	got, err := simClient(t, sim).GetByIDs(t.Context(), []string{group, census.Users[0].ID()}, TypeGroup)
	if err != nil || len(got) != 1 || got[group].Type != TypeGroup {
		t.Errorf("got %v: %v", got, err)
	}
}

func TestGetServicePrincipalsByAppID_FindsThemInOneRequest(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7, Permissions: []string{"Application.Read.All"}})
	appIDs, want := []string{"de8bc8b5-d9f9-48b1-a8ad-b748da725064"}, map[string]DirectoryObject{}
	for _, r := range sim.Census().ServicePrincipals {
		appIDs = append(appIDs, r.Text("appId"))
		want[r.Text("appId")] = DirectoryObject{ID: r.ID(), Type: TypeServicePrincipal, DisplayName: r.Text("displayName"), AppID: r.Text("appId"),
			ServicePrincipalType: r.Text("servicePrincipalType")}
	}
	got, err := simClient(t, sim).GetServicePrincipalsByAppID(t.Context(), appIDs)
	if sent := graphRequests(sim); err != nil || len(sent) != 1 {
		t.Fatalf("%d requests, %v", len(sent), err)
	}
	same(t, got, want)
}

// withoutEmptyLists takes an empty list for none.
func withoutEmptyLists(o DirectoryObject) DirectoryObject {
	o.GroupTypes, o.AssignedLicenses = append([]string(nil), o.GroupTypes...), append([]AssignedLicense(nil), o.AssignedLicenses...)
	o.LicenseAssignmentStates = append([]LicenseState(nil), o.LicenseAssignmentStates...)
	return o
}

func same(t *testing.T, got, want map[string]DirectoryObject) {
	t.Helper()
	for id, w := range want {
		if !reflect.DeepEqual(withoutEmptyLists(got[id]), withoutEmptyLists(w)) {
			t.Errorf("%s is %+v, want %+v", id, got[id], w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d objects, want %d", len(got), len(want))
	}
}

func TestGetByIDs_OfNoneAsksNothing(t *testing.T) {
	c := newClient(t, "https://127.0.0.1:1", http.DefaultTransport, fixedToken{})
	for name, ask := range askObjects(t, c, []string{""}) {
		if got, err := ask(); err != nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestGetByIDs_FailsWithoutObjects(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	ids := []string{sim.Census().Users[0].ID()}
	for _, f := range failures() {
		if f.name == "null element" || f.name == "foreign next link" {
			continue // a batch has neither; see below
		}
		for name := range askObjects(t, nil, nil) {
			c := simClient(t, sim)
			fault := f.fault
			fault.PathContains, fault.Times = "/v1.0/", -1
			sim.Fail(fault)
			sim.ResetHistory()
			got, err := askObjects(t, c, ids)[name]()
			var refused *Error
			if err == nil || got != nil || errors.As(err, &refused) != (f.status != 0) || f.status != 0 && refused.Status != f.status {
				t.Errorf("%s, %s: %v, %v", name, f.name, got, err)
			}
			if tries := len(graphRequests(sim)); tries != f.tries {
				t.Errorf("%s, %s: sent %d times, want %d", name, f.name, tries, f.tries)
			}
			sim.ClearFaults()
		}
	}
}

// TestGetByIDs_FailsWithWhatOneItemOfABatchFailsWith: an item that failed says nothing of what is gone.
func TestGetByIDs_FailsWithWhatOneItemOfABatchFailsWith(t *testing.T) {
	var item string
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Requests []any }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		n := len(asked.Requests)
		answers := make([]string, n)
		for i := range answers {
			answers[i] = fmt.Sprintf(`{"id":"%d","status":200,"body":{"value":[]}}`, i+1)
		}
		answers[n-1] = fmt.Sprintf(item, n)
		fmt.Fprintf(w, `{"responses":[%s]}`, strings.Join(answers, ","))
	})
	c := server.client(t)
	for _, test := range []struct {
		item   string
		status int
	}{
		{`{"id":"%d","status":403,"body":{"error":{"code":"Authorization_RequestDenied"}}}`, 403}, {`{"id":"%d","status":404,"body":{}}`, 404},
		{`{"id":"%d","status":429,"headers":{"Retry-After":"3"},"body":{}}`, 429}, {`{"id":"%d","status":503,"body":{}}`, 503},
		{`{"id":"%d","status":200,"body":{}}`, 0}, {`{"id":"%d","status":200,"body":{"value":[null]}}`, 0},
		{`{"id":"%d","status":200,"body":{"value":[{"displayName":"x"}]}}`, 0},
		{`{"id":"%d","status":200,"body":{"value":[],"@odata.nextLink":"https://example.com/v1.0/users"}}`, 0},
	} {
		item = test.item
		for name, ask := range askObjects(t, c, []string{"x"}) {
			if got, err := ask(); err == nil || got != nil || statusOf(err) != test.status {
				t.Errorf("%s of %s: %v, %v", name, test.item, got, err)
			}
		}
	}
}
