package onelogin

import (
	"context"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// feedEvents is the id of the event feed. ConductorOne keeps a cursor for it: never rename it.
const feedEvents = "onelogin_events"

// keptFor bounds how far back the feed reads. How long OneLogin keeps its records is not documented: it is longer than
// anybody asks for.
const keptFor = 10 * 365 * 24 * time.Hour

// EventFeeds are the logs that tell of changes, and of use, between syncs.
func (c *Connector) EventFeeds(context.Context) []connectorbuilder.EventFeed {
	if c.switches.withoutEventFeed {
		return nil
	}
	return []connectorbuilder.EventFeed{c.eventFeed()}
}

// eventFeed tells of changes in the account, and of who used which app. Where nobody says from when on, it begins a day
// ago: what was before is in a sync.
func (c *Connector) eventFeed() *connector.Feed[onelogin.Event] {
	return &connector.Feed[onelogin.Event]{
		ID: feedEvents,
		Types: []v2.EventType{v2.EventType_EVENT_TYPE_RESOURCE_CHANGE, v2.EventType_EVENT_TYPE_CREATE_GRANT, v2.EventType_EVENT_TYPE_CREATE_REVOKE,
			v2.EventType_EVENT_TYPE_USAGE},
		LookBack: 24 * time.Hour, Retention: keptFor,
		Now:     func() time.Time { return c.clock.Now() },
		Explain: explainFeed,
		Log: connector.Log[onelogin.Event]{
			Read:   c.readEvents,
			ID:     func(e onelogin.Event) string { return string(e.ID) },
			At:     func(e onelogin.Event) time.Time { return e.CreatedAt.Time },
			Events: c.recordEvents,
		},
	}
}

// readEvents reads a page of the log.
func (c *Connector) readEvents(ctx context.Context, from time.Time, top int, next string) ([]onelogin.Event, string, error) {
	page, err := c.api.ListEvents(ctx, sinceOf(from), time.Time{}, top, next)
	return page.Items, page.Next, err
}

// sinceOf is the filter for records of a time and later. The log tells milliseconds apart, and whether the filter
// includes its own is not documented: it is set one before. A time between two is one that the feed has stepped over.
func sinceOf(from time.Time) time.Time {
	whole := from.Truncate(time.Millisecond)
	if from.After(whole) {
		return whole.Add(time.Millisecond)
	}
	return whole.Add(-time.Millisecond)
}

// recordEvents makes the events of some records.
func (c *Connector) recordEvents(ctx context.Context, records []onelogin.Event) ([]*v2.Event, error) {
	teller := teller{c: c, meanings: c.eventTypes.meanings(ctx, c)}
	if err := teller.lookUpPrivileges(ctx, records); err != nil {
		return nil, err
	}
	var events []*v2.Event
	without := 0
	for _, r := range records {
		of := teller.events(r)
		if len(of) == 0 {
			without++
		}
		events = append(events, connector.Stamp(of, string(r.ID), r.CreatedAt.Time)...)
	}
	ctxzap.Extract(ctx).Debug("events read", zap.Int("records", len(records)), zap.Int("events", len(events)), zap.Int("of_what_is_not_synced", without))
	return events, nil
}

// explainFeed says in a sentence what to do about a log that cannot be read.
func explainFeed(err error) string {
	const off = "; --disable-event-feed switches this off"
	if onelogin.ScopeTooSmall(err) {
		return "to read events the API credential needs the scope " + scopeReadUsers + ", or a larger one" + off
	}
	switch status.Code(connector.Status(err)) { //nolint:exhaustive // the others are alike
	case codes.Unauthenticated, codes.PermissionDenied:
		return "the API credential was refused; it is tried again whenever ConductorOne asks"
	case codes.FailedPrecondition, codes.InvalidArgument, codes.Unimplemented:
		return "OneLogin does not give its events here" + off
	}
	return "the events cannot be read; it is tried again whenever ConductorOne asks"
}
