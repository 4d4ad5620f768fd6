package onelogin

import (
	"context"
	"slices"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// reasonDeleted is why a row of the list became nothing.
const reasonDeleted = "the user was deleted while the list was read"

// needed says whether a sync shows a field of users: what it does not show is not missed.
func needed(field string) bool {
	return !slices.Contains([]string{"activated_at", "password_changed_at"}, field)
}

// completed reads by itself each user whose row lacks fields that it was asked for: that a list gives all of them is not
// documented for each. Where a user read by itself lacks them too, there is nowhere to get them from, and the rest of the
// page stays as it is. It returns the counts of those who are gone by reason.
func (s *userSyncer) completed(ctx context.Context, cursor connector.Cursor, users []onelogin.User) ([]onelogin.User, map[string]int, error) {
	var out []onelogin.User
	left, lacking := map[string]int{}, map[string]bool{}
	read, helps := 0, true
	for _, u := range users {
		missing := slices.DeleteFunc(slices.Clone(u.Lacks), func(field string) bool { return !needed(field) })
		for _, field := range missing {
			lacking[field] = true
		}
		if len(missing) == 0 || !helps {
			out = append(out, u)
			continue
		}
		full, err := s.c.api.GetUser(ctx, u.ID)
		read++
		switch {
		case onelogin.Missing(err):
			left[reasonDeleted]++
			continue
		case err != nil:
			return nil, nil, err
		}
		helps = slices.ContainsFunc(missing, func(field string) bool { return !slices.Contains(full.Lacks, field) })
		out = append(out, full)
	}
	// Told once: of the pages behind it the first says what there is to say.
	if read > 0 && cursor.Pages == 1 {
		ctxzap.Extract(ctx).Warn("the list of users lacks fields that it was asked for: each user who lacks some is read by itself, which takes a request for each",
			zap.Strings("fields", sortedKeys(lacking)), zap.Int("users_of_the_first_page", read))
	}
	return out, left, nil
}

func sortedKeys(set map[string]bool) []string {
	var keys []string
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
