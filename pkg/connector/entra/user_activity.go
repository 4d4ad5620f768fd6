package entra

import (
	"context"
	"errors"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// walkWithoutActivity is the list of users of a tenant that has no sign-in activity to give.
const walkWithoutActivity = "without-activity"

// activitiesASecond is how many users can be read with their sign-in activity: five pages of 500 in ten
// seconds.
const activitiesASecond = 250

// read reads a page of users. Sign-in activity is part of the row, and takes a licence that many tenants do
// not have: there the list begins anew without it.
func (s *userSyncer) read(ctx context.Context, cursor *connector.Cursor) (graph.Page[graph.User], error) {
	if s.haveParts(*cursor) {
		cursor.Walk = walkParts
	}
	if cursor.Walk == walkParts {
		return s.readPart(ctx, cursor)
	}
	q := s.query(cursor.Walk)
	page, err := s.c.graph.ListUsers(ctx, q, cursor.Next)
	if cursor.Next != "" || !q.SignInActivity {
		return page, err
	}
	if errors.Is(err, graph.ErrNoPremium) {
		ctxzap.Extract(ctx).Warn("users are synced without their last sign-in: the tenant has no Microsoft Entra ID P1 or P2 licence, "+
			"without which Microsoft Graph has none. Switch off --sign-in-activity to no longer read this", zap.Error(err))
		cursor.Walk = walkWithoutActivity
		return s.c.graph.ListUsers(ctx, s.query(cursor.Walk), "")
	}
	if err == nil {
		announceActivity(ctx, cursor.Counted)
	}
	return page, err
}

// announceActivity says at the start how long it takes, since that is most of a sync's time.
func announceActivity(ctx context.Context, users int64) {
	log := ctxzap.Extract(ctx)
	const text = "users are read with their sign-in activity, which Microsoft Graph gives for 250 of them a second"
	if users == 0 { // the service does not count them
		log.Info(text)
		return
	}
	log.Info(text, zap.Int64("users", users), zap.Duration("takes_at_least", leastTime(users)))
}

func leastTime(users int64) time.Duration {
	return time.Duration(users) * time.Second / activitiesASecond
}

// probeActivity succeeds where sign-in activity may be read, and where there is none: that is no reason
// to sync nothing.
func (c *Connector) probeActivity(ctx context.Context) error {
	err := c.graph.ProbeSignInActivity(ctx)
	if errors.Is(err, graph.ErrNoPremium) {
		return nil
	}
	return err
}

// lastSignIn is the last sign-in that succeeded. Where none is noted it is the later of the last attempts,
// which may have failed.
func lastSignIn(a *graph.SignInActivity) *time.Time {
	switch {
	case a == nil:
		return nil
	case a.LastSuccessful != nil:
		return a.LastSuccessful
	case a.LastInteractive == nil:
		return a.LastNonInteractive
	case a.LastNonInteractive == nil || a.LastInteractive.After(*a.LastNonInteractive):
		return a.LastInteractive
	}
	return a.LastNonInteractive
}
