package graphsim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestSignIns_OfTheSeed: a month of them, some that failed, to applications that the tenant lists and to others.
func TestSignIns_OfTheSeed(t *testing.T) {
	c := &clock{now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	r := keeper(t, graphsim.Options{Seed: 7, Now: c.Now})
	census := r.Census()
	rows, _ := r.walk(signIns + "?$orderby=createdDateTime")
	seen := map[string]int{}
	for i, row := range rows {
		at, err := time.Parse(time.RFC3339, row["createdDateTime"].(string))
		must(t, err)
		if age := c.Now().Sub(at); age < 0 || age > 30*24*time.Hour || i > 0 && row["createdDateTime"].(string) < rows[i-1]["createdDateTime"].(string) {
			t.Errorf("sign-in %v of %v", row["id"], at)
		}
		if row["status"].(map[string]any)["errorCode"] != 0.0 {
			seen["failed"]++
		}
		if !slices.ContainsFunc(census.ServicePrincipals, func(a graphsim.Record) bool { return a.Text("appId") == row["appId"] }) {
			seen["foreign"]++
		}
		if row["servicePrincipalId"] != nil {
			seen["itself"]++
			continue
		}
		user := record(t, census.Users, func(u graphsim.Record) bool { return u.ID() == row["userId"] })
		if row["userPrincipalName"] != strings.ToLower(user.Text("userPrincipalName")) || row["isInteractive"] != true {
			t.Errorf("sign-in %v", row)
		}
		seen["user"]++
	}
	if seen["user"] < 200 || seen["failed"] < 10 || seen["foreign"] < 10 || seen["itself"] == 0 || len(rows) != len(r.Tenant().SignIns()) {
		t.Errorf("%d sign-ins: %v", len(rows), seen)
	}
	again := keeper(t, graphsim.Options{Seed: 7, Now: c.Now})
	if !slices.Equal(r.column(signIns, "id"), again.column(signIns, "id")) {
		t.Error("the same seed made other sign-ins")
	}
}

func TestSignIns_CanBeAdded(t *testing.T) {
	c := &clock{now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	r := keeper(t, graphsim.Options{Now: c.Now})
	user := r.Census().Users[0].ID()
	newest, err := r.Tenant().AddSignIn(map[string]any{"userId": user, "appId": "a", "appDisplayName": "A"})
	must(t, err)
	late, err := r.Tenant().AddSignIn(map[string]any{"userId": user, "createdDateTime": "2026-01-31T23:59:00Z", "status": map[string]any{"errorCode": 7}})
	must(t, err)
	got := r.column(signIns+"?$filter="+escape("userId eq '"+user+"' and createdDateTime ge 2026-01-31T23:30:00Z"), "id")
	if !slices.Equal(got, []string{newest, late}) {
		t.Errorf("%v, want %s and %s", got, newest, late)
	}
	one := struct {
		AppID  string `json:"appId"`
		Status struct{ ErrorCode int }
	}{}
	unpack(t, r.ok(signIns+"/"+strings.ToUpper(newest)).body, &one)
	if one.AppID != "a" || one.Status.ErrorCode != 0 {
		t.Errorf("%+v", one)
	}
	for _, bad := range []map[string]any{{"userID": user}, {"createdDateTime": "yesterday"}} {
		if _, err := r.Tenant().AddSignIn(bad); err == nil {
			t.Errorf("%v was added", bad)
		}
	}
}
