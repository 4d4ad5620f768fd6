package entra

import (
	"context"
	"strings"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// signInFeed tells who has used which application. The first reading goes back as far as the log does.
func (c *Connector) signInFeed() *connector.Feed[graph.SignInRecord] {
	return &connector.Feed[graph.SignInRecord]{
		ID:       feedSignIns,
		Types:    []v2.EventType{v2.EventType_EVENT_TYPE_USAGE},
		LookBack: keptFor, Retention: keptFor, Now: c.now,
		Explain: explainFeed("sign-ins", "without --sign-in-activity this is not read"),
		Log: connector.Log[graph.SignInRecord]{
			Read:   readLog(func() logReader[graph.SignInRecord] { return c.graph.ListSignIns }),
			ID:     func(s graph.SignInRecord) string { return s.ID },
			At:     func(s graph.SignInRecord) time.Time { return s.At },
			Events: c.signInEvents,
		},
	}
}

// signInEvents makes a usage event of each sign-in of a user that succeeded. The application is that of its service
// principal, whether the sync has it or not; one that the tenant has no service principal of, or none that may be
// read, goes by its application (client) id.
func (c *Connector) signInEvents(ctx context.Context, records []graph.SignInRecord) ([]*v2.Event, error) {
	var appIDs []string
	for _, s := range records {
		if usage(s) {
			appIDs = append(appIDs, s.AppID)
		}
	}
	var apps map[string]graph.DirectoryObject
	if len(appIDs) > 0 {
		var err error
		apps, err = c.graph.GetServicePrincipalsByAppID(ctx, appIDs)
		if err != nil && (!graph.Denied(err) || c.willSync(typeApplication)) {
			return nil, err
		}
	}
	var events []*v2.Event
	for _, s := range records {
		if usage(s) {
			events = append(events, usageEvent(s, apps[strings.ToLower(s.AppID)]))
		}
	}
	ctxzap.Extract(ctx).Debug("sign-ins read", zap.Int("records", len(records)), zap.Int("events", len(events)))
	return events, nil
}

// usage says whether a record is of a user who got in. One that the tenant does not know has an id of zeros.
func usage(s graph.SignInRecord) bool {
	return s.Succeeded() && isObjectID(s.UserID) && strings.Trim(s.UserID, "0-") != "" && isObjectID(s.AppID)
}

func usageEvent(s graph.SignInRecord, app graph.DirectoryObject) *v2.Event {
	id := connector.NameOr(app.ID, strings.ToLower(s.AppID))
	target := v2.Resource_builder{Id: connector.ResourceID(typeApplication, id), DisplayName: connector.NameOr(app.DisplayName, s.AppDisplayName, id)}
	user := strings.ToLower(s.UserID)
	actor := v2.Resource_builder{Id: connector.ResourceID(typeUser, user), DisplayName: connector.NameOr(s.UserDisplayName, user)}
	return connector.Stamp([]*v2.Event{connector.UsageEvent(target.Build(), actor.Build())}, s.ID, s.At)[0]
}
