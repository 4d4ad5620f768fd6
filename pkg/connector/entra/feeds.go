package entra

import (
	"context"
	"errors"
	"strings"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// The ids of the event feeds. ConductorOne keeps a cursor for each: never rename one.
const (
	feedAudit   = "entra_audit"
	feedSignIns = "entra_sign_ins"
)

// keptFor is how long Microsoft keeps the records of both logs at the most.
const keptFor = 30 * 24 * time.Hour

// EventFeeds are the logs that tell of changes, and of use, between syncs.
func (c *Connector) EventFeeds(context.Context) []connectorbuilder.EventFeed {
	var feeds []connectorbuilder.EventFeed
	if !c.switches.withoutAuditFeed {
		feeds = append(feeds, c.auditFeed())
	}
	if c.switches.signInActivity {
		feeds = append(feeds, c.signInFeed())
	}
	return feeds
}

// auditFeed tells of changes in the directory. Where nobody says from when on, it begins a day ago: what was before
// is in a sync.
func (c *Connector) auditFeed() *connector.Feed[graph.DirectoryAudit] {
	return &connector.Feed[graph.DirectoryAudit]{
		ID:       feedAudit,
		Types:    []v2.EventType{v2.EventType_EVENT_TYPE_RESOURCE_CHANGE, v2.EventType_EVENT_TYPE_CREATE_GRANT, v2.EventType_EVENT_TYPE_CREATE_REVOKE},
		LookBack: 24 * time.Hour, Retention: keptFor, Now: c.now,
		Explain: explainFeed("changes in the directory", "--disable-audit-log-feed switches this off"),
		Log: connector.Log[graph.DirectoryAudit]{
			Read:   readLog(func() logReader[graph.DirectoryAudit] { return c.graph.ListDirectoryAudits }),
			ID:     func(a graph.DirectoryAudit) string { return a.ID },
			At:     func(a graph.DirectoryAudit) time.Time { return a.At },
			Events: c.auditEvents,
		},
	}
}

// now tells the time by the connector's clock.
func (c *Connector) now() time.Time { return c.clock.Now() }

// logReader reads a page of one of Graph's logs.
type logReader[R any] func(ctx context.Context, during graph.Period, top int32, next string) (graph.Page[R], error)

// readLog turns a reader of Graph's into that of a feed. A connector that only tells what it can do has no client to
// take the reader of.
func readLog[R any](reader func() logReader[R]) func(context.Context, time.Time, int, string) ([]R, string, error) {
	return func(ctx context.Context, from time.Time, top int, next string) ([]R, string, error) {
		page, err := reader()(ctx, graph.Period{From: from}, int32(top), next) //nolint:gosec // at most a thousand
		return page.Items, page.Next, err
	}
}

// auditEvents makes the events of some records.
func (c *Connector) auditEvents(ctx context.Context, audits []graph.DirectoryAudit) ([]*v2.Event, error) {
	records, ignored := telling(audits)
	objects, err := c.auditObjects(ctx, records)
	if err != nil {
		return nil, err
	}
	var events []*v2.Event
	without := 0
	for _, r := range records {
		of := objects.events(r)
		if len(of) == 0 {
			without++
		}
		events = append(events, of...)
	}
	ctxzap.Extract(ctx).Debug("directory audits read", zap.Int("records", len(audits)), zap.Int("events", len(events)),
		zap.Int("failed_or_of_other_things", ignored), zap.Int("of_what_is_not_synced", without))
	return events, nil
}

// telling are the records that may have something to tell, and the number of the others: attempts that failed, and
// what has nothing to do with what is synced.
func telling(audits []graph.DirectoryAudit) (records []auditRecord, ignored int) {
	known := auditActivities()
	for _, a := range audits {
		activity, ok := known[strings.ToLower(a.Activity)]
		if strings.ToLower(a.Result) != "success" || !ok && !ofSyncedObjects(a.Category) {
			ignored++
			continue
		}
		records = append(records, auditRecord{DirectoryAudit: a, activity: activity})
	}
	return records, ignored
}

// explainFeed says in a sentence what to do about a log that cannot be read.
func explainFeed(of, off string) func(error) string {
	return func(err error) string {
		if errors.Is(err, graph.ErrNoPremium) {
			return "the tenant has no Microsoft Entra ID P1 or P2 licence, without which Microsoft Graph has no log of " + of + "; " + off
		}
		switch status.Code(connector.Status(err)) { //nolint:exhaustive // the others are alike
		case codes.PermissionDenied:
			return "to read " + of + " the application needs the permission " + permissionActivity + " beside those of the resource types; " + off
		case codes.Unauthenticated:
			return "the sign-in was refused; it is tried again whenever ConductorOne asks"
		case codes.FailedPrecondition, codes.InvalidArgument, codes.Unimplemented:
			return "Microsoft Graph does not give the log of " + of + " here, as in the cloud of China; " + off
		}
		return "the log of " + of + " cannot be read; it is tried again whenever ConductorOne asks"
	}
}
