package graphsim_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestCensus_EqualsWhatTheServiceGives reads everything through the API, in small pages, and holds it against
// the census: every property of every object, every edge.
func TestCensus_EqualsWhatTheServiceGives(t *testing.T) {
	for _, o := range []graphsim.Options{
		{Seed: 21, PageSize: 7, EmptyPages: true, WithoutLimits: true},
		{Seed: 22, Users: 1100, Groups: 60, Memberships: 9000, Apps: 50, Assignments: 3000, HiddenMembership: 3},
	} {
		o.Permissions = graphsim.EveryReadPermission()
		r := start(t, o)
		var whole map[string][]map[string]any
		b, err := json.Marshal(r.Census())
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &whole); err != nil {
			t.Fatal(err)
		}
		served := r.everything(whole)
		for name, rows := range whole {
			if len(served[name]) != len(rows) || len(rows) == 0 {
				t.Errorf("%s: %d served, %d in the census", name, len(served[name]), len(rows))
				continue
			}
			for i := range rows {
				if !reflect.DeepEqual(served[name][i], rows[i]) {
					t.Errorf("%s %v:\nserved %v\ncensus %v", name, rows[i]["id"], served[name][i], rows[i])
				}
			}
		}
		if len(whole) != 7 {
			t.Errorf("the census has %d parts, want 7", len(whole))
		}
	}
}

// everything reads the tenant through the API into the form of a census. The properties that are asked for
// are those of the census.
func (r *rig) everything(whole map[string][]map[string]any) map[string][]map[string]any {
	served := map[string][]map[string]any{}
	for name, rows := range whole {
		path := "/" + name
		if strings.HasPrefix(name, "role") {
			path = "/roleManagement/directory/" + name
		}
		query := "?$select=" + strings.Join(properties(rows[0]), ",")
		if name != "subscribedSkus" {
			query += "&$top=999"
		}
		served[name], _ = r.walk(path + query)
		for _, row := range served[name] {
			r.relations(name, row)
		}
	}
	r.managers(served["users"])
	return served
}

var relationNames = map[string][]string{
	"users": {"manager"}, "groups": {"members", "owners"}, "servicePrincipals": {"appRoleAssignedTo", "owners"}, "applications": {"owners"},
}

func properties(row map[string]any) (list []string) {
	for name := range row {
		if name != "members" && name != "owners" && name != "appRoleAssignedTo" && name != "manager" && name != "mailboxSettings" {
			list = append(list, name)
		}
	}
	return list
}

// relations reads the edges of one object.
func (r *rig) relations(name string, row map[string]any) {
	for _, relation := range relationNames[name] {
		edges := []any{}
		if relation == "manager" {
			continue
		}
		path, header := "/"+name+"/"+row["id"].(string)+"/"+relation+"?$top=999", eventual
		if relation == "members" {
			path += "&$count=true"
		}
		list, _ := r.walk(path, header)
		for _, e := range list {
			edges = append(edges, edge(relation, e))
		}
		row[relation] = edges
	}
}

func edge(relation string, e map[string]any) map[string]any {
	if relation == "appRoleAssignedTo" {
		return map[string]any{"id": e["id"], "appRoleId": e["appRoleId"], "principalId": e["principalId"], "principalType": e["principalType"]}
	}
	return map[string]any{"id": e["id"], "type": strings.TrimPrefix(e["@odata.type"].(string), "#microsoft.graph.")}
}

func (r *rig) managers(users []map[string]any) {
	for _, u := range users {
		u["mailboxSettings"] = nil
		if a := r.get("/users/" + u["id"].(string) + "/mailboxSettings?$select=userPurpose"); a.status == 200 {
			var settings map[string]any
			if err := json.Unmarshal(a.body, &settings); err != nil {
				r.t.Fatal(err)
			}
			u["mailboxSettings"] = map[string]any{"userPurpose": settings["userPurpose"]}
		}
	}
	list, _ := r.walk("/users?$select=id&$expand=manager($select=id)&$top=999")
	for i, row := range list {
		users[i]["manager"] = nil
		if m, ok := row["manager"].(map[string]any); ok {
			users[i]["manager"] = m["id"]
		}
	}
}
