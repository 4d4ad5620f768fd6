package graph

import (
	"net/http"
	"testing"
	"time"
)

func TestGetUser_FindsByIDAndByPrincipalName(t *testing.T) {
	sim, c := peopleAdmin(t)
	for _, want := range sim.Census().Users {
		if want.Text("userType") != "Guest" && want.Manager == "" {
			continue // guests have a # in the name
		}
		for _, key := range []string{want.ID(), want.Text("userPrincipalName")} {
			u, err := c.GetUser(t.Context(), key)
			if err != nil || u.ID != want.ID() {
				t.Fatalf("%q is %+v, %v", key, u, err)
			}
			if got := u.Manager; (got == nil) != (want.Manager == "") || got != nil && got.ID != want.Manager {
				t.Errorf("the manager of %s is %+v, not %q", key, got, want.Manager)
			}
		}
	}
	for _, key := range []string{"00000000-0000-4000-8000-000000000001", "nobody@contoso.com"} {
		if u, err := c.GetUser(t.Context(), key); !Missing(err) || u.ID != "" {
			t.Errorf("%q is %+v, %v", key, u, err)
		}
	}
}

func TestGetStoredUser_HasThePropertiesAndTheTimeOfTheDirectory(t *testing.T) {
	_, c := peopleAdmin(t)
	sent := newUser("stored@" + tenantDomain(t, c))
	made, _, err := c.CreateUser(t.Context(), sent, Password{Text: canary})
	if err != nil {
		t.Fatal(err)
	}
	u, err := c.GetStoredUser(t.Context(), made.UserPrincipalName, "mailNickname", "displayName")
	if err != nil {
		t.Fatal(err)
	}
	if u.Properties["mailNickname"] != sent["mailNickname"] || u.Properties["accountEnabled"] != true || u.ID != made.ID {
		t.Errorf("the user is %+v", u)
	}
	if age := u.Read.Sub(*u.CreatedDateTime); age < -time.Second || age > time.Minute {
		t.Errorf("the user is %v old", age)
	}
}

func TestGetStoredUser_RefusesWhatIsNoUser(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"id":7}`} {
		c := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }).client(t)
		if u, err := c.GetUser(t.Context(), "x"); err == nil {
			t.Errorf("%s is the user %+v", body, u)
		}
	}
}

func TestFindUsersByEmployeeID(t *testing.T) {
	sim, c := peopleAdmin(t)
	users := sim.Census().Users
	set := func(i int, employeeID string) {
		if err := sim.Tenant().Update(users[i].ID(), map[string]any{"employeeId": employeeID}); err != nil {
			t.Fatal(err)
		}
	}
	set(0, "one'only")
	set(1, "twice")
	set(2, "twice")
	for id, want := range map[string]int{"one'only": 1, "twice": 2, "nobody": 0} {
		found, err := c.FindUsersByEmployeeID(t.Context(), id)
		if err != nil || len(found) != want {
			t.Errorf("%q: %d users, %v", id, len(found), err)
		}
	}
}

func TestIsDeletedUser_KnowsTheRecycleBin(t *testing.T) {
	sim, c := peopleAdmin(t)
	id := sim.Census().Users[0].ID()
	for _, deleted := range []bool{false, true} {
		if is, err := c.IsDeletedUser(t.Context(), id); err != nil || is != deleted {
			t.Errorf("%v, %v, want %v", is, err, deleted)
		}
		if !deleted {
			if _, err := c.DeleteUser(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
	}
}
