package graphsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestAccept_WhatTheServiceCanGive: rows are JSON and counts are plain text, whatever a client would rather have.
func TestAccept_WhatTheServiceCanGive(t *testing.T) {
	r := start(t, graphsim.Options{})
	for _, test := range []struct {
		path, accept string
		want         int
	}{
		{"/users", "application/json", 200}, {"/users", "*/*", 200}, {"/users", "text/html, application/*;q=0.1", 200},
		{"/users", "application/json;odata.metadata=minimal;IEEE754Compatible=true", 200}, {"/users", "", 200},
		{"/users", "text/plain", 406}, {"/users", "application/xml", 406}, {"/users", "application/json;odata.metadata=none", 406},
		{"/users", "application/json;q=0", 406}, {"/users", "odd;;", 406},
		{"/users/$count", "text/plain", 200}, {"/users/$count", "text/plain;q=0.9", 200}, {"/users/$count", "application/json", 406},
	} {
		header := http.Header{"Consistencylevel": {"eventual"}}
		if test.accept != "" {
			header["Accept"] = []string{test.accept}
		}
		if a := r.get(test.path, header); a.status != test.want {
			t.Errorf("%s as %q: %d %s, want %d", test.path, test.accept, a.status, a.body, test.want)
		}
	}
}

// TestFilter_ValuesFitTheType: a value of another type is an error, and never a list without rows.
func TestFilter_ValuesFitTheType(t *testing.T) {
	r := start(t, graphsim.Options{})
	for path, filter := range map[string]string{
		"/users":                    "accountEnabled eq 'true'",
		"/users?$select=id":         "displayName eq true",
		"/users?$top=5":             "id eq " + r.Census().Users[0].ID(),
		"/users?$top=6":             "id in ('a',true)",
		"/users?$top=7":             "startswith(accountEnabled,'t')",
		"/users?$top=8":             "displayName/any(d:d eq 'x')",
		"/groups":                   "groupTypes eq 'Unified'",
		"/groups?$top=5":            "startswith(groupTypes,'U')",
		"/groups?$top=6":            "securityEnabled in ('true')",
		"/servicePrincipals":        "appOwnerOrganizationId eq 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'",
		"/servicePrincipals?$top=5": "appOwnerOrganizationId eq true",
	} {
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		r.refused(path+sign+"$filter="+escape(filter), 400, "Request_BadRequest")
	}
	microsoft := r.ok("/servicePrincipals?$filter=" + escape("appOwnerOrganizationId eq f8cdef31-a31e-4b4a-93e4-5f571e91255a")).Value
	none := r.ok("/servicePrincipals?$filter=" + escape("appOwnerOrganizationId eq null")).Value
	if len(microsoft) == 0 || len(none) == 0 {
		t.Errorf("%d applications of Microsoft, %d of nobody", len(microsoft), len(none))
	}
}

func TestQuery_OncePerPropertyAndSegment(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.refused("/users?$select=id,mail,id", 400, "Request_BadRequest")
	r.refused("/users?$expand=manager($select=id,id)", 400, "Request_BadRequest")
	r.refused("//users", 400, "BadRequest")
	r.refused("/groups//"+r.Census().Groups[0].ID(), 400, "BadRequest")
}

// TestOrganization_OneNeedsUserRead: the published table opens a single organization to fewer than the list.
func TestOrganization_OneNeedsUserRead(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: []string{"Directory.Read.All", "Organization.Read.All"}})
	r.ok("/organization")
	r.refused("/organization/"+r.Options().TenantID, 403, "Authorization_RequestDenied")
}

// TestSignInActivity_TakesAnID: the reports behind it know no principal names.
func TestSignInActivity_TakesAnID(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: graphsim.EveryReadPermission()})
	user := r.Census().Users[0]
	r.ok("/users/" + user.ID() + "?$select=signInActivity")
	r.refused("/users/"+user.Text("userPrincipalName")+"?$select=signInActivity", 400, "BadRequest")
	r.ok("/users/" + user.Text("userPrincipalName") + "?$select=id")
}

// TestRequest_TooLarge: a body beyond what Graph takes is refused, and not swallowed.
func TestRequest_TooLarge(t *testing.T) {
	r := start(t, graphsim.Options{})
	resp, err := r.do(http.MethodPost, "/$batch", strings.Repeat(" ", 5<<20), http.Header{"Content-Type": {"application/json"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%s, want 413", resp.Status)
	}
}

func TestContext_OfAssignmentsNamesTheirHome(t *testing.T) {
	r := start(t, graphsim.Options{})
	id := r.Census().ServicePrincipals[0].ID()
	want := r.URL() + "/v1.0/$metadata#servicePrincipals('" + id + "')/appRoleAssignedTo"
	if a := r.ok("/servicePrincipals/" + id + "/appRoleAssignedTo"); a.Context != want {
		t.Errorf("%s, want %s", a.Context, want)
	}
}
