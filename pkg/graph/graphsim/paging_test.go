package graphsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestPaging_EveryRowOnceAtAnySize(t *testing.T) {
	for name, o := range map[string]graphsim.Options{
		"pages of two":             {PageSize: 2},
		"pages of two and of none": {PageSize: 2, EmptyPages: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, o)
			for _, path := range []string{"/users?$top=999&$select=id", "/groups?$select=id&$expand=members($select=id)",
				"/servicePrincipals?$select=id&$filter=" + escape("accountEnabled eq true"),
				"/roleManagement/directory/roleAssignments", "/groups/" + r.Census().Groups[0].ID() + "/members?$select=id"} {
				whole := r.rowsAtOnce(path)
				rows, pages := r.walk(path)
				if len(rows) != whole || pages < whole/2 || o.EmptyPages && pages <= (whole+1)/2 {
					t.Errorf("%s: %d rows on %d pages, want %d rows", path, len(rows), pages, whole)
				}
				seen := map[any]bool{}
				for _, row := range rows {
					seen[row["id"]] = true
				}
				if len(seen) != whole {
					t.Errorf("%s: %d different rows, want %d", path, len(seen), whole)
				}
			}
		})
	}
}

// rowsAtOnce asks a tenant of the same seed that pages as Graph does.
func (r *rig) rowsAtOnce(path string) int {
	r.t.Helper()
	calm := start(r.t, graphsim.Options{})
	rows, _ := calm.walk(path)
	return len(rows)
}

func TestPaging_EmptyPagesAreTheSameForASeed(t *testing.T) {
	count := func() int {
		_, pages := start(t, graphsim.Options{PageSize: 2, EmptyPages: true}).walk("/users?$select=id")
		return pages
	}
	if a, b := count(), count(); a != b {
		t.Errorf("%d pages, then %d", a, b)
	}
}

func TestNextLink_IsOpaqueAndBound(t *testing.T) {
	r := start(t, graphsim.Options{PageSize: 5})
	link := r.ok("/users?$select=id&$top=5").Next
	again := r.ok(link)
	if len(again.Value) != 5 || again.Value[0]["id"] != r.ok(link).Value[0]["id"] {
		t.Error("a link does not work a second time")
	}
	for name, bad := range map[string]string{
		"cut":              link[:len(link)-3],
		"changed":          link[:len(link)-1] + "_x",
		"of another query": strings.Replace(link, "select=id", "select=mail", 1),
		"without its $top": strings.Replace(link, "&$top=5", "", 1),
		"of another path":  strings.Replace(link, "/users?", "/groups?", 1),
		"token of nobody":  r.URL() + "/v1.0/users?$skiptoken=RFNwdAIAAQAAA",
		"token of an id's": r.URL() + "/v1.0/groups/" + r.Census().Groups[0].ID() + "/members?$select=id&$top=5&" + link[strings.Index(link, "$skiptoken"):],
	} {
		a := r.get(bad)
		if a.status != http.StatusBadRequest || a.Error.Code != "DirectoryPageTokenNotFoundException" {
			t.Errorf("link %s: %d %s", name, a.status, a.body)
		}
	}
}

// TestNextLink_SurvivesChanges: a listing that has begun gives what was there when it began.
func TestNextLink_SurvivesChanges(t *testing.T) {
	r := start(t, graphsim.Options{PageSize: 50})
	a := r.ok("/users?$select=id")
	if err := r.Tenant().DeleteObject(r.Census().Users[120].ID()); err != nil {
		t.Fatal(err)
	}
	rows, _ := r.walk(a.Next)
	if len(rows) != 150 {
		t.Errorf("%d rows after the first page, want 150", len(rows))
	}
}
