package entra

import (
	"context"
	"errors"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Get returns a user. It takes one request; another with mailbox settings; and another with sign-in activity,
// on a tenant that has none to give.
func (s *userSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return get(ctx, id, lookup[graph.User]{
		resourceType: typeUser,
		read: func(ctx context.Context, id string) (graph.User, bool, error) {
			return unlessMissing(s.readOne(ctx, id))
		},
		resource: func(u graph.User) (*v2.Resource, error) {
			purpose, err := s.purpose(ctx, u.ID)
			if err != nil {
				return nil, err
			}
			return userResource(u, purpose, s.c.cloud)
		},
	})
}

// readOne reads a user with what the switches add, but for the licences, which no row shows.
func (s *userSyncer) readOne(ctx context.Context, userID string) (graph.User, error) {
	q := s.query("")
	q.Licenses = false
	u, err := s.c.graph.GetUserRow(ctx, q, userID)
	if errors.Is(err, graph.ErrNoPremium) {
		// The list of users warns of it, once in a sync.
		ctxzap.Extract(ctx).Debug("a user is read without the last sign-in, which the tenant does not have", zap.Error(err))
		q.SignInActivity = false
		return s.c.graph.GetUserRow(ctx, q, userID)
	}
	return u, err
}

// purpose is what a user's mailbox is for, "" where mailboxes are not asked for.
func (s *userSyncer) purpose(ctx context.Context, userID string) (string, error) {
	if !s.c.switches.mailboxSettings {
		return "", nil
	}
	purposes, err := s.c.graph.ListMailboxPurposes(ctx, []string{userID})
	if err != nil {
		return "", explainMailboxes(err)
	}
	return purposes[userID], nil
}
