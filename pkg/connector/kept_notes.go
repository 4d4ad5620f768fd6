package connector

import (
	"context"
	"hash/maphash"
	"maps"
	"sync"
	"time"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

const (
	// maxKeptNotes bounds the short values that are kept of all syncs together: some 6 MB. What comes after them is read
	// from the store each time.
	maxKeptNotes = 1 << 18
	// longestShortNote is the most bytes of a value that is short.
	longestShortNote = 3
	// maxLongNotes bounds the others, bytes, their keys included.
	maxLongNotes = 8 << 20
)

// KeptNotes is a session store with its values at hand, as far as there is room. The shortest are most of them: what an
// object is, a byte or two, is noted of each object of a directory and looked up for each end of each link. The SDK's own
// cache takes 200 bytes for such a value, and forgets it after ten minutes; here it takes 25. A key is known by 64 bits of
// a hash that nobody can foresee: in ten million look-ups the chance that one is mistaken for another is one in a million.
//
// It also sees to it that a sync reads its own notes. The SDK has one store for all syncs of a process, that of the sync
// that began last (session.GRPCSessionServer): what an earlier one reads after that is not there, and would pass for what
// was never noted. So each sync leaves a mark in its store, and where the mark is gone it goes by what is at hand, if that
// is all of its notes; else it fails. One thing is not seen: a sync that an earlier process began, and that makes its first
// call in this one when another's store has taken the place of its own.
//
// Its owner is the process that reads the directory. It keeps the values of a sync from when they are written or first
// read until the SDK clears the sync's, or until another needs the room of one that has been quiet for long.
type KeptNotes struct {
	sessions.SessionStore
	limit, longLimit int
	seed             maphash.Seed

	now func() time.Time
	// looking is full while a worker looks for the mark of a sync, and leaves it.
	looking chan struct{}

	mu       sync.Mutex
	size     int // of the short ones
	longSize int
	kept     map[string]*notesOfSync
}

// NewKeptNotes keeps the values of a store at hand. There may be none.
func NewKeptNotes(store sessions.SessionStore) sessions.SessionStore {
	if store == nil {
		return nil
	}
	return &KeptNotes{
		SessionStore: store, limit: maxKeptNotes, longLimit: maxLongNotes, seed: maphash.MakeSeed(), now: time.Now,
		looking: make(chan struct{}, 1), kept: map[string]*notesOfSync{},
	}
}

// Get returns a value, and whether there is one.
func (n *KeptNotes) Get(ctx context.Context, key string, opts ...sessions.SessionStoreOption) (value []byte, found bool, err error) {
	values, _, err := n.GetMany(ctx, []string{key}, opts...)
	value, found = values[key]
	return value, found, err
}

// GetMany returns what is at hand, and reads the rest.
func (n *KeptNotes) GetMany(ctx context.Context, keys []string, opts ...sessions.SessionStoreOption) (map[string][]byte, []string, error) {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	found, rest := n.atHand(bag, keys)
	if len(rest) == 0 {
		return found, nil, nil
	}
	read, unprocessed, err := n.SessionStore.GetMany(ctx, rest, opts...)
	if own, lost := n.own(ctx, bag.SyncID, err); lost != nil || !own {
		return found, nil, lost
	}
	n.keep(bag, read, false)
	maps.Copy(found, read)
	return found, unprocessed, nil
}

// GetAll returns a page of the values of a prefix.
func (n *KeptNotes) GetAll(ctx context.Context, pageToken string, opts ...sessions.SessionStoreOption) (map[string][]byte, string, error) {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return nil, "", err
	}
	values, next, err := n.SessionStore.GetAll(ctx, pageToken, opts...)
	own, lost := n.own(ctx, bag.SyncID, err)
	switch {
	case lost != nil:
		return nil, "", lost
	case own:
		return values, next, nil
	}
	all, err := n.allOf(bag)
	return all, "", err
}

// Set writes a value, and keeps it if there is room.
func (n *KeptNotes) Set(ctx context.Context, key string, value []byte, opts ...sessions.SessionStoreOption) error {
	return n.SetMany(ctx, map[string][]byte{key: value}, opts...)
}

// SetMany writes values, and keeps them if there is room.
func (n *KeptNotes) SetMany(ctx context.Context, values map[string][]byte, opts ...sessions.SessionStoreOption) error {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return err
	}
	if err := n.mark(ctx, bag.SyncID); err != nil {
		return err
	}
	if err := n.SessionStore.SetMany(ctx, values, opts...); err != nil {
		return err
	}
	n.keep(bag, values, true)
	return nil
}

// Delete removes a value.
func (n *KeptNotes) Delete(ctx context.Context, key string, opts ...sessions.SessionStoreOption) error {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return err
	}
	n.strike(bag, key)
	return n.SessionStore.Delete(ctx, key, opts...)
}

// Clear removes what is noted of a sync.
func (n *KeptNotes) Clear(ctx context.Context, opts ...sessions.SessionStoreOption) error {
	bag, err := bagOf(ctx, opts)
	if err != nil {
		return err
	}
	n.forget(bag.SyncID)
	return n.SessionStore.Clear(ctx, opts...)
}
