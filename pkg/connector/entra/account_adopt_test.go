package entra

import (
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// E02: the same account once more is the same user with the new password, and nobody is there twice.
func TestE02_ARepetitionTakesOverTheUserOfTheFirstTry(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(11))
	boss := a.someone(false)
	first, old, err := a.create(form(map[string]any{"manager": boss}), randomPassword())
	if err != nil {
		t.Fatal(err)
	}
	a.sim.ResetHistory()
	second, password, err := a.create(form(map[string]any{"manager": boss, "userPrincipalName": "Noor.New@contoso.com"}), randomPassword())
	if err != nil || second != first || password == old {
		t.Fatalf("the second try is %s, the first was %s: %v", second, first, err)
	}
	a.wantPassword(first, password, true)
	a.wantWritten("POST /users", "PATCH /users/"+first)
	if n := len(a.named("noor.new@contoso.com")); n != 1 {
		t.Errorf("%d users have the name", n)
	}
}

// E02: every character that a principal name may have gets through the path of a request.
func TestE02_TakesOverWhateverTheName(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(10))
	values := form(map[string]any{"userPrincipalName": "O'Noor-N.e_w!#^~9@contoso.com"})
	first, _, err := a.create(values, randomPassword())
	if err != nil {
		t.Fatal(err)
	}
	second, password, err := a.create(values, randomPassword())
	if err != nil || second != first {
		t.Fatalf("the second try is %s, the first was %s: %v", second, first, err)
	}
	a.wantPassword(first, password, true)
}

// E02: whoever cannot be from an earlier try is AlreadyExists, and is left alone.
func TestE02_TakesOverNobodyElse(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(a *accounts, id string, values map[string]any) error{
		"older": func(a *accounts, id string, _ map[string]any) error {
			return a.sim.Tenant().Update(id, map[string]any{"createdDateTime": time.Now().Add(-10*time.Minute - 5*time.Second).UTC().Format(time.RFC3339)})
		},
		"of unknown age": func(a *accounts, id string, _ map[string]any) error {
			return a.sim.Tenant().Update(id, map[string]any{"createdDateTime": nil})
		},
		"another department": func(_ *accounts, _ string, values map[string]any) error { values["department"] = "Sales"; return nil },
		"a field more": func(_ *accounts, _ string, values map[string]any) error {
			values[fieldAdditional] = `{"city": "Oslo"}`
			return nil
		},
		"disabled since": func(a *accounts, id string, _ map[string]any) error {
			return a.sim.Tenant().Update(id, map[string]any{"accountEnabled": false})
		},
		"another manager": func(a *accounts, id string, values map[string]any) error {
			values["manager"] = a.someone(true)
			return a.sim.Tenant().SetManager(id, a.someone(false))
		},
		"only the alias": func(_ *accounts, _ string, values map[string]any) error {
			values["userPrincipalName"] = "someone.else@contoso.com"
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := manageAccounts(t, admin(12))
			values := form(nil)
			id, password, err := a.create(values, randomPassword())
			if err != nil {
				t.Fatal(err)
			}
			if err := change(a, id, values); err != nil {
				t.Fatal(err)
			}
			before := len(a.sim.Census().Users)
			a.sim.ResetHistory()
			if _, _, err := a.create(values, randomPassword()); status.Code(err) != codes.AlreadyExists {
				t.Errorf("%v", err)
			}
			a.wantWritten("POST /users")
			a.wantPassword(id, password, true)
			if after := len(a.sim.Census().Users); after != before {
				t.Errorf("%d users, before %d", after, before)
			}
		})
	}
}

// E02: nor after a lost answer, where reading finds somebody else under the name.
func TestE02_TakesOverNobodyElseAfterALostAnswer(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(15))
	id, password, err := a.create(form(nil), randomPassword())
	if err != nil {
		t.Fatal(err)
	}
	a.sim.ResetHistory()
	a.sim.Fail(graphsim.Fault{Method: http.MethodPost, PathContains: "/users", Kind: graphsim.Drop})
	if _, _, err := a.create(form(map[string]any{"department": "Sales"}), randomPassword()); status.Code(err) != codes.AlreadyExists {
		t.Errorf("%v", err)
	}
	a.wantWritten("POST /users")
	a.wantPassword(id, password, true)
}

// lostAnswers are faults at whatever request: before the write happened, and after.
func lostAnswers() []graphsim.Fault {
	return []graphsim.Fault{
		{Kind: graphsim.Drop},
		{Kind: graphsim.Cut},
		{Kind: graphsim.AnswerLost},
		{Kind: graphsim.AnswerLost, Status: http.StatusGatewayTimeout},
		{Kind: graphsim.HTMLBody, Status: http.StatusBadGateway},
		{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"},
		{Status: http.StatusGatewayTimeout, Code: "UnknownError"},
		{Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation", Message: "A conflicting object is being changed."},
		{Status: http.StatusTooManyRequests, Code: "TooManyRequests", RetryAfter: "1"},
	}
}

// E02: an answer that is lost at any request, and the same task again where that failed: one user, as asked for,
// with the password that is in the vault.
func TestE02_LostAnswers(t *testing.T) {
	t.Parallel()
	const requests = 4 // domains, manager, user, the user's manager
	for i, f := range lostAnswers() {
		for at := range requests {
			o := admin(13)
			if i%2 == 0 {
				o.ReplicationDelay = 4 * time.Second
			}
			a := manageAccounts(t, o)
			values := form(map[string]any{"manager": a.someone(false)})
			f.PathContains, f.Skip = "/v1.0/", at
			a.sim.Fail(f)
			id, password, err := a.create(values, randomPassword())
			if err != nil {
				t.Logf("%+v: once more after %v", f, err)
				id, password, err = a.create(values, randomPassword())
			}
			if err != nil {
				t.Errorf("%+v: %v", f, err)
				continue
			}
			a.wantPassword(id, password, true)
			users := a.named("noor.new@contoso.com")
			if len(users) != 1 || users[0].ID() != id || users[0].Text("department") != "Research" {
				t.Errorf("%+v: %d users have the name", f, len(users))
			}
			if users[0].Manager != values["manager"] {
				t.Errorf("%+v: the manager is %q", f, users[0].Manager)
			}
		}
	}
}

// E02: a kill after any request, and the same task again.
func TestE02_AnswersThatStayLost(t *testing.T) {
	t.Parallel()
	for at := range 4 {
		a := manageAccounts(t, admin(14))
		values := form(map[string]any{"manager": a.someone(false)})
		a.sim.Fail(graphsim.Fault{Kind: graphsim.AnswerLost, PathContains: "/v1.0/", Skip: at, Times: -1})
		_, _, first := a.create(values, randomPassword())
		a.sim.ClearFaults()
		id, password, err := a.create(values, randomPassword())
		if err != nil {
			t.Errorf("lost from request %d on, first %v, then: %v", at, first, err)
			continue
		}
		a.wantPassword(id, password, true)
		if users := a.named("noor.new@contoso.com"); len(users) != 1 || users[0].Manager != values["manager"] {
			t.Errorf("lost from request %d on: %d users have the name", at, len(users))
		}
	}
}
