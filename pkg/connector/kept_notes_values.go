package connector

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

// notesOfSync are the values of a sync that are at hand.
type notesOfSync struct {
	short map[uint64]shortValue
	// long are the others, by prefix and key.
	long     map[string][]byte
	longSize int
	// marked says that this process left the sync's mark, and whole that all of its notes are at hand.
	marked, whole bool
	// shorts are the prefixes with a short value: their keys are known by a hash alone, and cannot be listed.
	shorts map[string]bool
}

// shortValue is the length of a value and its bytes, or deleted.
type shortValue [1 + longestShortNote]byte

// deleted stands for a value that is long, or no more.
const deleted = 0xff

// overhead is what a long value takes besides its bytes and those of its key, roughly.
const overhead = 64

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
func (n *KeptNotes) hash(bag *sessions.SessionStoreBag, key string) uint64 {
	var h maphash.Hash
	h.SetSeed(n.seed)
	_, _ = h.WriteString(bag.Prefix) // it never fails
	_ = h.WriteByte(0)
	_, _ = h.WriteString(key)
	return h.Sum64()
}

// longKey is what a long value is known by.
func longKey(bag *sessions.SessionStoreBag, key string) string { return bag.Prefix + "\x00" + key }

// atHand returns the values that are kept, and the keys of the others.
func (n *KeptNotes) atHand(bag *sessions.SessionStoreBag, keys []string) (found map[string][]byte, rest []string) {
	found = make(map[string][]byte, len(keys))
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.kept[bag.SyncID]
	if kept == nil {
		return found, keys
	}
	for _, key := range keys {
		if value, known := kept.short[n.hash(bag, key)]; known && value[0] != deleted {
			found[key] = slices.Clone(value[1 : 1+value[0]])
		} else if long, known := kept.long[longKey(bag, key)]; known {
			found[key] = bytes.Clone(long)
		} else {
			rest = append(rest, key)
		}
	}
	return found, rest
}

// allOf returns the values of a prefix, of a sync all of whose notes are at hand.
func (n *KeptNotes) allOf(bag *sessions.SessionStoreBag) (map[string][]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.kept[bag.SyncID]
	if kept == nil || kept.shorts[bag.Prefix] {
		return nil, fmt.Errorf("list the notes of a sync: those of %q are not all at hand", bag.Prefix)
	}
	all := map[string][]byte{}
	for key, value := range kept.long {
		if rest, ok := strings.CutPrefix(key, longKey(bag, "")); ok {
			all[rest] = bytes.Clone(value)
		}
	}
	return all, nil
}

// keep keeps values that were read, or written. What was read is older than what is known of the key.
func (n *KeptNotes) keep(bag *sessions.SessionStoreBag, values map[string][]byte, written bool) {
	if len(values) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.open(bag.SyncID)
	for key, value := range values {
		hash := n.hash(bag, key)
		_, known := kept.short[hash]
		_, knownLong := kept.long[longKey(bag, key)]
		if (known || knownLong) && !written {
			continue
		}
		n.dropLong(kept, longKey(bag, key))
		if len(value) <= longestShortNote {
			short := shortValue{byte(len(value))} //nolint:gosec // it is at most longestShortNote
			copy(short[1:], value)
			n.put(kept, hash, short)
			kept.shorts[bag.Prefix] = true
			continue
		}
		if known {
			kept.short[hash] = shortValue{deleted}
		}
		n.putLong(kept, longKey(bag, key), value)
	}
}

// put keeps a short value, where it is known already or there is room.
func (n *KeptNotes) put(kept *notesOfSync, hash uint64, value shortValue) {
	if _, known := kept.short[hash]; !known {
		if n.size == n.limit {
			kept.whole = false
			return
		}
		n.size++
	}
	kept.short[hash] = value
}

// putLong keeps a long value, where there is room.
func (n *KeptNotes) putLong(kept *notesOfSync, key string, value []byte) {
	size := len(key) + len(value) + overhead
	if n.longSize+size > n.longLimit {
		kept.whole = false
		return
	}
	kept.long[key] = bytes.Clone(value)
	n.longSize += size
	kept.longSize += size
}

func (n *KeptNotes) dropLong(kept *notesOfSync, key string) {
	value, known := kept.long[key]
	if !known {
		return
	}
	delete(kept.long, key)
	size := len(key) + len(value) + overhead
	n.longSize -= size
	kept.longSize -= size
}

// open finds what is kept of a sync. One that is new takes the place of the oldest where there are many.
func (n *KeptNotes) open(syncID string) *notesOfSync {
	if kept := n.kept[syncID]; kept != nil {
		return kept
	}
	if len(n.order) == maxSummaries {
		n.drop(n.order[0])
	}
	n.order = append(n.order, syncID)
	n.kept[syncID] = &notesOfSync{short: map[uint64]shortValue{}, long: map[string][]byte{}, shorts: map[string]bool{}}
	return n.kept[syncID]
}

// strike leaves a value to the store, also where it is being read at this moment.
func (n *KeptNotes) strike(bag *sessions.SessionStoreBag, key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.open(bag.SyncID)
	n.dropLong(kept, longKey(bag, key))
	n.put(kept, n.hash(bag, key), shortValue{deleted})
}

// forget drops what is kept of a sync.
func (n *KeptNotes) forget(syncID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.drop(syncID)
}

func (n *KeptNotes) drop(syncID string) {
	if kept := n.kept[syncID]; kept != nil {
		n.size -= len(kept.short)
		n.longSize -= kept.longSize
	}
	delete(n.kept, syncID)
	n.order = slices.DeleteFunc(n.order, func(id string) bool { return id == syncID })
}
