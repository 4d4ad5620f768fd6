package graphsim_test

import (
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestDirectoryRoles(t *testing.T) {
	const password = `{"passwordProfile":{"password":"Another-horse-8"}}`
	for roles, want := range map[string][4]int{ // password of an ordinary user, then password, disabling and methods of an administrator
		"":                       {403, 403, 403, 403},
		"Helpdesk Administrator": {204, 403, 403, 403},
		"Password Administrator": {204, 403, 403, 403},
		"User Administrator":     {204, 403, 403, 403},
		"Exchange Administrator": {403, 403, 403, 403},
		"Privileged Authentication Administrator": {204, 204, 204, 204},
		"Global Administrator":                    {204, 204, 204, 204},
	} {
		r := writer(t, graphsim.Options{DirectoryRoles: strings.FieldsFunc(roles, func(c rune) bool { return c == ',' })})
		admin := r.administrator()
		must(t, r.Tenant().SetAuthMethods(admin.ID(), "phoneAuthenticationMethod"))
		got := [4]int{
			r.send("PATCH", "/users/"+r.person(true).ID(), password, nil).status, 0, 0,
			r.send("DELETE", "/users/"+admin.ID()+"/authentication/phoneMethods/"+r.Tenant().AuthMethods(admin.ID())[1].ID, "", nil).status}
		if admin.Get("onPremisesSyncEnabled") == nil {
			got[1] = r.send("PATCH", "/users/"+admin.ID(), password, nil).status
			got[2] = r.send("PATCH", "/users/"+admin.ID(), `{"accountEnabled":false}`, nil).status
		}
		if got != want {
			t.Errorf("%q: %v, want %v", roles, got, want)
		}
		if s := r.send("POST", "/users/"+admin.ID()+"/revokeSignInSessions", "", nil).status; (s == 200) != (want[1] == 204) {
			t.Errorf("%q: sessions of an administrator: %d", roles, s)
		}
		if s := r.send("DELETE", "/users/"+admin.ID(), "", nil).status; s != want[1] {
			t.Errorf("%q: deletion of an administrator: %d", roles, s)
		}
	}
	for _, bad := range []graphsim.Options{{DirectoryRoles: []string{"King"}}, {ExchangeDelay: -1}, {MethodLag: -1}} {
		if _, err := graphsim.New(bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestRevokeSessions(t *testing.T) {
	r := writer(t, graphsim.Options{})
	u := r.person(true)
	a := r.write("POST", "/users/"+u.ID()+"/revokeSignInSessions", "", 200, "")
	if !strings.Contains(string(a.body), `"value":true`) || r.userNow(u.ID()).Text("signInSessionsValidFromDateTime") == "" {
		t.Errorf("%s, %v", a.body, r.userNow(u.ID()).Get("signInSessionsValidFromDateTime"))
	}
	r.write("POST", "/users/"+u.ID()+"/microsoft.graph.revokeSignInSessions", "", 200, "")
	r.write("POST", "/users/nobody@contoso.com/revokeSignInSessions", "", 404, "")
}
