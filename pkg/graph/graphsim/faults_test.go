package graphsim_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestFail_StatusForChosenRequests(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.Fail(graphsim.Fault{PathContains: "/groups", Skip: 1, Times: 2, Status: 503, RetryAfter: "7"})
	r.Fail(graphsim.Fault{Method: "GET", PathContains: "/users", Status: 403, Code: "Custom", Message: "No."})
	r.refused("/users", 403, "Custom")
	r.ok("/users")
	r.ok("/groups")
	for range 2 {
		a := r.get("/groups")
		if a.status != 503 || a.Error.Code != "ServiceUnavailable" || a.header.Get("Retry-After") != "7" {
			t.Errorf("%d %s %v", a.status, a.body, a.header)
		}
	}
	r.ok("/groups")
}

func TestFail_ForeverUntilCleared(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.Fail(graphsim.Fault{Status: 500, Times: -1})
	for range 3 {
		r.refused("/users", 500, "InternalServerError")
	}
	r.ClearFaults()
	r.ok("/users")
}

func TestFail_BrokenConnections(t *testing.T) {
	r := start(t, graphsim.Options{})
	for _, kind := range []graphsim.FaultKind{graphsim.Cut, graphsim.Drop} {
		r.Fail(graphsim.Fault{PathContains: "/users", Kind: kind, Times: 2}) // Go repeats a GET once on a dead connection
		resp, err := r.do(http.MethodGet, "/users", "", nil)
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: no error", kind)
		}
		r.ClearFaults()
		r.ok("/users")
	}
}

func TestFail_OddBodies(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.Fail(graphsim.Fault{Kind: graphsim.HTMLBody})
	if a := r.get("/users"); a.status != 502 || a.header.Get("Content-Type") != "text/html" || a.body[0] != '<' {
		t.Errorf("html: %d %s", a.status, a.body)
	}
	r.Fail(graphsim.Fault{Kind: graphsim.BadJSON})
	resp, err := r.do(http.MethodGet, "/users", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || b[len(b)-1] == '}' {
		t.Errorf("bad JSON: %v %d %s", err, resp.StatusCode, b)
	}
}

func TestFail_OddPages(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.Fail(graphsim.Fault{Kind: graphsim.EmptyPage, Times: 2})
	rows, pages := r.walk("/users?$top=999&$select=id")
	if len(rows) != 200 || pages != 3 {
		t.Errorf("empty pages: %d rows, %d pages", len(rows), pages)
	}
	r.Fail(graphsim.Fault{Kind: graphsim.EmptyPage})
	if rows, pages := r.walk("/groups/" + r.Census().Groups[9].ID() + "/members"); len(rows) != 0 || pages != 2 {
		t.Errorf("empty page of an empty list: %d rows, %d pages", len(rows), pages)
	}
	r.Fail(graphsim.Fault{Kind: graphsim.EmptyPage})
	if a := r.get("/organization"); a.Next != "" || len(a.Value) != 1 {
		t.Errorf("what has no pages: %s", a.body)
	}
	r.Fail(graphsim.Fault{Kind: graphsim.ForeignNextLink})
	if a := r.get("/users?$top=999"); a.Next[:26] != "https://graph.example.com/" || len(a.Value) != 200 {
		t.Errorf("foreign link %s", a.Next)
	}
	r.Fail(graphsim.Fault{Kind: graphsim.SameNextLink})
	if a := r.get("/users?$top=5"); a.Next != r.URL()+"/v1.0/users?$top=5" {
		t.Errorf("same link %s", a.Next)
	}
	r.Fail(graphsim.Fault{Kind: graphsim.NullElement})
	if a := r.get("/users?$top=5"); len(a.Value) != 6 || a.Value[0] != nil {
		t.Errorf("null element: %d rows", len(a.Value))
	}
}

// TestFaults_RandomOnesRepeat: the same seed strikes the same requests, and about as often as it was told.
func TestFaults_RandomOnesRepeat(t *testing.T) {
	statuses := func() (list []int) {
		r := start(t, graphsim.Options{Faults: "429=0.1,503=0.1,500=0.1", FaultSeed: 5})
		for range 200 {
			list = append(list, r.get("/users?$top=1").status)
		}
		return list
	}
	a, b := statuses(), statuses()
	bad := 0
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("request %d: %d, then %d", i, a[i], b[i])
		}
		if a[i] != 200 {
			bad++
		}
	}
	if bad < 30 || bad > 90 {
		t.Errorf("%d of 200 failed where about 60 should", bad)
	}
}

func TestFault_Valid(t *testing.T) {
	for _, f := range []graphsim.Fault{{}, {Status: 200}, {Kind: "odd"}, {Kind: graphsim.Status}, {Kind: graphsim.HTMLBody, Status: 42},
		{Kind: graphsim.HTMLBody, Status: 1000}} {
		if f.Valid() {
			t.Errorf("%+v is valid", f)
		}
	}
	if !(graphsim.Fault{Kind: graphsim.HTMLBody}).Valid() || !(graphsim.Fault{Kind: graphsim.HTMLBody, Status: 200}).Valid() {
		t.Error("a page of HTML is not valid")
	}
	if !(graphsim.Fault{Kind: graphsim.Cut}).Valid() || !(graphsim.Fault{Status: 429}).Valid() {
		t.Error("good faults are not valid")
	}
}
