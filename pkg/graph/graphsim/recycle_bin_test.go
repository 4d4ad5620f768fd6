package graphsim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const deletedUsers = "/directory/deletedItems/microsoft.graph.user"

// TestDeleteUser: the user is gone from everywhere but the recycle bin, where the principal name has the id in front.
func TestDeleteUser(t *testing.T) {
	r := writer(t, graphsim.Options{})
	u, g := r.person(true), r.group(plain)
	must(t, r.Tenant().SetManager(r.Census().Users[1].ID(), u.ID()))
	if !has(g.Members, u.ID()) {
		must(t, r.Tenant().AddMember(g.ID(), u.ID()))
	}
	r.write("DELETE", "/users/"+u.ID(), "", 204, "")
	r.write("DELETE", "/users/"+u.ID(), "", 404, "")
	r.refused("/users/"+u.Text("userPrincipalName"), 404, "Request_ResourceNotFound")
	if has(r.again(g).Members, u.ID()) || r.userNow(r.Census().Users[1].ID()).Manager != "" {
		t.Error("relations are left")
	}
	mangled := strings.ReplaceAll(u.ID(), "-", "") + u.Text("userPrincipalName")
	for _, query := range []string{"", "?$filter=mail eq '" + u.Text("mail") + "'", "?$filter=id eq '" + u.ID() + "'", "?$top=5&$select=userPrincipalName,deletedDateTime",
		"?$filter=startswith(userPrincipalName,'" + mangled[:40] + "')"} {
		rows := r.ok(deletedUsers + query).Value
		if len(rows) != 1 || rows[0]["userPrincipalName"] != mangled || strings.HasPrefix(query, "?$top") && rows[0]["deletedDateTime"] == nil {
			t.Errorf("%s: %v", query, rows)
		}
	}
	end := "?$count=true&$filter=endswith(userPrincipalName,'" + u.Text("userPrincipalName") + "')"
	if rows := r.ok("/directory/deletedItems/graph.user"+end, eventual).Value; len(rows) != 1 {
		t.Errorf("by the end of the name: %v", rows)
	}
	if rows := r.ok(deletedUsers + "?$filter=userPrincipalName eq '" + u.Text("userPrincipalName") + "'").Value; len(rows) != 0 {
		t.Errorf("by the former name: %v", rows)
	}
	r.ok(deletedUsers + "/" + u.ID())
}

// TestRestoreUser: the user comes back with its relations.
func TestRestoreUser(t *testing.T) {
	r := writer(t, graphsim.Options{})
	u, g := r.person(true), r.group(plain)
	if !has(g.Members, u.ID()) {
		must(t, r.Tenant().AddMember(g.ID(), u.ID()))
	}
	must(t, r.Tenant().SetManager(u.ID(), r.Census().Users[1].ID()))
	before := r.userNow(u.ID())
	r.write("DELETE", "/users/"+u.ID(), "", 204, "")
	path := "/directory/deletedItems/" + u.ID() + "/restore"
	if a := r.write("POST", path, "", 200, ""); idOf(t, a) != u.ID() {
		t.Errorf("%s", a.body)
	}
	after := r.userNow(u.ID())
	if after.Text("userPrincipalName") != u.Text("userPrincipalName") || after.Get("deletedDateTime") != nil || after.Manager != before.Manager ||
		after.MailboxPurpose != before.MailboxPurpose || !has(r.again(g).Members, u.ID()) {
		t.Errorf("%+v", after)
	}
	if rows := r.ok(deletedUsers).Value; len(rows) != 0 {
		t.Errorf("in the bin: %v", rows)
	}
	r.write("POST", path, "", 404, "")
}

