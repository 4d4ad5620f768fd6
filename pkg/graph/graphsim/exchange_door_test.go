package graphsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestExchange_WhoMayIn(t *testing.T) {
	s := exchange(t, graphsim.Options{DirectoryRoles: []string{"User Administrator"}})
	get := func() int {
		return s.invoke("Get-DistributionGroup", map[string]any{"Identity": s.mailGroup(true).ID()}).status
	}
	if got := get(); got != 403 {
		t.Errorf("without the role: %d", got)
	}
	must(t, s.SetDirectoryRoles("Exchange Administrator"))
	if got := get(); got != 200 {
		t.Errorf("with the role: %d", got)
	}
	right := s.anchor
	if s.anchor = "UPN:somebody@contoso.com"; get() != 400 {
		t.Error("a wrong anchor is taken")
	}
	s.anchor = right
	other := s.token
	if s.token = s.rig.token; get() != 401 {
		t.Error("a token of Graph opens Exchange")
	}
	s.rig.token = other
	s.refused("/users", 401, "InvalidAuthenticationToken")
	s.SetPermissions("Group.ReadWrite.All")
	if s.token = s.signInTo("https://outlook.office365.com/.default"); get() != 401 {
		t.Error("without Exchange.ManageAsApp")
	}
	for _, path := range []string{"/v1.0/users", "/adminapi/beta/other/InvokeCommand", "/adminapi/beta/" + s.Options().TenantID + "/Else"} {
		if a := s.invoke("Get-DistributionGroup", nil, s.ExchangeURL()+path); a.status != 400 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestExchange_PagesThrottlingAndHistory(t *testing.T) {
	s := exchange(t, graphsim.Options{PageSize: 2})
	g := s.mailGroup(false)
	for _, u := range s.Census().Users {
		if u.Get("mail") != nil && !has(g.Members, u.ID()) && len(s.again(g).Members) < 7 {
			must(t, s.Tenant().AddMember(g.ID(), u.ID()))
		}
	}
	all := map[string]any{"Identity": g.ID()}
	var rows []map[string]any
	pages := 0
	for next := s.ExchangeURL() + "/adminapi/beta/" + s.Options().TenantID + "/InvokeCommand"; next != ""; pages++ {
		a := s.invoke("Get-DistributionGroupMember", all, next)
		rows, next = append(rows, a.Value...), a.Next
	}
	if want := len(s.again(g).Members); len(rows) != want || pages != (want+1)/2 {
		t.Errorf("%d members on %d pages, want %d", len(rows), pages, want)
	}
	s.ResetHistory()
	s.Fail(graphsim.Fault{Status: 429, PathContains: "/adminapi/", RetryAfter: "3"})
	a := s.invoke("Get-DistributionGroup", all)
	at, err := time.Parse(time.RFC3339Nano, a.header.Get("Rate-Limit-Reset"))
	if a.status != 429 || err != nil || time.Until(at) > 4*time.Second || a.header.Get("Rate-Limit-Remaining") != "0" || a.header.Get("Retry-After") != "" {
		t.Errorf("%d %v %v", a.status, a.header, err)
	}
	u := record(t, s.Census().Users, func(u graphsim.Record) bool { return u.Get("mail") != nil && !has(s.again(g).Members, u.ID()) })
	s.Fail(graphsim.Fault{Kind: graphsim.AnswerLost, PathContains: "/adminapi/", Status: 504})
	if a := s.invoke("Add-DistributionGroupMember", member(g, u.ID())); a.status != 504 || !has(s.again(g).Members, u.ID()) {
		t.Errorf("a lost answer: %d", a.status)
	}
	history := s.History()
	if len(history) != 2 || !strings.Contains(history[1].Body, "Add-DistributionGroupMember") || history[1].Header.Get("Authorization") != "" {
		t.Errorf("%s", fmt.Sprint(history))
	}
}

// TestExchange_ByName: through the proxy Exchange has the host name of its cloud, and takes a token for that one.
func TestExchange_ByName(t *testing.T) {
	r := writer(t, graphsim.Options{Cloud: "usgov", Proxy: "127.0.0.1:0", DirectoryRoles: []string{"Exchange Administrator"}})
	client, o := r.byProxy(), r.Options()
	token := func(host string) (answer struct {
		Token string `json:"access_token"`
		Codes []int  `json:"error_codes"`
	}) {
		form := r.form()
		form.Set("scope", "https://"+host+"/.default")
		resp, err := client.PostForm("https://login.microsoftonline.us/"+o.TenantID+"/oauth2/v2.0/token", form)
		must(t, err)
		decode(t, resp, &answer)
		return answer
	}
	if a := token("outlook.office365.com"); len(a.Codes) != 1 || a.Codes[0] != 500011 {
		t.Errorf("a token for another cloud: %+v", a)
	}
	body := `{"CmdletInput":{"CmdletName":"Get-DistributionGroup","Parameters":{"Identity":"` + r.mailGroup(true).ID() + `"}}}`
	for host, want := range map[string]int{"outlook.office365.us": 200, "graph.microsoft.us": 401} {
		req, err := http.NewRequest(http.MethodPost, "https://outlook.office365.us/adminapi/beta/"+o.TenantID+"/InvokeCommand", strings.NewReader(body))
		must(t, err)
		req.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token(host).Token},
			"X-Anchormailbox": {"UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.onmicrosoft.com"}}
		resp, err := client.Do(req)
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("with a token for %s: %d, want %d", host, resp.StatusCode, want)
		}
	}
}
