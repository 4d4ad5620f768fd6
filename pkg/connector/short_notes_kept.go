package connector

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

// bagOf reads the options of a call.
func bagOf(ctx context.Context, opts []sessions.SessionStoreOption) (*sessions.SessionStoreBag, error) {
	bag := &sessions.SessionStoreBag{}
	for _, option := range opts {
		if err := option(ctx, bag); err != nil {
			return nil, fmt.Errorf("read the options of the session store: %w", err)
		}
	}
	return bag, nil
}

// hash is what a key of a kind of values is known by.
func (n *ShortNotes) hash(bag *sessions.SessionStoreBag, key string) uint64 {
	var h maphash.Hash
	h.SetSeed(n.seed)
	_, _ = h.WriteString(bag.Prefix) // it never fails
	_ = h.WriteByte(0)
	_, _ = h.WriteString(key)
	return h.Sum64()
}

// atHand returns the values that are kept, and the keys of the others.
func (n *ShortNotes) atHand(bag *sessions.SessionStoreBag, keys []string) (found map[string][]byte, rest []string) {
	found = make(map[string][]byte, len(keys))
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.kept[bag.SyncID]
	for _, key := range keys {
		value, known := kept[n.hash(bag, key)]
		if !known || value[0] == deleted {
			rest = append(rest, key)
			continue
		}
		found[key] = slices.Clone(value[1 : 1+value[0]])
	}
	return found, rest
}

// keep keeps the short ones of values that were read, or written. What was read is older than what is known of the key.
func (n *ShortNotes) keep(bag *sessions.SessionStoreBag, values map[string][]byte, written bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.open(bag.SyncID)
	for key, value := range values {
		hash := n.hash(bag, key)
		_, known := kept[hash]
		switch {
		case known && !written:
		case len(value) <= longestShortNote:
			short := shortValue{byte(len(value))} //nolint:gosec // it is at most longestShortNote
			copy(short[1:], value)
			n.put(kept, hash, short)
		case known:
			kept[hash] = shortValue{deleted}
		}
	}
}

// put keeps a value, where it is known already or there is room.
func (n *ShortNotes) put(kept map[uint64]shortValue, hash uint64, value shortValue) {
	if _, known := kept[hash]; !known {
		if n.size == n.limit {
			return
		}
		n.size++
	}
	kept[hash] = value
}

// open finds what is kept of a sync. One that is new takes the place of the oldest where there are many.
func (n *ShortNotes) open(syncID string) map[uint64]shortValue {
	if kept := n.kept[syncID]; kept != nil {
		return kept
	}
	if len(n.order) == maxSummaries {
		n.drop(n.order[0])
	}
	n.order = append(n.order, syncID)
	n.kept[syncID] = map[uint64]shortValue{}
	return n.kept[syncID]
}

// strike leaves a value to the store, also where it is being read at this moment.
func (n *ShortNotes) strike(bag *sessions.SessionStoreBag, key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.put(n.open(bag.SyncID), n.hash(bag, key), shortValue{deleted})
}

// forget drops what is kept of a sync.
func (n *ShortNotes) forget(syncID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.drop(syncID)
}

func (n *ShortNotes) drop(syncID string) {
	n.size -= len(n.kept[syncID])
	delete(n.kept, syncID)
	n.order = slices.DeleteFunc(n.order, func(id string) bool { return id == syncID })
}
