package entra

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// E03: deletes an account; the next sync has no such user, and once more is a success too.
func TestE03_DeletesAnAccount(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, graphsim.Options{Seed: 21})
	id := a.someone(false)
	if a.synced().Resources["user:"+id] == nil {
		t.Fatal("the sync does not show the user")
	}
	for _, there := range []bool{true, false} {
		a.sim.ResetHistory()
		gone, err := a.remove(id)
		if err != nil || gone == there {
			t.Errorf("there was one: %v; there was none: %v, %v", there, gone, err)
		}
		a.wantWritten("DELETE /users/" + id)
		if a.synced().Resources["user:"+id] != nil || a.user(id) != nil {
			t.Error("the user is there")
		}
	}
}

// E03: to delete an administrator takes a directory role; without it the refusal says which.
func TestE03_AnAdministrator(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, graphsim.Options{Seed: 22})
	id := a.someone(true)
	_, err := a.remove(id)
	wantDenied(t, err, "Privileged Authentication Administrator", "Global Administrator", "User.DeleteRestore.All")
	if a.user(id) == nil {
		t.Fatal("the administrator is gone")
	}
	for _, role := range []string{"Privileged Authentication Administrator", "Global Administrator"} {
		if err := a.sim.SetDirectoryRoles(role); err != nil {
			t.Fatal(err)
		}
		id := a.someone(true)
		if gone, err := a.remove(id); err != nil || gone || a.user(id) != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
}

func wantDenied(t *testing.T, err error, words ...string) {
	t.Helper()
	missing := slices.DeleteFunc(words, func(w string) bool { return err != nil && strings.Contains(err.Error(), w) })
	if status.Code(err) != codes.PermissionDenied || len(missing) > 0 {
		t.Errorf("the refusal does not say %q: %v", missing, err)
	}
}

// E03: whichever answer is lost, and the same task again where that failed: the user is in the recycle bin.
func TestE03_LostAnswers(t *testing.T) {
	t.Parallel()
	for i, f := range lostAnswers() {
		o := graphsim.Options{Seed: 23}
		if i%2 == 0 {
			o.ReplicationDelay = 4 * time.Second
		}
		a := manageAccounts(t, o)
		id, others := a.someone(false), len(a.sim.Census().Users)-1
		f.PathContains = "/v1.0/"
		a.sim.Fail(f)
		_, err := a.remove(id)
		if err != nil {
			t.Logf("%+v: once more after %v", f, err)
			_, err = a.remove(id)
		}
		if err != nil || a.user(id) != nil || len(a.sim.Census().Users) != others {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestE03_RefusesWhatIsNoUser(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, graphsim.Options{Seed: 24})
	for _, id := range []string{"", "me", "noor.new@contoso.com", "../groups/x"} {
		if _, err := a.remove(id); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v", id, err)
		}
	}
	a.wantWritten()
}
