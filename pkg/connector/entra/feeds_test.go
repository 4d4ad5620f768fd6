package entra

import (
	"context"
	"slices"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// reader reads an event feed of a connector, through gRPC, and keeps the cursor.
type reader struct {
	t      *testing.T
	client types.ConnectorClient
	feed   string
	cursor string
	size   uint32
}

func readerOf(t *testing.T, c *Connector, feed string) *reader {
	t.Helper()
	return &reader{t: t, client: testkit.Serve(t.Context(), t, c), feed: feed}
}

// page asks once.
func (r *reader) page() *v2.ListEventsResponse {
	r.t.Helper()
	resp, err := r.client.ListEvents(context.Background(), v2.ListEventsRequest_builder{EventFeedId: r.feed, Cursor: r.cursor, PageSize: r.size}.Build())
	if err != nil {
		r.t.Fatal(err)
	}
	return resp
}

// rest asks until there is no more. Every event has to be whole.
func (r *reader) rest() []*v2.Event {
	r.t.Helper()
	var all []*v2.Event
	for range 500 {
		resp := r.page()
		r.cursor = resp.GetCursor()
		all = append(all, resp.GetEvents()...)
		if resp.GetHasMore() {
			continue
		}
		for _, e := range all {
			if e.GetId() == "" || e.GetOccurredAt().AsTime().IsZero() || textOf(e) == "" {
				r.t.Errorf("the event is not whole: %v", e)
			}
		}
		return all
	}
	r.t.Fatalf("the feed %s does not end", r.feed)
	return nil
}

// textOf is an event in one line: "grant <grant id>", "revoke <grant id>", "changed <type>:<id>", "<type>:<id> used <type>:<id>".
func textOf(e *v2.Event) string {
	of := func(r *v2.Resource) string { return testkit.ResourceKey(r.GetId()) }
	switch {
	case e.HasCreateGrantEvent():
		g := e.GetCreateGrantEvent()
		return "grant " + g.GetEntitlement().GetId() + ":" + of(g.GetPrincipal())
	case e.HasCreateRevokeEvent():
		g := e.GetCreateRevokeEvent()
		return "revoke " + g.GetEntitlement().GetId() + ":" + of(g.GetPrincipal())
	case e.HasResourceChangeEvent():
		return "changed " + testkit.ResourceKey(e.GetResourceChangeEvent().GetResourceId())
	case e.HasUsageEvent():
		return of(e.GetUsageEvent().GetActorResource()) + " used " + of(e.GetUsageEvent().GetTargetResource())
	}
	return ""
}

func textsOf(events []*v2.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, textOf(e))
	}
	return out
}

// logTenant is a tenant with a connector that may read its logs.
type logTenant struct {
	t     *testing.T
	sim   *graphsim.Server
	clock *testkit.QuickClock
	cfg   *config.Entra
}

func openLog(t *testing.T, o graphsim.Options, turn func(*config.Entra)) *logTenant {
	t.Helper()
	l := &logTenant{t: t, clock: &testkit.QuickClock{}}
	o.Permissions, o.Now = graphsim.EveryReadPermission(), l.clock.Now
	l.sim = startTenant(t, o)
	l.cfg = settingsOf(l.sim)
	if turn != nil {
		turn(l.cfg)
	}
	return l
}

// connect makes a connector, as another process would.
func (l *logTenant) connect(types ...string) *Connector {
	l.t.Helper()
	return connectAs(l.t, l.sim, l.cfg, l.clock, types...)
}

func (l *logTenant) reader(feed string) *reader { return readerOf(l.t, l.connect(), feed) }

// later moves the clock.
func (l *logTenant) later(d time.Duration) { l.clock.Pass(d) }

// change changes a user of the tenant some time ago, and returns what the feed has to say of it.
func (l *logTenant) change(i int, ago time.Duration) string {
	l.t.Helper()
	id := l.sim.Census().Users[i].ID()
	_, err := l.sim.Tenant().AddAudit(map[string]any{"activityDisplayName": "Update user", "category": "UserManagement", "operationType": "Update",
		"activityDateTime": l.clock.Now().Add(-ago).UTC().Format(time.RFC3339Nano),
		"targetResources":  []any{map[string]any{"id": id, "type": "User", "modifiedProperties": []any{}}}})
	if err != nil {
		l.t.Fatal(err)
	}
	return "changed user:" + id
}

func wantTexts(t *testing.T, what string, got []*v2.Event, want ...string) {
	t.Helper()
	texts := textsOf(got)
	slices.Sort(texts)
	slices.Sort(want)
	if !slices.Equal(texts, want) {
		t.Errorf("%s: the events are\n%q, want\n%q", what, texts, want)
	}
}

