package connector

import (
	"hash/maphash"
	"maps"
	"math"
	"time"
)

// ledger is what has been counted of one sync.
type ledger struct {
	resources, entitlements, grants rowSet
	// everywhere are entitlements by resource type that the SDK gives to each resource of the type.
	everywhere rowSet
	left       map[string]int
	sent
	waited time.Duration
	// failed says that an error has told the figures.
	failed bool
}

// sent is what requests were sent and what they cost, in thousandths of resource units.
type sent struct{ requests, milliUnits int64 }

func newLedger() *ledger {
	seed := maphash.MakeSeed()
	set := func() rowSet { return rowSet{seed, map[string]*rowsOfType{}} }
	return &ledger{resources: set(), entitlements: set(), grants: set(), everywhere: set(), left: map[string]int{}}
}

// maxKnown bounds the rows of a type that are told apart, so that a count takes some 16 MB at the most.
const maxKnown = 1 << 20

// rowSet is the rows of each resource type. Rows come more than once: where the service repeats a page, or a
// reading begins anew. It knows a row by a hash of its id, and those of a type that come after the first
// maxKnown not at all: of these, one that comes twice is counted twice.
type rowSet struct {
	seed   maphash.Seed
	byType map[string]*rowsOfType
}

type rowsOfType struct {
	known  map[uint64]struct{}
	beyond int
}

// open makes sure that the type has a count, be it 0.
func (r rowSet) open(resourceType string) *rowsOfType {
	rows := r.byType[resourceType]
	if rows == nil {
		rows = &rowsOfType{known: map[uint64]struct{}{}}
		r.byType[resourceType] = rows
	}
	return rows
}

func (r rowSet) add(resourceType, id string) {
	r.open(resourceType).add(maphash.String(r.seed, id), maxKnown)
}

func (r *rowsOfType) add(row uint64, limit int) {
	if _, known := r.known[row]; known {
		return
	}
	if len(r.known) == limit {
		r.beyond++
		return
	}
	r.known[row] = struct{}{}
}

func (r rowSet) counts() map[string]int {
	counts := make(map[string]int, len(r.byType))
	for resourceType, rows := range r.byType {
		counts[resourceType] = len(rows.known) + rows.beyond
	}
	return counts
}

func (l *ledger) summary(syncID string) Summary {
	s := Summary{
		SyncID:    syncID,
		Resources: l.resources.counts(), Entitlements: l.entitlements.counts(), Grants: l.grants.counts(),
		Requests: int(l.requests), ResourceUnits: float64(l.milliUnits) / 1000,
		ThrottledSeconds: math.Round(l.waited.Seconds()*10) / 10,
		LeftOut:          maps.Clone(l.left), LeftOutTotal: total(l.left),
	}
	for resourceType, n := range l.everywhere.counts() {
		if more := n * s.Resources[resourceType]; more > 0 {
			s.Entitlements[resourceType] += more
		}
	}
	return s
}
