package connector

import (
	"bytes"
	"time"
)

const (
	// maxSyncs bounds the syncs that are known, whose values may have given way: the one whose last call is the oldest is
	// forgotten for one more. It is more than twice the tasks that --task-concurrency allows at once: a sync that goes on
	// would have to be silent while so many others begin. If it were forgotten, it would be taken for one of an earlier
	// process, and its mark looked for anew.
	maxSyncs = 256
	// quiet is how long a sync makes no call before it counts as ended. The SDK says when a sync has ended well, not when
	// it has failed.
	//
	// To take the room of one that goes on is the greater harm: it may have nothing but what is at hand, as the store is that
	// of the sync that began last, and would fail for certain. One that finds no room reads its store, as long as no other
	// begins. So a failed sync keeps its room for a while, and of two side by side neither takes that of the other.
	quiet = 15 * time.Minute
)

// use finds what is kept of a sync that makes a call, nil if nothing is.
func (n *KeptNotes) use(syncID string) *notesOfSync {
	kept := n.kept[syncID]
	if kept != nil {
		kept.used = n.now()
	}
	return kept
}

// open finds what is kept of a sync, or begins to keep it.
func (n *KeptNotes) open(syncID string) *notesOfSync {
	if kept := n.use(syncID); kept != nil {
		return kept
	}
	if len(n.kept) == maxSyncs {
		n.drop(n.oldest(func(*notesOfSync) bool { return true }))
	}
	kept := &notesOfSync{used: n.now()}
	kept.empty()
	n.kept[syncID] = kept
	return kept
}

// empty leaves the knowledge that there is more than what is at hand.
func (k *notesOfSync) empty() {
	k.short, k.long, k.shorts = map[uint64]shortValue{}, map[string][]byte{}, map[string]bool{}
	k.longSize, k.whole = 0, false
}

// oldest is the sync of those that are asked for whose last call is the oldest, "" if there is none.
func (n *KeptNotes) oldest(asked func(*notesOfSync) bool) string {
	oldest := ""
	for syncID, kept := range n.kept {
		if asked(kept) && (oldest == "" || kept.used.Before(n.kept[oldest].used)) {
			oldest = syncID
		}
	}
	return oldest
}

// giveWay takes the values of a sync that is quiet, of those that have some of the kind that needs room, and says whether
// there was one. The sync stays known as one that has more than what is at hand.
func (n *KeptNotes) giveWay(has func(*notesOfSync) bool) bool {
	now := n.now()
	syncID := n.oldest(func(kept *notesOfSync) bool { return has(kept) && now.Sub(kept.used) >= quiet })
	if syncID == "" {
		return false
	}
	n.release(n.kept[syncID])
	n.kept[syncID].empty()
	return true
}

func hasShort(kept *notesOfSync) bool { return len(kept.short) > 0 }

func hasLong(kept *notesOfSync) bool { return len(kept.long) > 0 }

// put keeps a short value, where it is known already or there is room.
func (n *KeptNotes) put(kept *notesOfSync, hash uint64, value shortValue) {
	if _, known := kept.short[hash]; !known {
		if n.size == n.limit && !n.giveWay(hasShort) {
			kept.whole = false
			return
		}
		n.size++
	}
	kept.short[hash] = value
}

// putLong keeps a long value, where there is room.
func (n *KeptNotes) putLong(kept *notesOfSync, key string, value []byte) {
	size := longSize(key, value)
	for n.longSize+size > n.longLimit {
		if !n.giveWay(hasLong) {
			kept.whole = false
			return
		}
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
	n.longSize -= longSize(key, value)
	kept.longSize -= longSize(key, value)
}

// longSize is what a long value takes.
func longSize(key string, value []byte) int { return len(key) + len(value) + overhead }

// forget drops all that is known of a sync.
func (n *KeptNotes) forget(syncID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.drop(syncID)
}

func (n *KeptNotes) drop(syncID string) {
	if kept := n.kept[syncID]; kept != nil {
		n.release(kept)
	}
	delete(n.kept, syncID)
}

// release gives back the room that a sync's values take.
func (n *KeptNotes) release(kept *notesOfSync) {
	n.size -= len(kept.short)
	n.longSize -= kept.longSize
}
