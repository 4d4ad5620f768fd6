package graph

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// logReaders are the readers of the logs, which sit the exams of the other readers in a tenant that has something in
// its log and no limit on who reads it.
func logReaders() []reader {
	return []reader{
		lister("ListDirectoryAudits", "auditLogs/directoryAudits", func(c *Client, ctx context.Context, next string) (Page[DirectoryAudit], error) {
			return c.ListDirectoryAudits(ctx, Period{}, 500, next)
		}),
		lister("ListSignIns", "auditLogs/signIns", func(c *Client, ctx context.Context, next string) (Page[SignInRecord], error) {
			return c.ListSignIns(ctx, Period{}, 500, next)
		}),
	}
}

// startLog starts a tenant in which a little was done, and returns the ids that each reader has to find, in order.
func startLog(t *testing.T, o graphsim.Options) (*graphsim.Server, map[string][]string) {
	t.Helper()
	o.Permissions, o.WithoutLimits, o.Users = []string{"AuditLog.Read.All"}, true, 20
	sim := startSim(t, o)
	for n := range 6 {
		if _, err := sim.Tenant().AddGroup(map[string]any{"displayName": fmt.Sprint("Group ", n)}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][]string{}
	for _, a := range sim.Tenant().Audits() {
		want["ListDirectoryAudits"] = append(want["ListDirectoryAudits"], a.ID)
	}
	for _, s := range sim.Tenant().SignIns() {
		want["ListSignIns"] = append(want["ListSignIns"], s.ID)
	}
	return sim, want
}

func TestLogReaders_WalkedToTheEndGiveTheLogInOrder(t *testing.T) {
	for _, o := range []graphsim.Options{{Seed: 7, PageSize: 2, EmptyPages: true}, {Seed: 8},
		{Seed: 9, PageSize: 2, Faults: "429=0.05,500=0.05,503=0.05,cut=0.05,drop=0.05", FaultSeed: 3}} {
		sim, want := startLog(t, o)
		c := simClient(t, sim)
		for _, r := range logReaders() {
			sim.ResetHistory()
			got, _, err := r.walk(t.Context(), c)
			if err != nil || len(got) < 5 || !slices.Equal(got, want[r.name]) {
				t.Errorf("seed %d: %s: %d rows, %v, want %d", o.Seed, r.name, len(got), err, len(want[r.name]))
			}
			for _, sent := range graphRequests(sim) {
				if o.Faults == "" && (sent.Status != http.StatusOK || sent.ResourceUnits != 0) {
					t.Errorf("%s was answered %d for %d units", sent.Path, sent.Status, sent.ResourceUnits)
				}
			}
		}
	}
}

func TestLogReaders_FailWithoutRows(t *testing.T) {
	sim, _ := startLog(t, graphsim.Options{Seed: 7})
	for _, r := range logReaders() {
		for _, f := range failures() {
			c := simClient(t, sim)
			fault := f.fault
			fault.PathContains, fault.Times = "/v1.0/", -1
			sim.Fail(fault)
			sim.ResetHistory()
			mustFail(t, r, c, "", f.status)
			if tries := len(graphRequests(sim)); tries != f.tries {
				t.Errorf("%s, %s: sent %d times, want %d", r.name, f.name, tries, f.tries)
			}
			sim.ClearFaults()
		}
	}
}

func TestLogReaders_FailOnALaterPageToo(t *testing.T) {
	sim, _ := startLog(t, graphsim.Options{Seed: 7, PageSize: 1})
	c := simClient(t, sim)
	for _, r := range logReaders() {
		rows, next, err := r.read(t.Context(), c, "")
		if err != nil || len(rows) != 1 || next == "" {
			t.Fatalf("%s: %d rows, link %q, %v", r.name, len(rows), next, err)
		}
		for _, f := range []graphsim.Fault{{Status: 403}, {Status: 500}, {Kind: graphsim.Cut}, {Kind: graphsim.Drop}, {Kind: graphsim.NullElement}} {
			f.PathContains, f.Times = "/v1.0/", -1
			sim.Fail(f)
			mustFail(t, r, c, next, f.Status)
			sim.ClearFaults()
		}
		mustFail(t, r, c, next+"x", http.StatusBadRequest)
		sim.Fail(graphsim.Fault{Kind: graphsim.SameNextLink, PathContains: "/v1.0/", Times: -1})
		_, same, err := r.read(t.Context(), c, "")
		if err != nil {
			t.Fatal(err)
		}
		mustFail(t, r, c, same, 0)
		sim.ClearFaults()
	}
}

func TestLogReaders_RefuseBodiesThatAreNoPage(t *testing.T) {
	var body string
	foreign := startCanned(t, func(http.ResponseWriter, *http.Request) {})
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	c := newClient(t, server.URL, trusting(server, foreign), fixedToken{})
	for _, r := range logReaders() {
		for name, broken := range brokenBodies {
			body = broken.body
			mustFail(t, r, c, "", 0)
			if _, _, err := r.read(t.Context(), c, ""); err == nil || !strings.Contains(err.Error(), broken.says) {
				t.Errorf("%s, %s: got %v, want it to say %q", r.name, name, err, broken.says)
			}
		}
		body = fmt.Sprintf(`{"value":[],"@odata.nextLink":%q}`, foreign.URL+"/v1.0/auditLogs/signIns")
		mustFail(t, r, c, "", 0)
		mustFail(t, r, c, foreign.URL+"/v1.0/auditLogs/signIns", 0)
	}
	if n := len(foreign.seen()); n != 0 {
		t.Errorf("%d requests arrived at the other host", n)
	}
}

// TestLogReaders_RefuseWhatHasNoTimeOrTheNewestFirst: what is read to a time is never read again.
func TestLogReaders_RefuseWhatHasNoTimeOrTheNewestFirst(t *testing.T) {
	var body string
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	c := server.client(t)
	for _, r := range logReaders() {
		at := "activityDateTime"
		if r.name == "ListSignIns" {
			at = "createdDateTime"
		}
		rows := func(first, second string) string {
			return fmt.Sprintf(`{"value":[{"id":"a",%q:%s},{"id":"b",%q:%s}]}`, at, first, at, second)
		}
		early, late := `"2026-01-01T00:00:00.1234567Z"`, `"2026-01-01T00:00:00.1234568Z"`
		for _, bad := range []struct{ body, says string }{
			{rows(early, "null"), "the record b has no time"}, {rows(late, early), "newest record first"},
			{rows(early, `"yesterday"`), "the object b"}, {rows(early, `""`), "the object b"}, {`{"value":[{"id":"a"}]}`, "the record a has no time"},
		} {
			body = bad.body
			mustFail(t, r, c, "", 0)
			if _, _, err := r.read(t.Context(), c, ""); err == nil || !strings.Contains(err.Error(), bad.says) {
				t.Errorf("%s: got %v, want it to say %q", r.name, err, bad.says)
			}
		}
		body = rows(early, late)
		if got, _, err := r.read(t.Context(), c, ""); err != nil || !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("%s: %v, %v", r.name, got, err)
		}
		body = fmt.Sprintf(`{"value":[{"id":"a",%q:%s},{"id":"b",%q:%s},{"id":"c",%q:%s}]}`, at, early, at, late, at, early)
		if got, _, err := r.read(t.Context(), c, ""); err != nil || !slices.Equal(got, []string{"a", "c", "b"}) {
			t.Errorf("%s: %v, %v, want the later record last", r.name, got, err)
		}
	}
}

