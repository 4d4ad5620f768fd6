package entra

import (
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestRotate_GivesAUserANewPassword(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, graphsim.Options{Seed: 31, DirectoryRoles: []string{"Helpdesk Administrator"}})
	id := a.someone(false)
	last := ""
	for _, change := range []bool{false, true} {
		a.sim.ResetHistory()
		options := randomPassword()
		options.SetForceChangeAtNextLogin(change)
		password, err := a.rotate(id, options)
		if err != nil || password == last {
			t.Fatalf("the same password again, or %v", err)
		}
		a.wantPassword(id, password, change)
		a.wantWritten("PATCH /users/" + id)
		last = password
	}
}

func TestRotate_SaysWhichDirectoryRoleIsMissing(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, graphsim.Options{Seed: 32})
	_, err := a.rotate(a.someone(false), randomPassword())
	wantDenied(t, err, "Helpdesk Administrator", "Password Administrator", "User Administrator", "User-PasswordProfile.ReadWrite.All")
	if err := a.sim.SetDirectoryRoles("User Administrator"); err != nil {
		t.Fatal(err)
	}
	_, err = a.rotate(a.someone(true), randomPassword())
	wantDenied(t, err, "Privileged Authentication Administrator", "Global Administrator")
}

func TestRotate_RefusesWhatIsNoPasswordOfAUser(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(33))
	for _, options := range []*v2.CredentialOptions{nil, noPassword()} {
		if _, err := a.rotate(a.someone(false), options); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%v: %v", options, err)
		}
	}
	if _, err := a.rotate("me", randomPassword()); status.Code(err) != codes.InvalidArgument {
		t.Errorf("no user: %v", err)
	}
	a.wantWritten()
	if _, err := a.rotate("00000000-0000-4000-8000-000000000001", randomPassword()); status.Code(err) != codes.NotFound {
		t.Errorf("nobody: %v", err)
	}
}

func TestRotate_PasswordsFromActiveDirectoryAreChangedThere(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(35))
	id := a.someone(false)
	if err := a.sim.Tenant().Update(id, map[string]any{"onPremisesSyncEnabled": true}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.rotate(id, randomPassword()); status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "Active Directory") {
		t.Errorf("%v", err)
	}
}

// Whichever answer is lost, and the same task again where that failed: the user has the password of the vault.
func TestRotate_LostAnswers(t *testing.T) {
	t.Parallel()
	for _, times := range []int{1, 3} {
		for _, f := range lostAnswers() {
			a := manageAccounts(t, admin(34))
			id := a.someone(false)
			f.PathContains, f.Times = "/v1.0/", times
			a.sim.Fail(f)
			password, err := a.rotate(id, randomPassword())
			if err != nil {
				t.Errorf("%+v: %v", f, err)
				continue
			}
			a.wantPassword(id, password, false)
		}
	}
}
