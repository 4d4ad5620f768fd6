package onelogin

import (
	"context"
	"slices"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/pagination"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// eventReader reads the event feed of a connector, and keeps the cursor.
type eventReader struct {
	t      *testing.T
	feed   connectorbuilder.EventFeed
	cursor string
	size   int
}

// openEvents is an account whose log is read from now on.
func openEvents(t *testing.T, seed uint64, change func(*oneloginsim.Options)) (*writeDesk, *eventReader) {
	t.Helper()
	d := openWriting(t, seed, change, nil)
	r := d.reader()
	r.rest()
	return d, r
}

func (d *writeDesk) reader() *eventReader {
	d.t.Helper()
	feeds := d.c.EventFeeds(d.t.Context())
	if len(feeds) != 1 || feeds[0].EventFeedMetadata(d.t.Context()).GetId() != "onelogin_events" {
		d.t.Fatalf("the feeds are %v", feeds)
	}
	return &eventReader{t: d.t, feed: feeds[0]}
}

// page asks once.
func (r *eventReader) page(ctx context.Context) ([]*v2.Event, bool) {
	r.t.Helper()
	events, state, _, err := r.feed.ListEvents(ctx, nil, &pagination.StreamToken{Cursor: r.cursor, Size: r.size})
	if err != nil || state == nil {
		r.t.Fatalf("%v, %v", state, err)
	}
	r.cursor = state.Cursor
	return events, state.HasMore
}

// rest asks until there is no more. Every event has to be whole, and to have an id that no other has.
func (r *eventReader) rest() (all []string) {
	r.t.Helper()
	ids := map[string]bool{}
	for range 500 {
		events, more := r.page(context.Background())
		for _, e := range events {
			if e.GetId() == "" || ids[e.GetId()] || e.GetOccurredAt().AsTime().IsZero() || eventText(e) == "" {
				r.t.Errorf("the event is not whole, or told before: %v", e)
			}
			ids[e.GetId()] = true
			all = append(all, eventText(e))
		}
		if !more {
			return all
		}
	}
	r.t.Fatal("the feed does not end")
	return nil
}

// wants holds what there is to be told against what it has to be, in any order.
func (r *eventReader) wants(what string, want ...string) {
	r.t.Helper()
	got := r.rest()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.t.Errorf("%s: told was %q, want %q", what, got, want)
	}
}

// eventText is an event in one line: "grant <grant id>", "revoke <grant id>", "changed <type>:<id>", "<type>:<id> used <type>:<id>".
func eventText(e *v2.Event) string {
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
