package graph

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// addUser puts a user with a principal name into the tenant.
func addUser(t *testing.T, sim *graphsim.Server, upn string, more map[string]any) string {
	t.Helper()
	properties := map[string]any{"displayName": "X", "userPrincipalName": upn, "accountEnabled": true}
	for name, value := range more {
		properties[name] = value
	}
	id, err := sim.Tenant().AddUser(properties)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestLookUpAddresses_KnowsEveryWayToHoldOne(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 61})
	c := simClient(t, sim)
	domain := tenantDomain(t, c)
	at := func(local string) string { return local + "@" + domain }
	addUser(t, sim, at("zz.o'hare"), nil)
	addUser(t, sim, at("zz.o'hare1"), nil)
	addUser(t, sim, at("other1"), map[string]any{"mail": at("Zz.O'Hare2")})
	addUser(t, sim, at("other2"), map[string]any{"proxyAddresses": []string{"SMTP:" + at("zz.o'hare3"), "smtp:" + at("zz.o'hare4")}})
	for n, properties := range []map[string]any{{"mail": at("zz.o'hare5")}, {"proxyAddresses": []string{"smtp:" + at("zz.o'hare6")}}} {
		properties["displayName"] = fmt.Sprintf("Group %d", n)
		if _, err := sim.Tenant().AddGroup(properties); err != nil {
			t.Fatal(err)
		}
	}
	for n := 7; n < 40; n++ {
		addUser(t, sim, at(fmt.Sprintf("zz.o'hare%d", n)), nil)
	}
	sim.ResetHistory()
	found, err := c.LookUpAddresses(t.Context(), at("zz.o'hare"))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 40 {
		if name := Numbered(at("zz.o'hare"), n); found.Taken[name] == "" {
			t.Errorf("nobody holds %s", name)
		}
	}
	if name := at("zz.o'hare40"); found.Taken[name] != "" || found.More || found.NoDeleted != nil {
		t.Errorf("%s: %q, more %v, %v", name, found.Taken[name], found.More, found.NoDeleted)
	}
	if sent := graphRequests(sim); len(sent) != 1 || sent[0].Path != "/v1.0/$batch" {
		t.Errorf("%d requests, the first to %s", len(sent), sent[0].Path)
	}
	if got := found.Taken[at("zz.o'hare")]; got != "a user has it as user principal name" {
		t.Errorf("got %q", got)
	}
	if got := found.Taken[at("zz.o'hare5")]; got != "a group has it as mail address" {
		t.Errorf("got %q", got)
	}
}

// A token may run out between two requests of one batch.
func TestLookUpAddresses_SendsABatchAgainWhoseTokenRanOutWithin(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 65})
	c := simClient(t, sim)
	upn := "zz.new@" + tenantDomain(t, c)
	addUser(t, sim, upn, nil)
	sim.ResetHistory()
	sim.Fail(graphsim.Fault{PathContains: "/v1.0/groups", Status: http.StatusUnauthorized})
	found, err := c.LookUpAddresses(t.Context(), upn)
	if err != nil || found.Taken[upn] == "" {
		t.Errorf("%v, %v", found, err)
	}
	if n := len(graphRequests(sim)); n != 2 {
		t.Errorf("%d batches, want 2", n)
	}
}

func TestLookUpAddresses_TellsOfDeletedUsers(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 62, DirectoryRoles: []string{"Global Administrator"},
		Permissions: append(graphsim.ReadPermissions(), "User.ReadWrite.All")})
	c := simClient(t, sim)
	upn := "zz.gone@" + tenantDomain(t, c)
	if _, err := c.DeleteUser(t.Context(), addUser(t, sim, Numbered(upn, 3), nil)); err != nil {
		t.Fatal(err)
	}
	found, err := c.LookUpAddresses(t.Context(), upn)
	if err != nil || len(found.Taken) != 0 {
		t.Fatalf("%v, %v", found.Taken, err)
	}
	for n := range maxDeletedNames {
		if found.Deleted[Numbered(upn, n)] != (n == 3) {
			t.Errorf("deleted: %v", found.Deleted)
		}
	}
}

// batchItems answers each item of a batch by itself.
func batchItems(n int, answer func(i int) string) string {
	var items []string
	for i := range n {
		items = append(items, fmt.Sprintf(`{"id":"%d",%s}`, i+1, answer(i)))
	}
	return `{"responses":[` + strings.Join(items, ",") + `]}`
}

func TestLookUpAddresses_TakesNothingForFreeThatItCouldNotRead(t *testing.T) {
	const rows, denied = `"status":200,"body":{"value":[]}`, `"status":403,"body":{"error":{"code":"Authorization_RequestDenied","message":"no"}}`
	n := len((&Client{}).addressQuestions("a@b"))
	if n > maxBatch {
		t.Fatalf("%d questions do not fit in a batch", n)
	}
	for bad := range n {
		server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, batchItems(n, func(i int) string {
				if i == bad {
					return denied
				}
				return rows
			}))
		})
		found, err := server.client(t).LookUpAddresses(t.Context(), "a@b")
		if bad == 0 { // the recycle bin only adds to the reason
			if err != nil || found.NoDeleted == nil {
				t.Errorf("the recycle bin: %v, %v", found.NoDeleted, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("question %d is refused, and there is no error", bad)
		}
	}
}

func TestLookUpAddresses_SaysWhereThereAreMoreThanItRead(t *testing.T) {
	n := len((&Client{}).addressQuestions("a@b"))
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, batchItems(n, func(i int) string {
			if i == n-1 {
				return `"status":200,"body":{"value":[],"@odata.nextLink":"https://` + r.Host + `/v1.0/users?$skiptoken=x"}`
			}
			return `"status":200,"body":{"value":[]}`
		}))
	})
	found, err := server.client(t).LookUpAddresses(t.Context(), "a@b")
	if err != nil || !found.More {
		t.Errorf("more: %v, %v", found.More, err)
	}
}
