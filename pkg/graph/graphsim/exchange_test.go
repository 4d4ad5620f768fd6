package graphsim_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// shell is somebody at the door of Exchange.
type shell struct {
	*rig
	token, anchor string
}

// exchange starts a tenant whose application may manage Exchange, and signs in there.
func exchange(t *testing.T, o graphsim.Options) *shell {
	t.Helper()
	if o.DirectoryRoles == nil {
		o.DirectoryRoles = []string{"Exchange Administrator"}
	}
	s := &shell{rig: writer(t, o), anchor: "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.onmicrosoft.com"}
	s.token = s.signInTo("https://outlook.office365.com/.default")
	return s
}

// signInTo asks for a token of another service.
func (r *rig) signInTo(scope string) string {
	r.t.Helper()
	form := r.form()
	form.Set("scope", scope)
	resp, err := r.client.PostForm(r.URL()+"/"+r.Options().TenantID+"/oauth2/v2.0/token", form)
	if err != nil {
		r.t.Fatal(err)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	decode(r.t, resp, &answer)
	return answer.Token
}

// invoke runs a cmdlet.
func (s *shell) invoke(name string, parameters map[string]any, next ...string) answer {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"CmdletInput": map[string]any{"CmdletName": name, "Parameters": parameters}})
	must(s.t, err)
	link := append(next, s.ExchangeURL()+"/adminapi/beta/"+s.Options().TenantID+"/InvokeCommand")[0]
	graph := s.rig.token
	defer func() { s.rig.token = graph }()
	s.rig.token = s.token
	return s.send("POST", link, string(body), http.Header{"X-Anchormailbox": {s.anchor}, "Prefer": {"odata.maxpagesize=100"}})
}

// mailGroup is a group of Exchange, secure or not.
func (r *rig) mailGroup(secure bool) graphsim.Record {
	return r.group(func(g graphsim.Record) bool {
		types, _ := g.Get("groupTypes").([]string)
		return g.Get("mailEnabled") == true && len(types) == 0 && g.Get("securityEnabled") == secure && g.Get("onPremisesSyncEnabled") == nil
	})
}

func member(g graphsim.Record, id string) map[string]any {
	return map[string]any{"Identity": g.ID(), "Member": id, "BypassSecurityGroupManagerCheck": true}
}

// TestExchange_Members: Exchange shows a change at once, Graph after the delay.
func TestExchange_Members(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	s := exchange(t, graphsim.Options{Now: c.Now, ExchangeDelay: 5 * time.Minute})
	for _, secure := range []bool{true, false} {
		g := s.mailGroup(secure)
		u := record(t, s.Census().Users, func(u graphsim.Record) bool { return u.Get("mail") != nil && !has(g.Members, u.ID()) }).ID()
		in := func() bool {
			return slices.ContainsFunc(s.invoke("Get-DistributionGroupMember", map[string]any{"Identity": g.ID(), "ResultSize": "Unlimited"}).Value,
				func(m map[string]any) bool { return m["ExternalDirectoryObjectId"] == u })
		}
		inGraph := func() bool {
			rows, _ := s.walk("/groups/" + g.ID() + "/members?$select=id")
			return slices.ContainsFunc(rows, func(m map[string]any) bool { return m["id"] == u })
		}
		for _, add := range []bool{true, false} {
			name, words, parameters := "Add-DistributionGroupMember", "MemberAlreadyExistsException", member(g, u)
			if !add {
				name, words, parameters["Confirm"] = "Remove-DistributionGroupMember", "MemberNotFoundException", false
			}
			if a := s.invoke(name, parameters); a.status != 200 || in() != add || inGraph() == add {
				t.Errorf("%s: %d %s, in Exchange %v, in Graph %v", name, a.status, a.body, in(), inGraph())
			}
			if a := s.invoke(name, parameters); a.status != 400 || !strings.Contains(a.Error.Message, words) {
				t.Errorf("%s again: %d %s", name, a.status, a.body)
			}
			c.move(5 * time.Minute)
			if inGraph() != add || has(s.again(g).Members, u) != add {
				t.Errorf("%s: in Graph later %v", name, inGraph())
			}
		}
	}
}

func TestExchange_Owners(t *testing.T) {
	s := exchange(t, graphsim.Options{})
	g, u := s.mailGroup(false), s.person(true)
	set := func(key string, value any) answer {
		return s.invoke("Set-DistributionGroup", map[string]any{"Identity": g.Text("mail"), "BypassSecurityGroupManagerCheck": true,
			"ManagedBy": map[string]any{"@odata.type": "#Exchange.GenericHashTable", key: value}})
	}
	owned := func() bool {
		a := s.invoke("Get-DistributionGroup", map[string]any{"Identity": g.ID()})
		return a.status == 200 && slices.Contains(a.Value[0]["ManagedBy"].([]any), any(u.ID()))
	}
	for key, value := range map[string]any{"Add": u.ID(), "Remove": []string{u.Text("mail")}} {
		if key == "Remove" {
			set("Add", u.ID())
		}
		if a := set(key, value); a.status != 200 || owned() != (key == "Add") || has(s.again(g).Owners, u.ID()) != (key == "Add") {
			t.Errorf("%s: %d %s", key, a.status, a.body)
		}
		if a := set(key, value); a.status != 200 || !strings.Contains(string(a.body), "no settings of") {
			t.Errorf("%s again: %d %s", key, a.status, a.body)
		}
	}
	for _, a := range []answer{set("Set", "x"), set("Add", 7)} {
		if a.status != 400 {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}

func TestExchange_Refusals(t *testing.T) {
	s := exchange(t, graphsim.Options{})
	g, u := s.mailGroup(true), s.person(true).ID()
	synced := s.group(func(g graphsim.Record) bool { return g.Get("onPremisesSyncEnabled") == true })
	must(t, s.Tenant().Update(synced.ID(), map[string]any{"mail": "synced@contoso.com", "mailEnabled": true}))
	for _, test := range []struct {
		name       string
		parameters map[string]any
		status     int
		words      string
	}{
		{"Add-DistributionGroupMember", member(s.group(plain), u), 404, "ManagementObjectNotFoundException"},
		{"Add-DistributionGroupMember", member(g, s.person(false).ID()), 404, "ManagementObjectNotFoundException"},
		{"Add-DistributionGroupMember", member(g, s.Census().ServicePrincipals[0].ID()), 404, "ManagementObjectNotFoundException"},
		{"Add-DistributionGroupMember", member(synced, u), 400, "on-premises"},
		{"Add-DistributionGroupMember", map[string]any{"Identity": g.ID()}, 400, "missing mandatory parameters: Member"},
		{"Add-DistributionGroupMember", map[string]any{"Group": g.ID()}, 400, "ParameterBindingException"},
		{"Remove-DistributionGroupMember", member(g, u), 400, "confirmation"},
		{"Get-DistributionGroupMember", map[string]any{"Identity": g.ID(), "ResultSize": 5}, 400, "ResultSize"},
		{"Get-Mailbox", nil, 400, "CommandNotFoundException"},
	} {
		a := s.invoke(test.name, test.parameters)
		var body struct {
			Error struct{ Details []struct{ Message string } }
		}
		unpack(t, a.body, &body)
		if a.status != test.status || !strings.Contains(a.Error.Message, test.words) || len(body.Error.Details) != 1 {
			t.Errorf("%s %v: %d %s, want %d %s", test.name, test.parameters, a.status, a.body, test.status, test.words)
		}
	}
}

// TestExchange_WhoMayIn: its own token, the permission, the role and the header, and no other path.