// TestRestoreUser_OthersHaveTheNames: a principal name or an address that was taken meanwhile stands in the way.
func TestRestoreUser_OthersHaveTheNames(t *testing.T) {
	r := writer(t, graphsim.Options{})
	u := r.person(true)
	local := u.Text("mailNickname")
	r.write("DELETE", "/users/"+u.ID(), "", 204, "")
	path := "/directory/deletedItems/" + u.ID() + "/restore"
	r.write("POST", "/users", newUser(t, local, nil), 201, "")
	r.write("POST", path, "", 400, "userPrincipalName already exists")
	r.write("POST", path, `{"newUserPrincipalName":"x@elsewhere.example"}`, 400, "verified domain")
	_, err := r.Tenant().AddUser(map[string]any{"displayName": "Squatter", "userPrincipalName": "s@contoso.com", "proxyAddresses": []string{"smtp:" + u.Text("mail")}})
	must(t, err)
	r.write("POST", path, `{"newUserPrincipalName":"back.again@contoso.com"}`, 400, "proxyAddresses already exists")
	r.write("POST", path, `{"newUserPrincipalName":"back.again@contoso.com","autoReconcileProxyConflict":true}`, 200, "")
	if got := r.userNow(u.ID()); got.Text("userPrincipalName") != "back.again@contoso.com" ||
		slices.ContainsFunc(got.Get("proxyAddresses").([]string), func(p string) bool { return strings.EqualFold(p, "smtp:"+u.Text("mail")) }) {
		t.Errorf("%v %v", got.Text("userPrincipalName"), got.Get("proxyAddresses"))
	}
}

func TestRecycleBin_Permissions(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: []string{"Group.Read.All"}})
	r.refused(deletedUsers, 403, "Authorization_RequestDenied")
	r.write("POST", "/directory/deletedItems/"+r.Census().Users[0].ID()+"/restore", "", 403, "Insufficient")
	r.write("DELETE", "/users/"+r.Census().Users[0].ID(), "", 403, "Insufficient")
}

func TestDomains(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.refused("/domains", 403, "Authorization_RequestDenied")
	r.SetPermissions("Domain.Read.All", "User.Read.All")
	r.token = r.signIn()
	kinds := map[any]any{}
	for _, d := range r.ok("/domains").Value {
		kinds[d["id"]] = d["authenticationType"]
		if d["isVerified"] == false {
			kinds[d["id"]] = "unverified"
		}
	}
	if len(kinds) != 4 || kinds["contoso.com"] != "Managed" || kinds["partners.contoso.com"] != "Federated" || kinds["contoso-later.com"] != "unverified" {
		t.Errorf("%v", kinds)
	}
	verified := r.ok("/organization").Value[0]["verifiedDomains"].([]any)
	if len(verified) != 3 {
		t.Errorf("%v", verified)
	}
}

// TestFilter_Addresses: the forms by which it is found out whether an address is taken.
func TestFilter_Addresses(t *testing.T) {
	r := start(t, graphsim.Options{})
	u := r.person(true)
	mail := u.Text("mail")
	for _, filter := range []string{
		"proxyAddresses/any(p:p eq 'smtp:" + mail + "' or p eq 'SMTP:" + mail + "')",
		"proxyAddresses/any(p:startswith(p,'smtp:" + mail + "'))",
		"startswith(userPrincipalName,'" + mail + "') or mail eq '" + mail + "'",
		"employeeId eq '" + u.Text("employeeId") + "'",
	} {
		if rows := r.ok("/users?$filter=" + escape(filter)).Value; len(rows) != 1 || rows[0]["id"] != u.ID() {
			t.Errorf("%s: %v", filter, rows)
		}
	}
	r.refused("/users?$filter="+escape("proxyAddresses/any(p:q eq 'x')"), 400, "Request_BadRequest")
	r.refused("/users?$filter="+escape("proxyAddresses/any(p:p eq x)"), 400, "Request_BadRequest")
	if rows := r.ok("/groups?$filter=" + escape("proxyAddresses/any(p:startswith(p,'smtp:group'))")).Value; len(rows) == 200 {
		t.Errorf("%d groups", len(rows))
	}
}
