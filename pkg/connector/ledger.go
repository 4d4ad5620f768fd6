package connector

import (
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
	pace   pace
	waited time.Duration
	// failed says that an error has told the figures, and stopped that a page was cancelled after whatever was counted last.
	failed, stopped bool
}

// sent is what requests were sent and what they cost, in thousandths of resource units.
type sent struct{ requests, milliUnits int64 }

func newLedger() *ledger {
	known := newKnownRows(maxKnown)
	set := func(kind byte) rowSet { return rowSet{kind, known, map[string]int{}} }
	return &ledger{resources: set('r'), entitlements: set('e'), grants: set('g'), everywhere: set('s'), left: map[string]int{}}
}

func (l *ledger) summary(syncID string) Summary {
	s := Summary{
		SyncID:    syncID,
		Resources: maps.Clone(l.resources.byType), Entitlements: maps.Clone(l.entitlements.byType), Grants: maps.Clone(l.grants.byType),
		Requests: int(l.requests), ResourceUnits: float64(l.milliUnits) / 1000,
		ThrottledSeconds: math.Round(l.waited.Seconds()*10) / 10,
		LeftOut:          maps.Clone(l.left), LeftOutTotal: total(l.left),
	}
	for resourceType, n := range l.everywhere.byType {
		if more := n * s.Resources[resourceType]; more > 0 {
			s.Entitlements[resourceType] += more
		}
	}
	return s
}
