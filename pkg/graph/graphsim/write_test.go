package graphsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestWrite_FormOfRequest(t *testing.T) {
	r := writer(t, graphsim.Options{})
	g := r.group(plain)
	path := "/groups/" + g.ID()
	for _, test := range []struct {
		body, words string
	}{
		{`{"displayName":"x","nonsense":1}`, "Invalid property 'nonsense'"},
		{`{"mail":"a@b.c"}`, "read-only"},
		{`{"isAssignableToRole":true}`, "read-only"},
		{`{"displayName":""}`, "Invalid value"},
		{`{"displayName":7}`, "Invalid value"},
		{`{"displayName":null}`, "Invalid value"},
		{`{"displayName":"` + strings.Repeat("x", 257) + `"}`, "Invalid value"},
		{`{"securityEnabled":"true"}`, "Invalid value"},
		{`{"members@odata.bind":[1]}`, "Invalid value"},
		{`{"@odata.type":"#microsoft.graph.user"}`, "type annotation"},
		{`[]`, "JSON object"},
		{`null`, "JSON object"},
		{`{`, "JSON object"},
	} {
		r.write("PATCH", path, test.body, 400, test.words)
	}
	r.write("PATCH", path+"?$select=id", `{"displayName":"x"}`, 400, "query")
	r.write("PUT", path, `{"displayName":"x"}`, 405, "not allowed")
	r.write("POST", path+"/nothing", `{}`, 400, "segment")
	a := r.send("PATCH", path, `{"displayName":"x"}`, http.Header{"Content-Type": {"text/plain"}})
	if a.status != 415 {
		t.Errorf("text: %d", a.status)
	}
	if a := r.send("PATCH", path, `{"displayName":"x"}`, http.Header{"Content-Type": nil}); a.status != 400 {
		t.Errorf("no type: %d", a.status)
	}
	a = r.write("PATCH", "/groups('"+g.ID()+"')", `{"@odata.type":"#microsoft.graph.group","displayName":"New","description":null}`, 204, "")
	if len(a.body) != 0 || a.header.Get("Content-Type") != "" || a.header.Get("x-ms-resource-unit") != "1" || a.header.Get("request-id") == "" {
		t.Errorf("204 with %q %v", a.body, a.header)
	}
	got := r.again(g)
	if got.Text("displayName") != "New" || got.Get("description") != nil {
		t.Errorf("%s %v", got.Text("displayName"), got.Get("description"))
	}
}

// TestWrite_EachNeedsItsPermission: an application that may only read changes nothing.
func TestWrite_EachNeedsItsPermission(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: append(graphsim.EveryReadPermission(), "Directory.Read.All")})
	g, u, sp := r.group(plain).ID(), r.Census().Users[0].ID(), r.Census().ServicePrincipals[0].ID()
	for _, call := range [][3]string{
		{"POST", "/groups", `{}`}, {"PATCH", "/groups/" + g, `{}`}, {"DELETE", "/groups/" + g, ""},
		{"POST", "/groups/" + g + "/members/$ref", r.ref(u)}, {"DELETE", "/groups/" + g + "/members/" + u + "/$ref", ""},
		{"POST", "/groups/" + g + "/owners/$ref", r.ref(u)}, {"DELETE", "/groups/" + g + "/owners/" + u + "/$ref", ""},
		{"POST", "/servicePrincipals/" + sp + "/owners/$ref", r.ref(u)}, {"DELETE", "/servicePrincipals/" + sp + "/owners/" + u + "/$ref", ""},
		{"POST", "/servicePrincipals/" + sp + "/appRoleAssignedTo", `{}`}, {"DELETE", "/servicePrincipals/" + sp + "/appRoleAssignedTo/x", ""},
		{"POST", "/roleManagement/directory/roleAssignments", `{}`}, {"DELETE", "/roleManagement/directory/roleAssignments/x", ""},
		{"POST", "/users/" + u + "/assignLicense", `{}`},
	} {
		if a := r.write(call[0], call[1], call[2], 403, "Insufficient privileges"); a.Error.Code != "Authorization_RequestDenied" {
			t.Errorf("%v: %s", call, a.Error.Code)
		}
	}
}

// TestWrite_PermissionsTogether: an assignment takes a permission that writes and one that reads.
func TestWrite_PermissionsTogether(t *testing.T) {
	for permissions, want := range map[string]int{"AppRoleAssignment.ReadWrite.All": 403, "Application.Read.All": 403,
		"AppRoleAssignment.ReadWrite.All,Application.Read.All": 400, "Application.ReadWrite.All": 400} {
		r := start(t, graphsim.Options{Permissions: strings.Split(permissions, ",")})
		r.write("POST", "/servicePrincipals/"+r.Census().ServicePrincipals[0].ID()+"/appRoleAssignedTo", `{}`, want, "")
	}
}
