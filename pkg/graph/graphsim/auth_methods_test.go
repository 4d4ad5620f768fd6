package graphsim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// methodPath is where a method is deleted.
func methodPath(user string, m graphsim.AuthMethod) string {
	name := strings.TrimSuffix(m.Type, "AuthenticationMethod") + "Methods"
	name = strings.Replace(name, "externalMethods", "externalAuthenticationMethods", 1)
	path := "/users/" + user + "/authentication/" + name + "/" + m.ID
	return strings.Replace(path, "qrCodePinMethods/"+m.ID, "qrCodePinMethod", 1)
}

func deletable() []string {
	return []string{"phoneAuthenticationMethod", "microsoftAuthenticatorAuthenticationMethod", "softwareOathAuthenticationMethod",
		"hardwareOathAuthenticationMethod", "fido2AuthenticationMethod", "windowsHelloForBusinessAuthenticationMethod",
		"emailAuthenticationMethod", "temporaryAccessPassAuthenticationMethod", "platformCredentialAuthenticationMethod",
		"externalAuthenticationMethod", "qrCodePinAuthenticationMethod"}
}

// TestAuthMethods_EveryKind: each goes on its own path, the default one last, the password never.
func TestAuthMethods_EveryKind(t *testing.T) {
	r := writer(t, graphsim.Options{})
	u := r.person(true).ID()
	must(t, r.Tenant().SetAuthMethods(u, deletable()...))
	all := r.Tenant().AuthMethods(u)
	if rows := r.ok("/users/" + u + "/authentication/methods").Value; len(rows) != 12 || rows[1]["@odata.type"] != "#microsoft.graph.phoneAuthenticationMethod" {
		t.Fatalf("%v", rows)
	}
	r.write("DELETE", methodPath(u, all[0]), "", 405, "")
	r.write("DELETE", "/users/"+u+"/authentication/methods/"+all[2].ID, "", 405, "")
	r.write("DELETE", "/users/"+u+"/authentication/fido2Methods/"+all[2].ID, "", 404, "")
	for _, m := range all[1:] {
		status := 204
		if m.Default {
			status = 400
		}
		if a := r.write("DELETE", methodPath(u, m), "", status, ""); status == 400 && a.Error.Code != "badRequest" {
			t.Errorf("%s", a.body)
		}
	}
	r.write("DELETE", methodPath(u, all[2]), "", 404, "")
	r.write("DELETE", methodPath(u, all[1]), "", 204, "")
	if left := r.Tenant().AuthMethods(u); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// TestAuthMethods_Lag: the service takes its time to take note of a deletion.
func TestAuthMethods_Lag(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now, MethodLag: 5 * time.Second})
	u := r.person(true).ID()
	must(t, r.Tenant().SetAuthMethods(u, "phoneAuthenticationMethod", "emailAuthenticationMethod"))
	m := r.Tenant().AuthMethods(u)
	r.write("DELETE", methodPath(u, m[2]), "", 204, "")
	r.write("DELETE", methodPath(u, m[1]), "", 400, "default")
	if rows := r.ok("/users/" + u + "/authentication/methods").Value; len(rows) != 3 {
		t.Errorf("%d are listed", len(rows))
	}
	c.move(5 * time.Second)
	r.write("DELETE", methodPath(u, m[1]), "", 204, "")
}

// TestAuthMethods_BothWordings: the refusal of the default method has two.
func TestAuthMethods_BothWordings(t *testing.T) {
	r := writer(t, graphsim.Options{DirectoryRoles: []string{"Global Administrator"}})
	seen := map[string]bool{}
	for _, u := range r.Census().Users[:20] {
		must(t, r.Tenant().SetAuthMethods(u.ID(), "fido2AuthenticationMethod", "emailAuthenticationMethod"))
		message := r.write("DELETE", methodPath(u.ID(), r.Tenant().AuthMethods(u.ID())[1]), "", 400, "").Error.Message
		seen[strings.ReplaceAll(message, r.Tenant().AuthMethods(u.ID())[1].ID, "…")] = true
	}
	if len(seen) != 2 {
		t.Errorf("%v", seen)
	}
}

func TestAuthMethods_SeedAndPermissions(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: []string{"User.Read.All", "UserAuthMethod-Email.ReadWrite.All"}})
	counts := map[int]bool{}
	for _, u := range r.Census().Users {
		counts[len(r.Tenant().AuthMethods(u.ID()))] = true
	}
	if !counts[1] || !counts[12] && !counts[14] || len(counts) < 5 {
		t.Errorf("numbers of methods: %v", counts)
	}
	u := r.person(true).ID()
	must(t, r.Tenant().SetAuthMethods(u, "phoneAuthenticationMethod", "emailAuthenticationMethod"))
	r.refused("/users/"+u+"/authentication/methods", 403, "Authorization_RequestDenied")
	r.write("DELETE", methodPath(u, r.Tenant().AuthMethods(u)[1]), "", 403, "")
	r.write("DELETE", methodPath(u, r.Tenant().AuthMethods(u)[2]), "", 204, "")
	again := start(t, graphsim.Options{})
	other := again.Census().Users[7].ID()
	if !slices.Equal(again.Tenant().AuthMethods(other), start(t, graphsim.Options{}).Tenant().AuthMethods(other)) {
		t.Error("the seed does not settle the methods")
	}
}