func TestLogReaders_AskForAPeriodAndAFewProperties(t *testing.T) {
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"value":[]}`)) })
	c := server.client(t)
	from := time.Date(2026, 2, 1, 1, 0, 0, 123456789, time.FixedZone("", 3600))
	to := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		during Period
		top    int32
		filter string
		pages  string
	}{
		{Period{}, 0, "", "999"}, {Period{From: from}, 5000, "T ge 2026-02-01T00:00:00.1234567Z", "999"},
		{Period{To: to}, 20, "T le 2026-02-01T12:00:00Z", "20"}, {Period{from, to}, -1, "T ge 2026-02-01T00:00:00.1234567Z and T le 2026-02-01T12:00:00Z", "999"},
	} {
		_, errAudits := c.ListDirectoryAudits(t.Context(), test.during, test.top, "")
		_, errSignIns := c.ListSignIns(t.Context(), test.during, test.top, "")
		if errAudits != nil || errSignIns != nil {
			t.Fatal(errAudits, errSignIns)
		}
		for i, want := range []struct{ time, selected string }{
			{"activityDateTime", "id,activityDateTime,activityDisplayName,category,result,operationType,targetResources"},
			{"createdDateTime", "id,createdDateTime,userId,userDisplayName,appId,appDisplayName,servicePrincipalId,isInteractive,status"},
		} {
			wanted := url.Values{"$orderby": {want.time}, "$top": {test.pages}, "$select": {want.selected}}
			if test.filter != "" {
				wanted.Set("$filter", strings.ReplaceAll(test.filter, "T ", want.time+" "))
			}
			if got := server.requests[len(server.requests)-2+i].URL.Query(); got.Encode() != wanted.Encode() {
				t.Errorf("%+v sent\n%v, want\n%v", test, got, wanted)
			}
		}
	}
}

// TestLogReaders_AskForEverythingWhereFewIsRefused: whether $select is supported for sign-ins is not documented.
func TestLogReaders_AskForEverythingWhereFewIsRefused(t *testing.T) {
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("$select") {
			http.Error(w, `{"error":{"code":"BadRequest","message":"x"}}`, http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte(`{"value":[{"id":"a","createdDateTime":"2026-01-01T00:00:00Z","activityDateTime":"2026-01-01T00:00:00Z","extra":{}}]}`))
	})
	c := server.client(t)
	for _, r := range logReaders() {
		if rows, _, err := r.read(t.Context(), c, ""); err != nil || len(rows) != 1 || len(server.seen()) != 2 {
			t.Errorf("%s: %v, %v", r.name, rows, err)
		}
	}
}
