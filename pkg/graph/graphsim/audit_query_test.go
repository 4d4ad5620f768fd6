package graphsim_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const audits, signIns = "/auditLogs/directoryAudits", "/auditLogs/signIns"

// keeper starts a tenant whose application reads the logs, without a limit.
func keeper(t *testing.T, o graphsim.Options) *rig {
	t.Helper()
	o.Permissions, o.WithoutLimits = append([]string{"AuditLog.Read.All"}, o.Permissions...), true
	return start(t, o)
}

// column is one property of all rows of a list.
func (r *rig) column(path, property string) []string {
	r.t.Helper()
	rows, _ := r.walk(path)
	out := []string{}
	for _, row := range rows {
		out = append(out, fmt.Sprint(row[property]))
	}
	return out
}

// TestLogs_AreReadByTime has ten records, a minute apart.
func TestLogs_AreReadByTime(t *testing.T) {
	c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 1234567*100, time.UTC)}
	r := keeper(t, graphsim.Options{Now: c.Now, PageSize: 4})
	for n := range 10 {
		_, err := r.Tenant().AddGroup(map[string]any{"displayName": fmt.Sprint(n)})
		must(t, err)
		c.move(time.Minute)
	}
	at := func(minute int) string { return fmt.Sprintf("2026-01-01T00:%02d:00.1234567Z", minute) }
	times := func(from, to int) []string {
		out := []string{}
		for n := from; n <= to; n++ {
			out = append(out, at(n))
		}
		return out
	}
	newest := times(0, 9)
	slices.Reverse(newest)
	for query, want := range map[string][]string{
		"": newest, "?$orderby=activityDateTime desc": newest, "?$orderby=activityDateTime": times(0, 9), "?$orderby=activityDateTime asc&$top=3": times(0, 9),
		"?$orderby=activityDateTime&$filter=activityDateTime ge " + at(3):                                              times(3, 9),
		"?$orderby=activityDateTime&$filter=activityDateTime le " + at(3):                                              times(0, 3),
		"?$orderby=activityDateTime&$filter=activityDateTime ge 2026-01-01T00:02:00Z and activityDateTime le " + at(4): times(2, 4),
		"?$filter=activityDateTime eq " + at(5):                                                                        {at(5)},
		"?$filter=activityDisplayName eq 'add group' and activityDateTime ge " + at(9):                                 {at(9)},
		"?$filter=startswith(activityDisplayName,'Delete')":                                                            {},
	} {
		if got := r.column(audits+query, "activityDateTime"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}

func TestLogs_Refuse(t *testing.T) {
	r := keeper(t, graphsim.Options{})
	for path, code := range map[string]string{
		audits + "?$top=1001": "Request_BadRequest", audits + "?$top=0": "Request_BadRequest", audits + "?$skip=1": "Request_BadRequest",
		audits + "?$count=true": "Request_UnsupportedQuery", audits + "?$expand=x": "Request_BadRequest", audits + "/$count": "Request_BadRequest",
		audits + "?$select=activity": "Request_BadRequest", audits + "?$orderby=category": "Request_UnsupportedQuery",
		audits + "?$orderby=activityDateTime up": "Request_UnsupportedQuery", audits + "/x?$orderby=activityDateTime": "Request_BadRequest",
		audits + "?$filter=activityDateTime gt 2026-01-01T00:00:00Z":          "Request_UnsupportedQuery",
		audits + "?$filter=activityDateTime ne 2026-01-01T00:00:00Z":          "Request_UnsupportedQuery",
		audits + "?$filter=activityDateTime ge '2026-01-01T00:00:00Z'":        "Request_BadRequest",
		audits + "?$filter=activityDateTime ge 2026-01-01":                    "Request_BadRequest",
		audits + "?$filter=activityDateTime ge 2026-01-01T00:00:00.12345678Z": "Request_BadRequest",
		audits + "?$filter=activityDateTime ge":                               "Request_BadRequest",
		audits + "?$filter=category eq 'UserManagement'":                      "Request_UnsupportedQuery",
		audits + "?$filter=createdDateTime ge 2026-01-01T00:00:00Z":           "Request_BadRequest",
		signIns + "?$orderby=activityDateTime":                                "Request_UnsupportedQuery",
		signIns + "?$filter=servicePrincipalId eq 'x'":                        "Request_UnsupportedQuery",
		"/users?$orderby=createdDateTime":                                     "Request_BadRequest",
		"/users?$filter=createdDateTime ge 2026-01-01T00:00:00Z":              "Authorization_RequestDenied",
	} {
		r.refused(path, map[bool]int{true: 403, false: 400}[code == "Authorization_RequestDenied"], code)
	}
	r.refused(audits+"/Directory_none", 404, "Request_ResourceNotFound")
	if a := r.send("POST", audits, "{}", nil); a.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", a.status)
	}
}

