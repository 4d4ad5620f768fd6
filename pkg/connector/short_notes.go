package connector

import (
	"context"
	"hash/maphash"
	"maps"
	"sync"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

const (
	// maxShortNotes bounds what is kept of all syncs together: some 6 MB. What comes after them is read from the store
	// each time.
	maxShortNotes = 1 << 18
	// longestShortNote is the most bytes of a value that is kept.
	longestShortNote = 3
)

// ShortNotes is a session store with the shortest of its values at hand: what an object is, a byte or two, is noted of
// each object of a directory and looked up for each end of each link. The SDK's own cache takes 200 bytes for such a
// value, and forgets it after ten minutes; here it takes 25. A key is known by 64 bits of a hash that nobody can foresee:
// in ten million look-ups the chance that one is mistaken for another is one in a million.
//
// Its owner is the process that reads the directory. It keeps the values of a sync from when they are written or first
// read until the SDK clears the sync's, and of several syncs at once the latest four.
type ShortNotes struct {
	sessions.SessionStore
	limit int
	seed  maphash.Seed

	mu    sync.Mutex
	size  int
	order []string // the syncs, oldest first
	kept  map[string]map[uint64]shortValue
}

// shortValue is the length of a value and its bytes, or deleted.
type shortValue [1 + longestShortNote]byte

// deleted stands for a value that must come from the store from now on.
const deleted = 0xff

// NewShortNotes keeps the short values of a store at hand. There may be none.
func NewShortNotes(store sessions.SessionStore) sessions.SessionStore {
	if store == nil {
		return nil
	}
	return &ShortNotes{SessionStore: store, limit: maxShortNotes, seed: maphash.MakeSeed(), kept: map[string]map[uint64]shortValue{}}
}

// GetMany returns what is at hand, and reads the rest.
func (n *ShortNotes) GetMany(ctx context.Context, keys []string, opts ...sessions.SessionStoreOption) (map[string][]byte, []string, error) {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	found, rest := n.atHand(bag, keys)
	if len(rest) == 0 {
		return found, nil, nil
	}
	read, unprocessed, err := n.SessionStore.GetMany(ctx, rest, opts...)
	if err != nil {
		return nil, nil, err
	}
	n.keep(bag, read, false)
	maps.Copy(found, read)
	return found, unprocessed, nil
}

// Set writes a value, and keeps it if it is short.
func (n *ShortNotes) Set(ctx context.Context, key string, value []byte, opts ...sessions.SessionStoreOption) error {
	return n.SetMany(ctx, map[string][]byte{key: value}, opts...)
}

// SetMany writes values, and keeps the short ones.
func (n *ShortNotes) SetMany(ctx context.Context, values map[string][]byte, opts ...sessions.SessionStoreOption) error {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return err
	}
	if err := n.SessionStore.SetMany(ctx, values, opts...); err != nil {
		return err
	}
	n.keep(bag, values, true)
	return nil
}

// Delete removes a value.
func (n *ShortNotes) Delete(ctx context.Context, key string, opts ...sessions.SessionStoreOption) error {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return err
	}
	n.strike(bag, key)
	return n.SessionStore.Delete(ctx, key, opts...)
}

// Clear removes what is noted of a sync.
func (n *ShortNotes) Clear(ctx context.Context, opts ...sessions.SessionStoreOption) error {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return err
	}
	n.forget(bag.SyncID)
	return n.SessionStore.Clear(ctx, opts...)
}
