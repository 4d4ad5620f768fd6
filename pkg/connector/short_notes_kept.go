package connector

import (
	"context"
	"encoding/hex"
	"fmt"
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

// atHand returns the values that are kept, and the keys of the others.
func (n *ShortNotes) atHand(bag *sessions.SessionStoreBag, keys []string) (found map[string][]byte, rest []string) {
	found = make(map[string][]byte, len(keys))
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.kept[keptOf{bag.SyncID, bag.Prefix}]
	for _, key := range keys {
		value, known := shortValue{}, false
		if k, ok := packKey(key); ok {
			value, known = kept[k]
		}
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
	kept := n.open(bag)
	for key, value := range values {
		k, ok := packKey(key)
		if !ok {
			continue
		}
		_, known := kept[k]
		switch {
		case known && !written:
		case len(value) > longestShortNote:
			if known {
				kept[k] = shortValue{deleted}
			}
		case known || n.size < n.limit:
			short := shortValue{byte(len(value))} //nolint:gosec // it is at most longestShortNote
			copy(short[1:], value)
			kept[k] = short
			if !known {
				n.size++
			}
		}
	}
}

// open finds what is kept of a kind of values. A sync that is new takes the place of the oldest where there are many.
func (n *ShortNotes) open(bag *sessions.SessionStoreBag) map[packedKey]shortValue {
	of := keptOf{bag.SyncID, bag.Prefix}
	if kept := n.kept[of]; kept != nil {
		return kept
	}
	if !slices.Contains(n.order, bag.SyncID) {
		if len(n.order) == maxSummaries {
			n.drop(n.order[0])
		}
		n.order = append(n.order, bag.SyncID)
	}
	n.kept[of] = map[packedKey]shortValue{}
	return n.kept[of]
}

// strike leaves a value to the store, also where it is being read at this moment.
func (n *ShortNotes) strike(bag *sessions.SessionStoreBag, key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.open(bag)
	k, ok := packKey(key)
	if !ok {
		return
	}
	_, known := kept[k]
	if !known && n.size == n.limit {
		return // it would not be kept either
	}
	kept[k] = shortValue{deleted}
	if !known {
		n.size++
	}
}

// forget drops what is kept of a sync.
func (n *ShortNotes) forget(syncID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.drop(syncID)
}

func (n *ShortNotes) drop(syncID string) {
	for of, kept := range n.kept {
		if of.syncID == syncID {
			n.size -= len(kept)
			delete(n.kept, of)
		}
	}
	n.order = slices.DeleteFunc(n.order, func(id string) bool { return id == syncID })
}

// packedKey is a key in 17 bytes: 0 and the 16 bytes of a GUID in its usual form, or the length of a shorter key and the
// key.
type packedKey [17]byte

// packKey packs a key; false where it does not fit.
func packKey(key string) (k packedKey, ok bool) {
	if len(key) < len(k) {
		k[0] = byte(len(key)) //nolint:gosec // it is at most 16
		copy(k[1:], key)
		return k, len(key) > 0
	}
	if len(key) != guidLength || key[8] != '-' || key[13] != '-' || key[18] != '-' || key[23] != '-' {
		return packedKey{}, false
	}
	for i := range len(key) {
		if key[i] >= 'A' && key[i] <= 'F' {
			return packedKey{}, false // another key than that in small letters
		}
	}
	digits := make([]byte, 0, 2*len(k))
	for _, part := range []string{key[:8], key[9:13], key[14:18], key[19:23], key[24:]} {
		digits = append(digits, part...)
	}
	if _, err := hex.Decode(k[1:], digits); err != nil {
		return packedKey{}, false
	}
	return k, true
}

const guidLength = 36
