package connector

import (
	"context"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

// The mark of a sync, in its store.
const (
	markPrefix = "mark/"
	markKey    = "sync"
)

func markOf(syncID string) []sessions.SessionStoreOption {
	return []sessions.SessionStoreOption{sessions.WithSyncID(syncID), sessions.WithPrefix(markPrefix)}
}

// mark leaves the mark of a sync before its first note.
func (n *KeptNotes) mark(ctx context.Context, syncID string) error {
	n.mu.Lock()
	kept := n.kept[syncID]
	n.mu.Unlock()
	if kept != nil && kept.marked {
		return nil
	}
	if err := n.SessionStore.Set(ctx, markKey, []byte(syncID), markOf(syncID)...); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	whole := n.kept[syncID] == nil // else something was read that this process has not written
	if kept = n.open(syncID); !kept.marked {
		kept.marked, kept.whole = true, whole
	}
	return nil
}

// own says whether the store that has just been read is the sync's own; failed is how the reading ended. Another's stays
// another's, so the mark is looked for after the reading. Where it is gone and what is at hand is not all of the sync's
// notes, that is an error.
func (n *KeptNotes) own(ctx context.Context, syncID string, failed error) (bool, error) {
	n.mu.Lock()
	kept := n.kept[syncID]
	n.mu.Unlock()
	if kept == nil || !kept.marked {
		return failed == nil, failed // begun by another process: its store is not that of this one's syncs
	}
	_, found, err := n.SessionStore.Get(ctx, markKey, markOf(syncID)...)
	if found || err == nil && failed != nil {
		return failed == nil, failed
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case kept.whole:
		return false, nil
	case err != nil:
		return false, err
	}
	return false, Precondition("another sync began in this process before this one had ended, and the SDK keeps the notes of one sync: " +
		"this one is given up, since what it does not find would look as if it were gone. Run it again; with --task-concurrency 1 none begins before the last has ended")
}
