package graphsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestUsers_DefaultPageAndProperties(t *testing.T) {
	r := start(t, graphsim.Options{})
	a := r.ok("/users")
	if len(a.Value) != 100 || a.Next == "" {
		t.Errorf("%d users on the first page, nextLink %q", len(a.Value), a.Next)
	}
	if n := len(a.Value[0]); n != 11 {
		t.Errorf("%d properties without $select: %v", n, a.Value[0])
	}
	if all := r.ok("/users?$top=999"); len(all.Value) != 200 || all.Next != "" {
		t.Errorf("%d users with $top=999, nextLink %q", len(all.Value), all.Next)
	}
}

func TestSelect_IsObeyedExactly(t *testing.T) {
	r := start(t, graphsim.Options{})
	row := r.ok("/users?$select=displayName,accountEnabled&$top=1").Value[0]
	if len(row) != 3 || row["id"] == nil || row["displayName"] == nil || row["accountEnabled"] != true {
		t.Errorf("row %v", row)
	}
	if row := r.ok("/users?%24select=employeeId&%24expand=manager(%24select%3DemployeeId)&$top=2").Value[1]; len(row) != 3 {
		t.Errorf("row %v", row)
	} else if m := row["manager"].(map[string]any); len(m) != 3 || m["@odata.type"] != "#microsoft.graph.user" {
		t.Errorf("manager %v", m)
	}
}

func TestQuery_Refusals(t *testing.T) {
	r := start(t, graphsim.Options{})
	group := r.Census().Groups[0].ID()
	for path, want := range map[string]struct {
		status int
		code   string
	}{
		"/users?$top=1000":                                                 {400, "Request_BadRequest"},
		"/users?$top=0":                                                    {400, "Request_BadRequest"},
		"/users?$top=ten":                                                  {400, "Request_BadRequest"},
		"/users?$skip=10":                                                  {400, "Request_BadRequest"},
		"/users?$orderby=displayName":                                      {400, "Request_BadRequest"},
		"/users?$search=x":                                                 {400, "Request_BadRequest"},
		"/users?select=id":                                                 {400, "Request_BadRequest"},
		"/users?$select=id&$select=mail":                                   {400, "Request_BadRequest"},
		"/users?$select=":                                                  {400, "Request_BadRequest"},
		"/users?$select=dispalyName":                                       {400, "Request_BadRequest"},
		"/users?$select=signInActivity":                                    {403, "Authorization_RequestDenied"},
		"/users?$select=mailboxSettings":                                   {501, "NotImplemented"},
		"/users?$expand=memberOf":                                          {400, "Request_BadRequest"},
		"/users?$expand=manager($levels=2)":                                {400, "Request_BadRequest"},
		"/users?$expand=manager($select=nope)":                             {400, "Request_BadRequest"},
		"/groups?$expand=members,owners":                                   {400, "Request_BadRequest"},
		"/groups?$expand=members($select=id),owners":                       {400, "Request_BadRequest"},
		"/users?$count=true":                                               {400, "Request_UnsupportedQuery"},
		"/users?$filter=accountEnabled ne true":                            {400, "Request_UnsupportedQuery"},
		"/users?$filter=endswith(mail,'x')":                                {400, "Request_UnsupportedQuery"},
		"/users?$filter=officeLocation eq 'x'":                             {400, "Request_UnsupportedQuery"},
		"/users?$filter=nope eq 'x'":                                       {400, "Request_BadRequest"},
		"/users?$filter=mail eq 'x":                                        {400, "Request_BadRequest"},
		"/users?$filter=mail eq x":                                         {400, "Request_BadRequest"},
		"/users?$filter=mail gt 'x'":                                       {400, "Request_UnsupportedQuery"},
		"/users?$filter=(mail eq 'x'":                                      {400, "Request_BadRequest"},
		"/users?$filter=mail eq 'x' mail":                                  {400, "Request_BadRequest"},
		"/users/$count":                                                    {400, "Request_UnsupportedQuery"},
		"/users/00000000-0000-4000-8000-000000000000":                      {404, "Request_ResourceNotFound"},
		"/users/" + group:                                                  {404, "Request_ResourceNotFound"},
		"/subscribedSkus?$top=5":                                           {400, "Request_BadRequest"},
		"/organization?$filter=id eq 'x'":                                  {400, "Request_BadRequest"},
		"/groups/" + group + "/members?$filter=id eq 'x'":                  {400, "Request_UnsupportedQuery"},
		"/groups/" + group + "/members?$select=nope":                       {400, "Request_BadRequest"},
		"/groups/" + group + "/members/graph.device":                       {400, "BadRequest"},
		"/groups/" + group + "/transitiveMembers":                          {400, "BadRequest"},
		"/groups/" + group + "/members/graph.user/nope":                    {400, "BadRequest"},
		"/groups/" + group + "?$top=1":                                     {400, "Request_BadRequest"},
		"/users/" + group + "/directReports":                               {400, "BadRequest"},
		"/roleManagement/directory/roleDefinitions/$count":                 {400, "Request_BadRequest"},
		"/roleManagement/directory/roleEligibilitySchedules":               {400, "BadRequest"},
		"/roleManagement/directory/roleAssignments?$expand=roleDefinition": {400, "Request_BadRequest"},
		"/groups/" + group + "/members/microsoft.graph.servicePrincipal":   {400, "Request_UnsupportedQuery"},
		"/servicePrincipals(objectId='x')":                                 {400, "BadRequest"},
		"/devices":                                                         {400, "BadRequest"},
		"/Users":                                                           {400, "BadRequest"},
		"/":                                                                {400, "BadRequest"},
	} {
		r.refused(path, want.status, want.code)
	}
	r.refused(r.URL()+"/beta/users", 400, "BadRequest")
	r.refused("/users", 400, "Request_BadRequest", http.Header{"Consistencylevel": {"session"}})
	r.refused("/groups?$expand=members&$count=true", 400, "Request_UnsupportedQuery", eventual)
}

