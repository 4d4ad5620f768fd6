package graph

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// canary is a password that nothing but the body of a request may hold.
const canary = "Canary-7f3a!Zq"

// peopleAdmin is a tenant where the application may change everybody.
func peopleAdmin(t *testing.T) (*graphsim.Server, *Client) {
	t.Helper()
	sim := startSim(t, graphsim.Options{Seed: 3, DirectoryRoles: []string{"Global Administrator"},
		Permissions: []string{"User.Read.All", "User.ReadWrite.All"}})
	return sim, simClient(t, sim)
}

func newUser(upn string) map[string]any {
	return map[string]any{"displayName": "New User", "mailNickname": strings.ReplaceAll(upn[:strings.Index(upn, "@")], "'", ""),
		"userPrincipalName": upn, "accountEnabled": true, "employeeId": "n-1", "usageLocation": "US"}
}

// tenantDomain is a domain of a tenant whose users sign in here.
func tenantDomain(t *testing.T, c *Client) string {
	t.Helper()
	domains, err := c.ListVerifiedDomains(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(domains, func(d Domain) bool { return d.Type == "Managed" })
	if i < 0 || !slices.ContainsFunc(domains, Domain.Federated) {
		t.Fatalf("the domains are %+v", domains)
	}
	return domains[i].Name
}

// record is a user as the tenant holds it.
func record(t *testing.T, sim *graphsim.Server, id string) *graphsim.Record {
	t.Helper()
	for _, u := range sim.Census().Users {
		if u.ID() == id {
			return &u
		}
	}
	return nil
}

func TestCreateUser_HasWhatWasSentAndTheNewID(t *testing.T) {
	sim, c := peopleAdmin(t)
	sent := newUser("o'new.user@" + tenantDomain(t, c))
	kept := maps.Clone(sent)
	u, receipt, err := c.CreateUser(t.Context(), sent, Password{Text: canary, Change: true})
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(sent, kept) {
		t.Errorf("the caller's properties became %v", sent)
	}
	if receipt.RequestID == "" || u.DisplayName != "New User" || u.AccountEnabled == nil || !*u.AccountEnabled || u.UsageLocation != "US" {
		t.Errorf("the user is %+v, the receipt %+v", u, receipt)
	}
	row := record(t, sim, u.ID)
	for name, want := range sent {
		if got := row.Get(name); got != want {
			t.Errorf("%s is %v, sent was %v", name, got, want)
		}
	}
	if text, change := sim.Tenant().Password(u.ID); text != canary || !change {
		t.Errorf("the password is %q, to be changed: %v", text, change)
	}
	again, _, err := c.CreateUser(t.Context(), sent, Password{Text: canary})
	if !Taken(err) || again.ID != "" || Unclear(err) {
		t.Errorf("the same user once more: %+v, %v", again, err)
	}
}

func TestUserWrites_ChangeAUserAndNothingElse(t *testing.T) {
	sim, c := peopleAdmin(t)
	u, _, err := c.CreateUser(t.Context(), newUser("writes@"+tenantDomain(t, c)), Password{Text: canary})
	if err != nil {
		t.Fatal(err)
	}
	boss := sim.Census().Users[0].ID()
	reference := CloudOf("graph.microsoft.com").Reference(boss)
	steps := []struct {
		name string
		do   func() (Receipt, error)
		ok   func(*graphsim.Record) bool
	}{
		{"update", func() (Receipt, error) {
			return c.UpdateUser(t.Context(), u.ID, map[string]any{"department": "Research", "employeeId": nil, "accountEnabled": false})
		}, func(r *graphsim.Record) bool {
			return r.Text("department") == "Research" && r.Get("employeeId") == nil && r.Get("accountEnabled") == false && r.Text("usageLocation") == "US"
		}},
		{"manager", func() (Receipt, error) { return c.SetManager(t.Context(), u.ID, reference) }, func(r *graphsim.Record) bool { return r.Manager == boss }},
		{"no manager", func() (Receipt, error) { return c.RemoveManager(t.Context(), u.ID) }, func(r *graphsim.Record) bool { return r.Manager == "" }},
		{"password", func() (Receipt, error) {
			return c.SetPassword(t.Context(), u.ID, Password{Text: canary + "2", Change: true})
		},
			func(*graphsim.Record) bool {
				text, change := sim.Tenant().Password(u.ID)
				return text == canary+"2" && change
			}},
		{"delete", func() (Receipt, error) { return c.DeleteUser(t.Context(), u.ID) }, func(r *graphsim.Record) bool { return r == nil }},
		{"restore", func() (Receipt, error) { return c.RestoreUser(t.Context(), u.ID) }, func(r *graphsim.Record) bool { return r != nil }},
	}
	for _, s := range steps {
		sim.ResetHistory()
		receipt, err := s.do()
		if err != nil || receipt.RequestID == "" {
			t.Fatalf("%s: %+v, %v", s.name, receipt, err)
		}
		if !s.ok(record(t, sim, u.ID)) {
			t.Errorf("%s: the tenant holds something else", s.name)
		}
		if n := len(graphRequests(sim)); n != 1 {
			t.Errorf("%s: %d requests", s.name, n)
		}
	}
}

func TestUserWrites_SayThatSomethingIsMissing(t *testing.T) {
	sim, c := peopleAdmin(t)
	const nobody = "00000000-0000-4000-8000-000000000001"
	somebody := sim.Census().Users[0].ID()
	for name, do := range map[string]func() (Receipt, error){
		"update":      func() (Receipt, error) { return c.UpdateUser(t.Context(), nobody, map[string]any{"department": "x"}) },
		"password":    func() (Receipt, error) { return c.SetPassword(t.Context(), nobody, Password{Text: canary}) },
		"delete":      func() (Receipt, error) { return c.DeleteUser(t.Context(), nobody) },
		"restore":     func() (Receipt, error) { return c.RestoreUser(t.Context(), nobody) },
		"not deleted": func() (Receipt, error) { return c.RestoreUser(t.Context(), somebody) },
		"unknown manager": func() (Receipt, error) {
			return c.SetManager(t.Context(), somebody, CloudOf("graph.microsoft.com").Reference(nobody))
		},
		"manager of none": func() (Receipt, error) { return c.RemoveManager(t.Context(), nobody) },
	} {
		if _, err := do(); !Missing(err) || Unclear(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPasswords_StayOutOfErrors(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Profile map[string]any `json:"passwordProfile"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": "Request_BadRequest",
			"message": "The password " + body.Profile["password"].(string) + " is banned."}})
	}
	c := startCanned(t, echo).client(t)
	_, _, created := c.CreateUser(t.Context(), newUser("a@b.c"), Password{Text: canary})
	_, set := c.SetPassword(t.Context(), "id", Password{Text: canary})
	for _, err := range []error{created, set} {
		if err == nil || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "The password … is banned.") {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestCreateUser_RefusesAnAnswerWithoutAnID(t *testing.T) {
	c := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{}`))
	}).client(t)
	if _, _, err := c.CreateUser(t.Context(), newUser("a@b.c"), Password{Text: canary}); err == nil {
		t.Error("a user without an id was taken")
	}
}