// TestLogs_ShowLateAndForget: records come within the lag, not in the order of their times, and go after thirty days.
func TestLogs_ShowLateAndForget(t *testing.T) {
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := &clock{now: began}
	r := keeper(t, graphsim.Options{Now: c.Now, AuditLag: 15 * time.Minute, TokenLifetime: 1000 * time.Hour})
	for n := range 30 {
		_, err := r.Tenant().AddGroup(map[string]any{"displayName": fmt.Sprint(n)})
		must(t, err)
		c.move(10 * time.Second)
	}
	written := r.Tenant().Audits()
	overtaken, seen := 0, []string{}
	for ; c.Now().Before(began.Add(20 * time.Minute)); c.move(10 * time.Second) {
		shown := r.column(audits, "id")
		for i, a := range written {
			if shows := !c.Now().Before(a.Shows); shows != slices.Contains(shown, a.ID) || a.Shows.Before(a.At) || a.Shows.Sub(a.At) > 15*time.Minute {
				t.Fatalf("%v: record of %v that shows at %v: %v", c.Now(), a.At, a.Shows, !shows)
			} else if shows && !slices.Contains(seen, a.ID) {
				seen = append(seen, a.ID)
				if slices.ContainsFunc(written[i+1:], func(later graphsim.Audit) bool { return slices.Contains(seen, later.ID) }) {
					overtaken++
				}
			}
		}
	}
	if len(seen) != 30 || overtaken < 5 {
		t.Errorf("%d records showed, %d after a later one", len(seen), overtaken)
	}
	last := written[len(written)-1].At
	c.move(last.Add(30 * 24 * time.Hour).Sub(c.Now()))
	if got := r.column(audits, "id"); len(got) != 1 {
		t.Errorf("%d records after thirty days", len(got))
	}
	c.move(time.Nanosecond)
	if got := r.column(audits, "id"); len(got) != 0 || len(r.Tenant().Audits()) != 30 {
		t.Errorf("%d records after thirty days", len(got))
	}
}

// TestLogs_WithoutPremium: the log of a week, and no sign-ins.
func TestLogs_WithoutPremium(t *testing.T) {
	c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := keeper(t, graphsim.Options{Now: c.Now, WithoutPremium: true, TokenLifetime: 1000 * time.Hour})
	_, err := r.Tenant().AddGroup(map[string]any{"displayName": "x"})
	must(t, err)
	r.refused(signIns, 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
	for _, want := range []int{1, 0} {
		if got := r.column(audits, "id"); len(got) != want {
			t.Errorf("%d records, want %d", len(got), want)
		}
		c.move(8 * 24 * time.Hour)
	}
}

func TestLogs_TakeAPermissionAndHaveALimit(t *testing.T) {
	c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Now: c.Now})
	for _, test := range []struct {
		permission string
		audits     bool
		signIns    bool
	}{{"User.Read.All", false, false}, {"Directory.Read.All", true, false}, {"AuditLog.Read.All", true, true}} {
		r.SetPermissions(test.permission)
		r.token = r.signIn()
		c.move(10 * time.Second)
		for path, open := range map[string]bool{audits: test.audits, signIns: test.signIns} {
			if a := r.get(path); (a.status == http.StatusOK) != open || !open && a.Error.Code != "Authorization_RequestDenied" {
				t.Errorf("%s with %s: %d", path, test.permission, a.status)
			}
		}
	}
	c.move(10 * time.Second)
	for range 5 {
		r.ok(audits + "?$top=1")
		c.move(time.Second)
	}
	if a := r.get(signIns + "?$top=1"); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "5" {
		t.Errorf("the sixth request: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	c.move(5 * time.Second)
	if a := r.ok(signIns + "?$top=1"); a.header.Get("x-ms-resource-unit") != "" {
		t.Error("a log costs resource units")
	}
}

func TestLogs_AreNotThereInChina(t *testing.T) {
	r := keeper(t, graphsim.Options{Cloud: "china"})
	r.refused(audits, 400, "BadRequest")
	r.refused(signIns, 400, "BadRequest")
}
