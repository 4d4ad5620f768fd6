package graphsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func unpack(t *testing.T, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%v in %.300s", err, b)
	}
}

func TestCount_Lags(t *testing.T) {
	r := start(t, graphsim.Options{CountLag: 7})
	if a := r.ok("/users/$count", eventual); string(a.body) != "193" {
		t.Errorf("$count %s, want 193", a.body)
	}
	if a := r.ok("/users?$count=true&$top=999", eventual); *a.Count != 193 || len(a.Value) != 200 {
		t.Errorf("count %d, %d rows", *a.Count, len(a.Value))
	}
	if a := r.ok("/servicePrincipals/$count?$filter="+escape("servicePrincipalType eq 'ManagedIdentity'"), eventual); string(a.body) != "0" {
		t.Errorf("$count %s, want 0", a.body)
	}
	if a := r.ok("/groups/"+r.Census().Groups[0].ID()+"/members/$count", eventual); string(a.body) != "200" {
		t.Errorf("members/$count %s, want 200: it does not lag", a.body)
	}
}

// TestReplication_ShowsLater: what was added is in the census at once and in no answer before its time.
func TestReplication_ShowsLater(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Now: c.Now, ReplicationDelay: time.Minute})
	tenant, census := r.Tenant(), r.Census()
	group, old, app := census.Groups[9].ID(), census.Users[0].ID(), census.ServicePrincipals[0].ID()
	user, err := tenant.AddUser(map[string]any{"displayName": "New"})
	must(t, err)
	must(t, tenant.AddMember(group, user))
	must(t, tenant.AddMember(group, old))
	must(t, tenant.AddOwner(group, old))
	must(t, tenant.SetManager(old, census.Users[1].ID()))
	_, err = tenant.AddAppRoleAssignment(app, old, "")
	must(t, err)
	if n := len(r.Census().Users); n != 201 {
		t.Errorf("%d users in the census", n)
	}
	seen := func() (out []int) {
		for _, path := range []string{"/groups/" + group + "/members", "/groups/" + group + "/owners", "/servicePrincipals/" + app + "/appRoleAssignedTo", "/users?$top=999&$select=id"} {
			out = append(out, len(r.ok(path).Value))
		}
		_, managed := r.ok("/users?$expand=manager&$top=1").Value[0]["manager"]
		if managed {
			out = append(out, 1)
		}
		return append(out, r.get("/users/"+user).status)
	}
	if got := seen(); !slices.Equal(got, []int{0, 0, 0, 200, 404}) {
		t.Errorf("at once: %v", got)
	}
	c.move(time.Minute)
	if got := seen(); !slices.Equal(got, []int{2, 1, 1, 201, 1, 200}) {
		t.Errorf("after a minute: %v", got)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestHiddenMembership: without its permission the members are not there, in no way of asking.
func TestHiddenMembership_NeedsItsPermission(t *testing.T) {
	r := start(t, graphsim.Options{HiddenMembership: 1, Users: 500, Memberships: 4000})
	group := record(t, r.Census().Groups, func(g graphsim.Record) bool { return g.Text("visibility") == "HiddenMembership" })
	must(t, r.Tenant().AddMember(group.ID(), r.Census().Users[0].ID()))
	want := len(group.Members) + 1
	count := func() (out []int) {
		rows, _ := r.walk("/groups/"+group.ID()+"/members?$count=true", eventual)
		expanded := struct{ Members []any }{}
		unpack(t, r.ok("/groups/"+group.ID()+"?$expand=members").body, &expanded)
		n := 0
		unpack(t, r.ok("/groups/"+group.ID()+"/members/$count", eventual).body, &n)
		return []int{len(rows), len(expanded.Members), n}
	}
	if got := count(); !slices.Equal(got, []int{0, 0, 0}) {
		t.Errorf("without the permission: %v", got)
	}
	r.SetPermissions(graphsim.EveryReadPermission()...)
	r.token = r.signIn()
	if got := count(); !slices.Equal(got, []int{want, min(20, want), want}) {
		t.Errorf("with the permission: %v, want %d", got, want)
	}
}

func TestExpireTokens(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.ExpireTokens()
	r.refused("/users", 401, "InvalidAuthenticationToken")
	r.token = r.signIn()
	r.Fail(graphsim.Fault{Kind: graphsim.ExpireTokens, Skip: 1})
	r.ok("/users")
	r.refused("/users", 401, "InvalidAuthenticationToken")
	r.token = r.signIn()
	r.ok("/users")
}

func TestFail_PagesThatComeTwiceAndLinksThatExpire(t *testing.T) {
	r := start(t, graphsim.Options{PageSize: 90})
	r.Fail(graphsim.Fault{Kind: graphsim.RepeatPage, Skip: 1})
	rows, pages := r.walk("/users?$select=id&$top=999")
	if len(rows) != 290 || pages != 4 {
		t.Errorf("%d rows on %d pages, want 290 on 4", len(rows), pages)
	}
	first := r.ok("/users?$select=id")
	r.Fail(graphsim.Fault{Kind: graphsim.ExpiredPageToken})
	r.ok("/users?$select=id") // has no page token
	for range 2 {             // for good
		r.refused(first.Next, 400, "DirectoryPageTokenNotFoundException")
	}
	r.walk("/users?$select=id")
}

// TestFail_StallEndsWithTheClient: half a body comes, and then nothing.
func TestFail_StallEndsWithTheClient(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.Fail(graphsim.Fault{Kind: graphsim.Stall, Times: -1})
	resp, err := r.do(http.MethodGet, "/users", "", http.Header{"Accept-Encoding": {"identity"}})
	if err != nil {
		t.Fatal(err)
	}
	if resp.ContentLength < 1000 {
		t.Fatalf("%d bytes announced", resp.ContentLength)
	}
	half := make([]byte, resp.ContentLength/2)
	if _, err := io.ReadFull(resp.Body, half); err != nil {
		t.Errorf("the first half: %v", err)
	}
	resp.Body.Close() // the client gives up; the server ends with the test, though one request hangs
	if resp, err = r.do(http.MethodGet, "/users", "", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
}

func TestFail_RetryAfterAndHTML(t *testing.T) {
	r := start(t, graphsim.Options{})
	for _, want := range []string{"", "0.5", "3"} {
		r.Fail(graphsim.Fault{Status: 429, RetryAfter: want})
		a := r.get("/users")
		if got, there := a.header["Retry-After"]; a.status != 429 || there != (want != "") || there && got[0] != want {
			t.Errorf("%d, Retry-After %v, want %q", a.status, got, want)
		}
	}
	r.Fail(graphsim.Fault{Kind: graphsim.HTMLBody, Status: 504})
	if a := r.get("/users"); a.status != 504 || !strings.Contains(string(a.body), "504 Gateway Timeout") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestFaults_RandomKinds(t *testing.T) {
	r := start(t, graphsim.Options{Faults: "429-bare=0.2,429-fraction=0.2,html503=0.2,html504=0.2,html=0.2"})
	seen := map[string]bool{}
	for range 60 {
		a := r.get("/users?$top=1")
		kind := a.header.Get("Content-Type")[:9]
		seen[http.StatusText(a.status)+kind+a.header.Get("Retry-After")] = true
	}
	if len(seen) != 5 {
		t.Errorf("%v", seen)
	}
	for _, bad := range []string{"html200=1", "500-bare=0.1", "429-odd=0.1", "html504-bare=0.1", "nope=0.1"} {
		if _, err := graphsim.New(graphsim.Options{Faults: bad}); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}