// E14: the feed of directory audits is there unless it is switched off; that of sign-ins where they are asked for.
func TestE14_TheAuditFeedIsOnUnlessItIsDisabled(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(30))
	for _, test := range []struct {
		disabled, signIns bool
		want              []string
	}{
		{false, false, []string{feedAudit}},
		{true, false, nil},
		{false, true, []string{feedAudit, feedSignIns}},
		{true, true, []string{feedSignIns}},
	} {
		cfg := settingsOf(sim)
		cfg.DisableAuditLogFeed, cfg.SignInActivity = test.disabled, test.signIns
		client := testkit.Serve(t.Context(), t, connectAs(t, sim, cfg, &testkit.QuickClock{}))
		resp, err := client.ListEventFeeds(t.Context(), &v2.ListEventFeedsRequest{})
		var got []string
		for _, feed := range resp.GetList() {
			got = append(got, feed.GetId())
		}
		slices.Sort(got)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("disabled %t, sign-ins %t: the feeds are %q: %v", test.disabled, test.signIns, got, err)
		}
	}
}

func TestEventFeeds_AConnectorOfNothingNamesThem(t *testing.T) {
	t.Parallel()
	feeds := (&Connector{}).EventFeeds(t.Context())
	if len(feeds) != 1 || feeds[0].EventFeedMetadata(t.Context()).GetId() != feedAudit {
		t.Errorf("the feeds are %v", feeds)
	}
}

func TestAuditFeed_TellsOfALateRecordOnce(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(31), nil)
	r := l.reader(feedAudit)
	r.rest()
	wantTexts(t, "in time", r.rest(), nil...)
	want := l.change(0, time.Second)
	wantTexts(t, "in time", r.rest(), want)
	l.later(time.Minute)
	late := l.change(1, 15*time.Minute)
	wantTexts(t, "late", r.rest(), late)
	wantTexts(t, "once more", r.rest(), nil...)
}

func TestAuditFeed_GoesOnInAnotherProcess(t *testing.T) {
	t.Parallel()
	o := smallTenant(32)
	o.PageSize = 3
	l := openLog(t, o, nil)
	first := l.reader(feedAudit)
	first.rest()
	var want []string
	for i := range 40 {
		l.later(time.Second)
		want = append(want, l.change(i, 0))
	}
	var got []*v2.Event
	cursor := first.cursor
	for range 100 { // a process for each page, and every second answer is lost
		r := l.reader(feedAudit)
		r.cursor, r.size = cursor, 7
		lost, resp := r.page(), r.page()
		if !slices.Equal(textsOf(lost.GetEvents()), textsOf(resp.GetEvents())) || lost.GetHasMore() != resp.GetHasMore() {
			t.Error("the same cursor has two answers")
		}
		got, cursor = append(got, resp.GetEvents()...), resp.GetCursor()
		if !resp.GetHasMore() {
			break
		}
	}
	wantTexts(t, "in pages", got, want...)
}

func TestEventFeeds_AFailureLeavesTheCursorAsItIs(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(33), func(cfg *config.Entra) { cfg.SignInActivity = true })
	for _, feed := range []string{feedAudit, feedSignIns} {
		r := l.reader(feed)
		r.rest()
		faults := map[string]graphsim.Fault{
			"no permission": {Status: 403, Code: "Authorization_RequestDenied"}, "not there": {Status: 404}, "refused": {Status: 400},
			"not implemented": {Status: 501}, "throttled": {Status: 429, RetryAfter: "300"}, "broken": {Status: 500}, "away": {Status: 503},
			"cut": {Kind: graphsim.Cut}, "dropped": {Kind: graphsim.Drop}, "no JSON": {Kind: graphsim.BadJSON}, "HTML": {Kind: graphsim.HTMLBody, Status: 502},
			"a foreign link": {Kind: graphsim.ForeignNextLink}, "a null": {Kind: graphsim.NullElement}, "no licence": {Status: 403, Code: "Authentication_RequestFromNonPremiumTenantOrB2CTenant"},
		}
		for name, fault := range faults {
			fault.PathContains, fault.Times = "/auditLogs/", -1
			l.sim.Fail(fault)
			if resp := r.page(); len(resp.GetEvents()) > 0 || resp.GetCursor() != r.cursor || resp.GetHasMore() {
				t.Errorf("%s, %s: %d events, more %t, the cursor is another: %t", feed, name, len(resp.GetEvents()), resp.GetHasMore(), resp.GetCursor() != r.cursor)
			}
			l.sim.ClearFaults()
		}
	}
	r := l.reader(feedAudit)
	r.rest()
	want := l.change(0, 0)
	l.sim.Fail(graphsim.Fault{PathContains: "/$batch", Status: 503, Times: -1})
	wantTexts(t, "kinds that cannot be looked up", r.rest(), nil...)
	l.sim.ClearFaults()
	wantTexts(t, "afterwards", r.rest(), want)
}

func TestEventFeeds_EndWithTheirContextAlone(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(34), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.reader(feedAudit).client.ListEvents(ctx, v2.ListEventsRequest_builder{EventFeedId: feedAudit}.Build()); err == nil {
		t.Error("an answer came to somebody who has left")
	}
}
