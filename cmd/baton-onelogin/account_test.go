package main_test

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// account is a simulated OneLogin account, with privileges synced, as the tests of all programs see it.
type account struct{ *oneloginsim.Server }

var _ servicekit.Account = account{}

// startAccount starts one for the length of the test.
func startAccount(t *testing.T, o oneloginsim.Options) account {
	t.Helper()
	return account{oneloginsim.Start(t, o)}
}

// smallAccount has every kind of object and takes a moment to sync.
func smallAccount(t *testing.T, traffic io.Writer) servicekit.Account {
	t.Helper()
	return startAccount(t, oneloginsim.Options{Seed: 7, Users: 60, Roles: 8, Apps: 8, Groups: 4, Privileges: 3, Traffic: traffic})
}

func (a account) Env(caFile string) map[string]string {
	variables := a.Server.Env(caFile)
	variables["BATON_PRIVILEGES_ENABLED"] = "true"
	return variables
}

func (a account) Secrets() []string { return []string{a.Options().ClientSecret} }

func (a account) People() []string {
	var all []string
	for _, u := range a.Census().Users {
		name := fmt.Sprint(u.Fields["firstname"], " ", u.Fields["lastname"])
		for _, text := range []string{u.Email, u.Username, name} {
			if strings.ContainsAny(text, "@ ") && !strings.Contains(text, "<nil>") {
				all = append(all, text)
			}
		}
	}
	return all
}

func (a account) Written() []string {
	var all []string
	for _, r := range a.Writes() {
		if r.Status < 300 {
			all = append(all, r.Method+" "+r.Path)
		}
	}
	return all
}

func (a account) Asked(part string) (n int) {
	for _, r := range a.History() {
		if !strings.HasPrefix(r.Path, "/auth/") && strings.Contains(r.Path, part) {
			n++
		}
	}
	return n
}

func (a account) SignIns() int { return a.Traffic()["POST /auth/oauth2/v2/token"] }

func (a account) Dropped() (n int) {
	for _, r := range a.History() {
		if r.Status == 0 {
			n++
		}
	}
	return n
}

func (a account) DropAfter(requests int) {
	a.Fail(oneloginsim.Fault{Kind: oneloginsim.Drop, Skip: requests, Times: -1})
}

func (a account) RefuseForGood(status int) {
	a.Fail(oneloginsim.Fault{PathContains: "/api/2/apps", Status: status, Times: -1})
}

func (a account) EndTokenAfter(requests int) {
	a.Fail(oneloginsim.Fault{Kind: oneloginsim.ExpireTokens, PathContains: "/api/", Skip: requests})
}

func (a account) Newcomer(*testing.T) string {
	return text(a.Account().AddUser(map[string]any{"username": "added", "email": "added@acme.example", "firstname": "Added", "lastname": "Later"}))
}

func (a account) Rights(t *testing.T, user string) []servicekit.Right {
	t.Helper()
	role, privilege := text(a.Account().AddRole("Made here")), a.Census().Privileges[0].ID
	of := func(key, slug, path, one string) servicekit.Right {
		return servicekit.Right{ID: key + ":" + slug, Grant: "POST " + path, Revoke: "DELETE " + path + one}
	}
	return []servicekit.Right{
		of("role:"+role, "member", "/api/2/roles/"+role+"/users", ""),
		of("role:"+role, "admin", "/api/2/roles/"+role+"/admins", ""),
		of("privilege:"+privilege, "assigned", "/api/1/privileges/"+privilege+"/users", "/"+user),
	}
}

func (a account) Rename(t *testing.T, user, name string) {
	t.Helper()
	first, last, _ := strings.Cut(name, " ")
	must(t, a.Account().UpdateUser(number(t, user), map[string]any{"firstname": first, "lastname": last}))
}

func (a account) Delete(t *testing.T, user string) {
	t.Helper()
	a.Account().DeleteUser(number(t, user))
}

func (a account) Named(t *testing.T, form map[string]any) string {
	t.Helper()
	var ids []string
	for _, u := range a.Census().Users {
		if u.Email != form["email"] {
			continue
		}
		ids = append(ids, text(u.ID))
		for field, value := range form {
			if u.Fields[field] != value {
				t.Errorf("the %s of the new account is %v, want %v", field, u.Fields[field], value)
			}
		}
	}
	if len(ids) != 1 {
		t.Fatalf("%d users have the address %v", len(ids), form["email"])
	}
	return ids[0]
}

func (a account) Password(user string) string {
	id, _ := strconv.ParseInt(user, 10, 64)
	return a.Account().Password(id)
}

// Actions are done to one user, who is locked in between and has another one as the manager.
func (a account) Actions(t *testing.T) []servicekit.ActionCase {
	t.Helper()
	id, manager := a.Newcomer(t), a.Census().Users[0].Email
	of := func(name string, more map[string]any, words ...string) servicekit.ActionCase {
		args := map[string]any{"user_id": id}
		for k, v := range more {
			args[k] = v
		}
		return servicekit.ActionCase{Action: name, Args: args, Writes: 1, Words: words}
	}
	return []servicekit.ActionCase{
		of("disable_user", nil), of("enable_user", nil), of("lock_user", map[string]any{"minutes": 5}), of("unlock_user", nil), of("log_out_user", nil),
		of("update_user", map[string]any{"user_profile": `{"title":"Engineer","department":null}`}, "updated_fields", "title"),
		of("update_profile", map[string]any{"department": "Sales"}, "updated_fields", "department"),
		of("set_manager", map[string]any{"manager": manager}), of("set_manager", map[string]any{"manager": ""}),
	}
}

func text(id int64) string { return strconv.FormatInt(id, 10) }

func number(t *testing.T, id string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(id, 10, 64)
	must(t, err)
	return n
}

// keys are "<type>:<id>" in order.
func keys(resourceType string, ids []int64) []string {
	var all []string
	for _, id := range ids {
		all = append(all, resourceType+":"+text(id))
	}
	slices.Sort(all)
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