func TestMethod_OnlyWhatIsServed(t *testing.T) {
	r := start(t, graphsim.Options{})
	for _, method := range []string{"POST", "PATCH", "PUT", "DELETE"} {
		if a := r.send(method, "/organization", "{}", nil); a.status != 405 || a.Error.Code == "" {
			t.Errorf("%s /organization: %d %s", method, a.status, a.body)
		}
	}
	if a := r.get("/$batch"); a.status != 405 {
		t.Errorf("GET /$batch: %d", a.status)
	}
}

func TestFilter_Forms(t *testing.T) {
	r := start(t, graphsim.Options{})
	c := r.Census()
	quote := record(t, c.Users, func(u graphsim.Record) bool { return u.Text("displayName") == "Sean O'Brien" })
	count := func(list []graphsim.Record, like func(graphsim.Record) bool) (n int) {
		for _, x := range list {
			if like(x) {
				n++
			}
		}
		return n
	}
	kind := func(kinds ...string) func(graphsim.Record) bool {
		return func(x graphsim.Record) bool {
			return strings.Contains(strings.Join(kinds, " "), x.Text("servicePrincipalType"))
		}
	}
	for _, test := range []struct {
		path, filter string
		want         int
	}{
		{"users", "userType eq 'Guest'", count(c.Users, func(u graphsim.Record) bool { return u.Text("userType") == "Guest" })},
		{"users", "accountEnabled eq false", count(c.Users, func(u graphsim.Record) bool { return u.Get("accountEnabled") == false })},
		{"users", "displayName eq 'Sean O''Brien'", 1},
		{"users", "id in ('" + quote.ID() + "','" + strings.ToUpper(c.Users[0].ID()) + "')", 2},
		{"users", "id eq '" + quote.ID() + "' or (id eq '" + c.Users[0].ID() + "' and accountEnabled eq true)", 2},
		{"users", "startswith(displayName,'sean o')", 1},
		{"users", "proxyAddresses/any(p:p eq 'smtp:" + quote.Text("mail") + "')", 1},
		{"servicePrincipals", "servicePrincipalType eq 'Application' or servicePrincipalType eq 'Legacy'", count(c.ServicePrincipals, kind("Application", "Legacy"))},
		{"servicePrincipals", "servicePrincipalType in ('ManagedIdentity')", count(c.ServicePrincipals, kind("ManagedIdentity"))},
		{"servicePrincipals", "appId eq '" + r.Options().ClientID + "'", 1},
		{"servicePrincipals", "accountEnabled eq false", count(c.ServicePrincipals, func(x graphsim.Record) bool { return x.Get("accountEnabled") == false })},
		{"roleManagement/directory/roleAssignments", "principalId eq '" + c.Users[0].ID() + "'", count(c.RoleAssignments, func(x graphsim.Record) bool { return x.Text("principalId") == c.Users[0].ID() })},
		{"roleManagement/directory/roleDefinitions", "isBuiltIn eq false", 4},
	} {
		rows, _ := r.walk("/" + test.path + "?$top=999&$select=id&$filter=" + escape(test.filter))
		if len(rows) != test.want || len(rows) == 0 {
			t.Errorf("%s where %s: %d rows, want %d", test.path, test.filter, len(rows), test.want)
		}
	}
	rows, _ := r.walk("/users?$top=999&$count=true&$filter="+escape("not(userType eq 'Guest') and endswith(userPrincipalName,'@contoso.com') and accountEnabled ne false"), eventual)
	if len(rows) == 0 || len(rows) == 200 {
		t.Errorf("advanced filter: %d rows", len(rows))
	}
	long := "id in (" + strings.TrimSuffix(strings.Repeat("'a',", 16), ",") + ")"
	r.refused("/users?$filter="+escape(long), 400, "Request_UnsupportedQuery")
	r.refused("/users?$filter="+escape("mail eq '"+strings.Repeat("x", 121)+"'"), 400, "Request_UnsupportedQuery")
}

