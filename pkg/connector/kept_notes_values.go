package connector

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

// notesOfSync are the values of a sync that are at hand.
type notesOfSync struct {
	short map[uint64]shortValue
	// long are the others, by prefix and key.
	long     map[string][]byte
	longSize int
	// marked says that the sync's mark is known to stand in its store, or to have stood there, and whole that all of its
	// notes are at hand.
	marked, whole bool
	// used is when the sync made its last call.
	used time.Time
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
	kept := n.use(bag.SyncID)
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

// strike leaves a value to the store, also where it is being read at this moment.
func (n *KeptNotes) strike(bag *sessions.SessionStoreBag, key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.open(bag.SyncID)
	n.dropLong(kept, longKey(bag, key))
	n.put(kept, n.hash(bag, key), shortValue{deleted})
}
