package graphsim_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestSignInActivity_CapAndLimit(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Users: 1200, Permissions: graphsim.EveryReadPermission(), Now: c.Now})
	a := r.ok("/users?$select=id,signInActivity&$top=999")
	if len(a.Value) != 500 || a.Next == "" {
		t.Errorf("%d users on a page, want 500", len(a.Value))
	}
	with := 0
	for _, row := range a.Value {
		if _, there := row["signInActivity"]; there {
			with++
		}
	}
	if with != 400 {
		t.Errorf("%d of 500 have signed in, want 400", with)
	}
	if got := r.ok("/users?$select=signInActivity"); len(got.Value) != 100 {
		t.Errorf("%d users by default, want 100", len(got.Value))
	}
	r.ok(a.Next)
	r.ok("/users/" + r.Census().Users[0].ID() + "?$select=signInActivity")
	r.ok("/users?$select=signInActivity&$top=1")
	refused := r.get("/users?$select=signInActivity")
	wait, err := strconv.Atoi(refused.header.Get("Retry-After"))
	if refused.status != 429 || err != nil || wait < 1 || wait > 10 {
		t.Fatalf("the sixth request: %d, Retry-After %q", refused.status, refused.header.Get("Retry-After"))
	}
	r.ok("/users?$select=id") // only signInActivity is limited
	c.move(time.Duration(wait) * time.Second)
	r.ok("/users?$select=signInActivity")
}

func TestSignInActivity_Refusals(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: graphsim.EveryReadPermission()})
	r.refused("/groups/"+r.Census().Groups[0].ID()+"/members/graph.user?$select=signInActivity", 501, "NotImplemented")
	r.refused("/users?$expand=manager($select=signInActivity)", 501, "NotImplemented")
	r.refused("/users?$filter="+escape("signInActivity/lastSignInDateTime le 2024-01-01"), 400, "Request_UnsupportedQuery")
	poor := start(t, graphsim.Options{Permissions: graphsim.EveryReadPermission(), WithoutPremium: true})
	poor.refused("/users?$select=signInActivity", 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
	poor.ok("/users?$select=id")
	for _, sku := range poor.ok("/subscribedSkus").Value {
		if part := sku["skuPartNumber"].(string); strings.Contains(part, "PREMIUM") || strings.HasPrefix(part, "SPE_") {
			t.Errorf("a tenant without premium has %s", part)
		}
	}
}

func TestKeyCredentials_LimitAndDetail(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Now: c.Now})
	saml := record(t, r.Census().ServicePrincipals, func(sp graphsim.Record) bool { return sp.Text("preferredSingleSignOnMode") == "saml" })
	for path, want := range map[string][2]bool{ // thumbprint, key
		"/servicePrincipals?$top=999":                                 {false, false},
		"/servicePrincipals?$top=999&$select=keyCredentials":          {true, false},
		"/servicePrincipals/" + saml.ID():                             {false, false},
		"/servicePrincipals/" + saml.ID() + "?$select=keyCredentials": {true, true},
	} {
		body := string(r.ok(path).body)
		if thumb := strings.Contains(body, `"customKeyIdentifier":"`) && !noThumb(body); thumb != want[0] || strings.Contains(body, `"key":"`) != want[1] {
			t.Errorf("%s: %s", path, body[:min(len(body), 300)])
		}
	}
	status := 0
	for n := 2; n <= 150 && status != 429; n++ {
		status = r.get("/applications?$select=keyCredentials&$top=1").status
	}
	if status != 429 {
		t.Errorf("after 150 requests: %d", status)
	}
	c.move(time.Minute)
	r.ok("/applications?$select=keyCredentials&$top=1")
}

// noThumb says whether no key has a thumbprint. That of a password shows always.
func noThumb(body string) bool {
	_, keys, _ := strings.Cut(body, `"keyCredentials":[{`)
	keys, _, _ = strings.Cut(keys, "]")
	return !strings.Contains(keys, `"customKeyIdentifier":"`)
}

func TestLimits_CanBeLifted(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: graphsim.EveryReadPermission(), WithoutLimits: true})
	for range 10 {
		r.ok("/users?$select=signInActivity&$top=1")
	}
}

func TestMailboxes_AloneAndInABatch(t *testing.T) {
	r := start(t, graphsim.Options{Permissions: graphsim.EveryReadPermission()})
	purposes := map[string]bool{}
	var items []string
	for i, u := range r.Census().Users {
		purposes[u.MailboxPurpose] = true
		if i < 20 {
			items = append(items, `{"id":"`+u.ID()+`","method":"GET","url":"/users/`+u.ID()+`/mailboxSettings/userPurpose"}`)
		}
	}
	for _, p := range []string{"", "user", "linked", "shared", "room", "equipment", "others"} {
		if !purposes[p] {
			t.Errorf("nobody's mailbox is %q", p)
		}
	}
	a := r.send(http.MethodPost, "/$batch", `{"requests":[`+strings.Join(items, ",")+`]}`, nil)
	var got struct {
		Responses []struct {
			ID     string
			Status int
			Body   struct {
				Value string
				Error struct{ Code string }
			}
		}
	}
	unpack(t, a.body, &got)
	byID := map[string]string{}
	for _, u := range r.Census().Users {
		byID[u.ID()] = u.MailboxPurpose
	}
	for _, item := range got.Responses {
		if want := byID[item.ID]; item.Body.Value != want || (want == "") != (item.Status == 404 && item.Body.Error.Code == "MailboxNotEnabledForRESTAPI") {
			t.Errorf("%+v, want %q", item, want)
		}
	}
	user := r.Census().Users[0].ID()
	r.refused("/users/"+user+"/mailboxSettings/nope", 400, "BadRequest")
	r.refused("/users/"+user+"/mailboxSettings?$select=nope", 400, "Request_BadRequest")
	r.refused("/users/00000000-0000-4000-8000-000000000000/mailboxSettings", 404, "Request_ResourceNotFound")
	r.ok("/users/" + user + "/mailboxSettings?$select=userPurpose,workingHours,automaticRepliesSetting")
	if r.Tenant().SetMailbox(user, "room") != nil || r.Tenant().SetMailbox(user, "odd") == nil || r.Tenant().SetMailbox("x", "room") == nil {
		t.Error("SetMailbox")
	}
	if b := r.ok("/users/" + user + "/mailboxSettings/userPurpose").body; !strings.Contains(string(b), `"value":"room"`) {
		t.Errorf("%s", b)
	}
}