func TestCount_SegmentAndOption(t *testing.T) {
	r := start(t, graphsim.Options{})
	if a := r.ok("/users/$count", eventual); string(a.body) != "200" || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("users/$count: %s %s", a.body, a.header.Get("Content-Type"))
	}
	a := r.ok("/users?$count=true&$top=50", eventual)
	if a.Count == nil || *a.Count != 200 {
		t.Errorf("first page: count %v", a.Count)
	}
	if next := r.ok(a.Next, eventual); next.Count != nil {
		t.Error("the second page has a count")
	}
	r.refused(a.Next, 400, "Request_UnsupportedQuery") // the header has to be sent again
	group := record(t, r.Census().Groups, func(g graphsim.Record) bool { return len(g.Members) == 30 })
	if a := r.ok("/groups/"+group.ID()+"/members/$count", eventual); string(a.body) != "30" {
		t.Errorf("members/$count: %s", a.body)
	}
}

func TestPaths_BothSpellings(t *testing.T) {
	r := start(t, graphsim.Options{})
	c := r.Census()
	user, group := c.Users[0], c.Groups[0]
	guest := record(t, c.Users, func(u graphsim.Record) bool { return strings.Contains(u.Text("userPrincipalName"), "#EXT#") })
	for _, path := range []string{
		"/users/" + user.ID(), "/users/" + strings.ToUpper(user.ID()), "/users('" + user.ID() + "')",
		"/users/" + user.Text("userPrincipalName"), "/users/" + strings.ReplaceAll(guest.Text("userPrincipalName"), "#", "%23"),
		"/servicePrincipals(appId='" + r.Options().ClientID + "')", "/servicePrincipals(appId=%27" + r.Options().ClientID + "%27)/owners",
		"/groups/" + group.ID() + "/members/graph.user", "/groups/" + group.ID() + "/members/microsoft.graph.user?%24top=5",
		"/groups/" + group.ID() + "/owners/graph.user", "/organization/" + r.Options().TenantID, "/organization?$select=displayName",
		"/applications?$expand=owners($select=id)", "/applications/" + c.Applications[0].ID() + "/owners",
		"/roleManagement/directory/roleDefinitions/62e90394-69f5-4237-9190-012177145e10",
	} {
		r.ok(path)
	}
}
