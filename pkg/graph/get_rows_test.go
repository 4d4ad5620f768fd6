package graph

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// getter is one method of the client that reads one object as the lists have it, in a form that a table can hold.
type getter struct {
	name, path string
	query      []string          // pairs of option and value
	plain      map[string]string // what the second form says, as in plainForms
	read       func(ctx context.Context, c *Client, id string) (any, string, error)
}

func getterOf[T row](name, path string, query []string, plain map[string]string, read func(context.Context, *Client, string) (T, error)) getter {
	return getter{name: name, path: path, query: query, plain: plain, read: func(ctx context.Context, c *Client, id string) (any, string, error) {
		object, err := read(ctx, c, id)
		return object, object.rowID(), err
	}}
}

// everyDetail is all that can be had with a user.
func everyDetail() UserQuery {
	return UserQuery{SignInActivity: true, ExtensionAttributes: true, Licenses: true}
}

// generousSmall is a generous tenant that takes a moment to read object by object.
func generousSmall() graphsim.Options {
	o := generous()
	o.Users, o.Groups, o.Memberships, o.Apps, o.Assignments = 60, 20, 150, 15, 80
	return o
}

func getters() []getter {
	const definitions = "roleManagement/directory/roleDefinitions"
	const details = ",signInActivity,onPremisesExtensionAttributes,assignedLicenses,licenseAssignmentStates"
	return []getter{
		getterOf("GetUserRow", "users", []string{"$select", userProperties + details, "$expand", "manager($select=id,mail)"},
			map[string]string{"$expand": "manager"},
			func(ctx context.Context, c *Client, id string) (User, error) {
				return c.GetUserRow(ctx, everyDetail(), id)
			}),
		getterOf("GetGroupRow", "groups", []string{"$select", groupProperties}, nil,
			func(ctx context.Context, c *Client, id string) (Group, error) { return c.GetGroupRow(ctx, id) }),
		getterOf("GetServicePrincipal", "servicePrincipals", []string{"$select", appProperties, "$expand", "appRoleAssignedTo"}, nil,
			func(ctx context.Context, c *Client, id string) (ServicePrincipal, error) {
				return c.GetServicePrincipal(ctx, id, true)
			}),
		getterOf("GetRoleDefinition", definitions, []string{"$select", roleProperties}, map[string]string{"$select": ""},
			func(ctx context.Context, c *Client, id string) (RoleDefinition, error) {
				return c.GetRoleDefinition(ctx, id)
			}),
	}
}

// rowsOfLists are the rows of the lists, by the name of the getter that reads one of them.
func rowsOfLists(t *testing.T, c *Client) map[string]map[string]any {
	t.Helper()
	rows := map[string]map[string]any{"GetUserRow": {}, "GetGroupRow": {}, "GetServicePrincipal": {}, "GetRoleDefinition": {}}
	for id, u := range allUsers(t, c, everyDetail()) {
		rows["GetUserRow"][id] = u
	}
	for id, g := range byID(t, c, listGroups) {
		g.MemberOf, g.AssignedLicenses = nil, nil
		rows["GetGroupRow"][id] = g
	}
	for id, p := range byID(t, c, listApplications) {
		rows["GetServicePrincipal"][id] = p
	}
	for id, p := range byID(t, c, (*Client).ListManagedIdentities) {
		p.Assignments = []Object{}
		rows["GetServicePrincipal"][id] = p
	}
	for id, r := range byID(t, c, (*Client).ListRoleDefinitions) {
		rows["GetRoleDefinition"][id] = r
	}
	return rows
}

func TestGetters_GiveTheRowOfTheList(t *testing.T) {
	t.Parallel()
	sim := startSim(t, generousSmall())
	c := simClient(t, sim)
	rows := rowsOfLists(t, c)
	for _, g := range getters() {
		if len(rows[g.name]) < 10 {
			t.Fatalf("%s: %d rows show nothing", g.name, len(rows[g.name]))
		}
		for id, want := range rows[g.name] {
			sim.ResetHistory()
			got, _, err := g.read(t.Context(), c, id)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("seed 7: %s of %s is\n%+v, %v, want\n%+v", g.name, id, got, err, want)
			}
			checkGet(t, g, id, graphRequests(sim))
		}
	}
}

func checkGet(t *testing.T, g getter, id string, sent []graphsim.Request) {
	t.Helper()
	want := url.Values{}
	for i := 0; i < len(g.query); i += 2 {
		want.Set(g.query[i], g.query[i+1])
	}
	if len(sent) != 1 || sent[0].Method != http.MethodGet || sent[0].Path != "/v1.0/"+g.path+"/"+id || queryOf(t, sent[0]).Encode() != want.Encode() {
		t.Errorf("%s of %s sent %+v, want one request for %v", g.name, id, sent, want)
	}
}

// TestGetters_KeepAnIDInItsPlace has ids that would lead elsewhere if they stood in a path as they are.
func TestGetters_KeepAnIDInItsPlace(t *testing.T) {
	t.Parallel()
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"id":"x"}`)) })
	c := server.client(t)
	for _, g := range getters() {
		for _, id := range []string{"a/b", "../organization", "a?b=c", "a#b"} {
			if _, _, err := g.read(t.Context(), c, id); err != nil {
				t.Errorf("%s of %q: %v", g.name, id, err)
			}
			for _, r := range server.seen() {
				if r.URL.Path != "/v1.0/"+g.path+"/"+id || r.URL.Query().Has("b") {
					t.Errorf("%s of %q went to %s", g.name, id, r.URL)
				}
			}
		}
	}
}
