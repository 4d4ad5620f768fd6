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

// marked returns what is kept of a sync whose mark is known to stand in its store, or to have stood there; else nil.
func (n *KeptNotes) marked(syncID string) *notesOfSync {
	n.mu.Lock()
	defer n.mu.Unlock()
	if kept := n.use(syncID); kept != nil && kept.marked {
		return kept
	}
	return nil
}

// mark leaves the mark of a sync before its first note.
func (n *KeptNotes) mark(ctx context.Context, syncID string) error {
	if n.marked(syncID) != nil {
		return nil
	}
	return n.meet(ctx, syncID, true)
}

// meet looks for the mark of a sync that this process has not seen marked. It is there where an earlier process has noted
// something, and then what is at hand will never be all of it. Where it is not, nothing has been noted, and the mark is left
// if a note is to follow. Workers of one sync come here one after the other, lest one takes the mark of another for an
// earlier process's.
func (n *KeptNotes) meet(ctx context.Context, syncID string, leave bool) error {
	select {
	case n.looking <- struct{}{}:
		defer func() { <-n.looking }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if n.marked(syncID) != nil {
		return nil
	}
	_, found, err := n.SessionStore.Get(ctx, markKey, markOf(syncID)...)
	if err == nil && !found && leave {
		err = n.SessionStore.Set(ctx, markKey, []byte(syncID), markOf(syncID)...)
	}
	if err != nil || !found && !leave {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	whole := !found && n.kept[syncID] == nil // else something was read that this process has not written
	kept := n.open(syncID)
	kept.marked, kept.whole = true, whole
	return nil
}

// own says whether the store that has just been read is the sync's own; failed is how the reading ended. Another's stays
// another's, so the mark is looked for after the reading. Where it is gone and what is at hand is not all of the sync's
// notes, that is an error. A sync without a mark has noted nothing, and any store is right about that.
func (n *KeptNotes) own(ctx context.Context, syncID string, failed error) (bool, error) {
	kept := n.marked(syncID)
	if kept == nil {
		if failed == nil {
			failed = n.meet(ctx, syncID, false)
		}
		return failed == nil, failed
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
