package onelogin

import (
	"context"
	"slices"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// has reads whether the user has the part. Of members the user's own answer tells, which is one request however large
// the role is. Where the role or the user is gone, the error says so.
func (s *roleSyncer) has(ctx context.Context, p part) (bool, error) {
	if p.relation == onelogin.RoleUsers {
		u, err := s.c.api.GetStoredUser(ctx, p.holderID())
		if err != nil {
			return false, err
		}
		if roles, told := u.RoleIDs(); told {
			return slices.Contains(roles, p.resourceID()), nil
		}
	}
	return found(ctx, func(ctx context.Context, cursor string) (onelogin.Page[onelogin.Holder], error) {
		return s.c.api.ListRoleHolders(ctx, p.resourceID(), p.relation, cursor)
	}, func(h onelogin.Holder) onelogin.ID { return h.ID }, func(h onelogin.Holder) bool { return h.ID == p.holderID() && h.Holds() })
}

// afterMappings runs the account's mappings for the user of a part that was given or taken, and says where they undid
// that. What goes wrong on the way undoes nothing: it is a warning.
func (s *roleSyncer) afterMappings(ctx context.Context, p part, add bool) error {
	deed := "revoked"
	if add {
		deed = "granted"
	}
	value := s.c.clock.Now().UTC().Format(time.RFC3339Nano) + " " + deed + " role " + p.Resource + " " + p.Slug
	err := s.c.touch(ctx, p.holderID(), value)
	var there bool
	if err == nil && p.relation == onelogin.RoleUsers {
		there, err = s.has(ctx, p)
	}
	switch {
	case err != nil:
		ctxzap.Extract(ctx).Warn("the role was changed, and the mappings of the user were not run, or not seen to have run",
			zap.String(typeRole, p.Resource), zap.String(typeUser, string(p.holderID())), connector.Why(err))
	case p.relation != onelogin.RoleUsers || there == add:
	case add:
		return connector.Precondition("the role %s was given to the user %s, and the account's mappings took it away again at once: change the mapping, or what it looks at",
			p.Resource, p.holderID())
	default:
		return connector.Precondition("the role %s was taken from the user %s, and a mapping of the account gave it back at once: change the mapping, or what it looks at",
			p.Resource, p.holderID())
	}
	return nil
}
