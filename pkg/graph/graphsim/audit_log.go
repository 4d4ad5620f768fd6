package graphsim

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// auditTime is when the thing was done that a record tells of.
const auditTime = "activityDateTime"

// directoryAuditClass is a record of the audit log. What may stand in a filter is what Microsoft says may, apart
// from what its targets and its initiator are.
var directoryAuditClass = newClass("directoryAudit", `category* correlationId*= result* resultReason* activityDisplayName*=
	activityDateTime*= loggedByService*= operationType* initiatedBy* targetResources* additionalDetails*`)

var directoryAuditSet = &entitySet{
	path: "auditLogs/directoryAudits", class: directoryAuditClass, log: auditTime, tips: true,
	rows: func(t *Tenant) []*object { return t.audits.rows() },
	find: func(t *Tenant, key string) *object { return t.audits.find(key) },
}

// maxRecords is how many records a log remembers; then the older half is forgotten.
const maxRecords = 50_000

// How long a log is kept, as far as is known: with a premium licence, and without.
const (
	retention     = 30 * 24 * time.Hour
	retentionFree = 7 * 24 * time.Hour
)

// recordLog is a log: what was noted shows after a delay, which each record has for itself.
type recordLog struct {
	seed      uint64
	lag, keep time.Duration
	now       func() time.Time

	mu    sync.Mutex
	count int
	list  []record // in the order of their times
}

// record is a row of a log.
type record struct {
	row *object
	// at is its time, and shows is when it begins to show.
	at, shows time.Time
}

func newRecordLog(o Options) *recordLog {
	l := &recordLog{seed: o.Seed, lag: o.AuditLag, keep: retention, now: o.Now}
	if o.WithoutPremium {
		l.keep = retentionFree
	}
	return l
}

// dice are those of the next record.
func (l *recordLog) dice() *dice {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	return newDice(l.seed, "record "+strconv.Itoa(l.count))
}

// delay is what it takes for a record to show.
func (l *recordLog) delay(d *dice) time.Duration { return time.Duration(d.Int64N(int64(l.lag) + 1)) }

// add puts a record where its time belongs.
func (l *recordLog) add(r record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, _ := slices.BinarySearchFunc(l.list, r.at, func(old record, at time.Time) int {
		if old.at.After(at) {
			return 1
		}
		return -1
	})
	l.list = slices.Insert(l.list, i, r)
	if len(l.list) > maxRecords {
		l.list = slices.Clone(l.list[maxRecords/2:])
	}
}

// rows are the records that show, the newest first.
func (l *recordLog) rows() []*object {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	out := make([]*object, 0, len(l.list))
	for _, r := range slices.Backward(l.list) {
		if !now.Before(r.shows) && now.Sub(r.at) <= l.keep {
			out = append(out, r.row)
		}
	}
	return out
}

// find returns a record that shows, nil where there is none of that id.
func (l *recordLog) find(id string) *object {
	for _, row := range l.rows() {
		if strings.EqualFold(row.id(), id) {
			return row
		}
	}
	return nil
}

// all are the records, whether they show or not, the oldest first.
func (l *recordLog) all() []record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}
