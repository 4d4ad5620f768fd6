package onelogin

import (
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// forgets lets the answer to a request be lost that was done, and refuses the same password the second time, as a policy
// does that remembers passwords.
func (d *writeDesk) forgets(method, first string) {
	const set = "/set_password_clear_text/"
	d.sim.Fail(oneloginsim.Fault{PathContains: first, Method: method, Kind: oneloginsim.AnswerLost})
	d.sim.Fail(oneloginsim.Fault{PathContains: set, Status: http.StatusUnprocessableEntity, Message: "Password was used before"})
}

// A password that is set, and that no one hands over, would lock the user out: where the answer to the first try was lost,
// the refusal of the second is no decision, and asking again sets another one.
func TestAccounts_APasswordWhoseAnswerWasLostIsNotRefused(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 28, nil, nil)
	person := d.people(1)[0]
	rotate := func() (string, error) {
		handed, _, err := (&userSyncer{c: d.c}).Rotate(t.Context(), connector.ResourceID(typeUser, numbered(person)), randomPassword())
		if err != nil {
			return "", err
		}
		return string(handed[0].GetBytes()), nil
	}
	create := func() (string, error) {
		_, password, err := d.create(form("new@acme.example", nil), randomPassword())
		return password, err
	}
	for name, op := range map[string]struct {
		do            func() (string, error)
		method, first string
		user          func() int64
	}{
		"rotate": {rotate, http.MethodPut, "/set_password_clear_text/", func() int64 { return person }},
		"create": {create, http.MethodPost, "/api/2/users", func() int64 { return d.with("new@acme.example")[0] }},
	} {
		d.forgets(op.method, op.first)
		if _, err := op.do(); status.Code(err) != codes.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
		d.sim.ClearFaults()
		password, err := op.do()
		if err != nil || password == "" || d.sim.Account().Password(op.user()) != password {
			t.Errorf("%s, once more: %v; what was handed over is the password: %v", name, err, password != "")
		}
	}
	if !strings.Contains(d.sent.last("validate_policy"), "true") {
		t.Error("the policy was not asked")
	}
}
