package onelogin

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

const (
	// typesKept is how long the account's list of types is good. The call for it has a limit of its own, so that it is
	// not made with each page.
	typesKept = 24 * time.Hour
	// typesAgain is how long after a failure it is asked for again.
	typesAgain = time.Hour
)

// eventTypes keeps what the types of records mean: some hundred, for a day. Its zero value is ready.
type eventTypes struct {
	mu    sync.Mutex
	known map[int]meaning
	until time.Time
}

// meanings are what the types mean, by the account's own names of them where these can be read.
func (t *eventTypes) meanings(ctx context.Context, c *Connector) map[int]meaning {
	t.mu.Lock()
	known, fresh := t.known, c.clock.Now().Before(t.until)
	t.mu.Unlock()
	if fresh {
		return known
	}
	kept := typesKept
	rows, err := c.api.ListEventTypes(transport.SingleTry(ctx)) // its numbers do as well: nobody waits for it
	switch {
	case err == nil:
		names := map[int][]string{}
		for _, row := range rows {
			names[row.Number()] = wordsOf(row.Name)
		}
		known = namedMeanings(names)
	case known == nil:
		known, kept = knownMeanings(), typesAgain
		ctxzap.Extract(ctx).Info("the names of the types of events cannot be read: they are taken by their numbers", connector.Why(err))
	default:
		kept = typesAgain // what was known before is still good
		ctxzap.Extract(ctx).Debug("the names of the types of events cannot be read again", zap.Duration("again_in", kept), connector.Why(err))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known, t.until = known, c.clock.Now().Add(kept)
	return known
}

// wordsOf are the words of a name, in lower case: those of "USER_ADDED_TO_ROLE", "UserAddedToRole" and "User added to
// role" are the same.
func wordsOf(name string) []string {
	var apart strings.Builder
	before := ' '
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			apart.WriteRune(' ')
		}
		apart.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.FieldsFunc(apart.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
