package graphsim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// newUser is a body that creates a user, with what is to be different; a nil leaves a property out.
func newUser(t *testing.T, name string, with map[string]any) string {
	t.Helper()
	body := map[string]any{"accountEnabled": true, "displayName": "New One", "mailNickname": name,
		"userPrincipalName": name + "@contoso.com",
		"passwordProfile":   map[string]any{"password": "Correct-horse-7", "forceChangePasswordNextSignIn": true}}
	for k, v := range with {
		body[k] = v
		if v == nil {
			delete(body, k)
		}
	}
	b, err := json.Marshal(body)
	must(t, err)
	return string(b)
}

// idOf is the id of what a write answered.
func idOf(t *testing.T, a answer) string {
	t.Helper()
	var o struct{ ID string }
	unpack(t, a.body, &o)
	if o.ID == "" {
		t.Fatalf("no id in %s", a.body)
	}
	return o.ID
}

func (r *rig) userNow(id string) graphsim.Record {
	r.t.Helper()
	return record(r.t, r.Census().Users, func(u graphsim.Record) bool { return u.ID() == id })
}

// person is an ordinary user: nobody's administrator, from the cloud, with a mailbox or without.
func (r *rig) person(mailbox bool) graphsim.Record {
	r.t.Helper()
	return record(r.t, r.Census().Users, func(u graphsim.Record) bool {
		return !r.Tenant().Administrator(u.ID()) && u.Get("onPremisesSyncEnabled") == nil && u.Get("externalUserState") == nil &&
			u.Get("accountEnabled") == true && (u.MailboxPurpose != "") == mailbox
	})
}

func (r *rig) administrator() graphsim.Record {
	r.t.Helper()
	return record(r.t, r.Census().Users, func(u graphsim.Record) bool { return r.Tenant().Administrator(u.ID()) })
}

func TestCreateUser(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now, ReplicationDelay: time.Minute})
	a := r.write("POST", "/users", newUser(t, "new.one", map[string]any{"employeeId": "E1", "@odata.type": "#microsoft.graph.user",
		"onPremisesExtensionAttributes": map[string]any{"extensionAttribute3": "v"}}), 201, "")
	id := idOf(t, a)
	u := r.userNow(id)
	if u.Text("userType") != "Member" || u.Text("createdDateTime") != "2025-01-01T00:00:00Z" || u.Get("mail") != nil ||
		u.Text("employeeId") != "E1" || !strings.Contains(string(u.Get("onPremisesExtensionAttributes").(json.RawMessage)), `"extensionAttribute3":"v"`) {
		t.Errorf("%+v", u)
	}
	if text, change := r.Tenant().Password(id); text != "Correct-horse-7" || !change {
		t.Errorf("password %q, change %v", text, change)
	}
	if m := r.Tenant().AuthMethods(id); len(m) != 1 || m[0].Type != "passwordAuthenticationMethod" {
		t.Errorf("methods %v", m)
	}
	if a.header.Get("Date") != "Wed, 01 Jan 2025 00:00:00 GMT" {
		t.Errorf("Date %q is not the directory's", a.header.Get("Date"))
	}
	r.refused("/users/"+id, 404, "Request_ResourceNotFound")
	c.move(time.Minute)
	r.ok("/users/new.one@contoso.com")
}

func TestCreateUser_Refusals(t *testing.T) {
	r := writer(t, graphsim.Options{})
	old := r.person(true)
	for _, test := range []struct {
		with  map[string]any
		words string
	}{
		{map[string]any{"displayName": nil}, "A value is required for property 'displayName'"},
		{map[string]any{"accountEnabled": nil}, "'accountEnabled'"},
		{map[string]any{"passwordProfile": nil}, "'passwordProfile'"},
		{map[string]any{"passwordProfile": map[string]any{}}, "A password must be specified"},
		{map[string]any{"passwordProfile": map[string]any{"password": "weakweak1"}}, "complexity"},
		{map[string]any{"passwordProfile": map[string]any{"password": "Sh0rt-"}}, "complexity"},
		{map[string]any{"passwordProfile": map[string]any{"passwort": "x"}}, "PasswordProfile"},
		{map[string]any{"displayName": strings.Repeat("x", 257)}, "'displayName'"},
		{map[string]any{"employeeId": strings.Repeat("1", 17)}, "'employeeId'"},
		{map[string]any{"jobTitle": strings.Repeat("x", 129)}, "'jobTitle'"},
		{map[string]any{"surname": strings.Repeat("x", 65)}, "'surname'"},
		{map[string]any{"department": ""}, "'department'"},
		{map[string]any{"mailNickname": "a b"}, "'mailNickname'"},
		{map[string]any{"mailNickname": "a@b"}, "'mailNickname'"},
		{map[string]any{"usageLocation": "USA"}, "'usageLocation'"},
		{map[string]any{"userType": "Robot"}, "'userType'"},
		{map[string]any{"userPrincipalName": "jürgen@contoso.com"}, "userPrincipalName is invalid"},
		{map[string]any{"userPrincipalName": "x@fabrikam.example"}, "verified domain"},
		{map[string]any{"userPrincipalName": "x@contoso-later.com"}, "verified domain"},
		{map[string]any{"userPrincipalName": "x@partners.contoso.com"}, "onPremisesImmutableId"},
		{map[string]any{"mail": "x@contoso.com"}, "read-only"},
		{map[string]any{"proxyAddresses": []string{"SMTP:x@contoso.com"}}, "read-only"},
		{map[string]any{"id": "x"}, "read-only"},
		{map[string]any{"securityIdentifier": "S-1-12-1-1-2-3-4"}, "read-only"},
		{map[string]any{"nonsense": 1}, "Invalid property 'nonsense'"},
		{map[string]any{"onPremisesExtensionAttributes": map[string]any{"extensionAttribute16": "x"}}, "extensionAttribute16"},
		{map[string]any{"userPrincipalName": strings.ToUpper(old.Text("userPrincipalName"))}, "property userPrincipalName already exists"},
		{map[string]any{"userPrincipalName": old.Text("mailNickname") + "@contoso.onmicrosoft.com"}, "property proxyAddresses already exists"},
		{map[string]any{"mailNickname": old.Text("mailNickname")}, "property mailNickname already exists"},
	} {
		r.write("POST", "/users", newUser(t, "fresh", test.with), 400, test.words)
	}
	if n := len(r.Census().Users); n != 200 {
		t.Errorf("%d users", n)
	}
	r.write("POST", "/users", newUser(t, "fed", map[string]any{"userPrincipalName": "x@partners.contoso.com", "onPremisesImmutableId": "abc="}), 201, "")
}

func TestCreateUser_ConflictHasDetails(t *testing.T) {
	r := writer(t, graphsim.Options{})
	r.write("POST", "/users", newUser(t, "twice", nil), 201, "")
	a := r.write("POST", "/users", newUser(t, "twice", nil), 400, "already exists")
	var body struct {
		Error struct {
			Details []struct{ Code, Target string }
		}
	}
	unpack(t, a.body, &body)
	if d := body.Error.Details; len(d) != 1 || d[0].Code != "ObjectConflict" || d[0].Target != "userPrincipalName" {
		t.Errorf("%s", a.body)
	}
}

// TestDirectoryRoles: what permissions do not open.
