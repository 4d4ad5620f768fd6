package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// mailboxesAtOnce is the size of a page of users whose mailboxes are asked for, one by one: 25 batches,
// which is some seconds.
const mailboxesAtOnce = 500

// accountType tells the mailboxes that are no person's.
func accountType(mailboxPurpose string) v2.UserTrait_AccountType {
	switch strings.ToLower(mailboxPurpose) {
	case "room", "equipment", "shared":
		return v2.UserTrait_ACCOUNT_TYPE_SERVICE
	}
	return v2.UserTrait_ACCOUNT_TYPE_HUMAN
}

// purposes returns what the mailboxes of a page of users are for. What was read before a failure is kept
// in the session, and the page that is read once more asks only for the rest: so the users who were
// throttled are asked for alone.
func (s *userSyncer) purposes(ctx context.Context, o rs.SyncOpAttrs, users []graph.User) (map[string]string, error) {
	if !s.c.switches.mailboxSettings {
		return nil, nil
	}
	known, err := keptPurposes(ctx, o, users)
	if err != nil {
		return nil, err
	}
	var rest []string
	for _, u := range users {
		if _, has := known[u.ID]; !has {
			rest = append(rest, u.ID)
		}
	}
	found, err := s.c.graph.ListMailboxPurposes(ctx, rest)
	if err != nil {
		return nil, errors.Join(explainMailboxes(err), keepPurposes(ctx, o, found))
	}
	for id, purpose := range known {
		found[id] = purpose
	}
	return found, nil
}

func keptPurposes(ctx context.Context, o rs.SyncOpAttrs, users []graph.User) (map[string]string, error) {
	ids := make([]string, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	kept, err := session.UnrollGetMany(ctx, o.Session, ids, sessions.WithPrefix(prefixMailbox))
	if err != nil {
		return nil, fmt.Errorf("look up the mailboxes of %d users: %w", len(ids), err)
	}
	purposes := make(map[string]string, len(kept))
	for id, value := range kept {
		var purpose string
		if err := json.Unmarshal(value, &purpose); err != nil {
			return nil, fmt.Errorf("read what was kept of the mailbox of user %s: %w", id, err)
		}
		purposes[id] = purpose
	}
	return purposes, nil
}

func keepPurposes(ctx context.Context, o rs.SyncOpAttrs, purposes map[string]string) error {
	items := func(yield func(session.SizedItem[[]byte], error) bool) {
		for id, purpose := range purposes {
			value, err := json.Marshal(purpose)
			if !yield(session.SizedItem[[]byte]{Key: id, Value: value, Size: len(id) + len(value)}, err) {
				return
			}
		}
	}
	if err := session.UnrollSetMany(ctx, o.Session, items, sessions.WithPrefix(prefixMailbox)); err != nil {
		return fmt.Errorf("keep the mailboxes of %d users: %w", len(purposes), err)
	}
	return nil
}

// explainMailboxes names the permission that a refusal means.
func explainMailboxes(err error) error {
	if status.Code(connector.Status(err)) != codes.PermissionDenied {
		return err
	}
	return explainProbe(connector.Probe{Family: "mailbox settings", Permission: permissionMailboxes}, err)
}
