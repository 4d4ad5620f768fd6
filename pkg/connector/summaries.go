package connector

import (
	"context"
	"slices"
	"sync"
	"time"
)

// maxSummaries bounds the syncs that are counted at once; the oldest gives way. One process runs one at a
// time, as a rule.
const maxSummaries = 4

// Summaries counts, for each sync under way, what its Summary will say. Its owner is the connector, and the
// server of NewServer counts the rows. A sync's counts live from its first row or request to Take, at its end,
// or until the next one begins where it has failed or was stopped.
//
// Two syncs that overlap have each its own rows and requests, since a request is told apart by its context.
// A wait is not: it is counted to each sync under way.
type Summaries struct {
	mu      sync.Mutex
	order   []string
	ledgers map[string]*ledger
	// before are the requests of the last validation that succeeded, a sync's or a probe's, which cannot be told
	// apart and send the same. They are counted to the sync that follows.
	before sent
}

// purposeKey marks a context with what its requests are sent for.
type purposeKey struct{}

// purpose is a sync, or a validation with what it has sent.
type purpose struct {
	syncID     string
	validation *sent
}

func withPurpose(ctx context.Context, p purpose) context.Context {
	return context.WithValue(ctx, purposeKey{}, p)
}

// Skip counts n rows of a sync that were left out for a reason.
func (s *Summaries) Skip(syncID, reason string, n int) {
	if n == 0 {
		return
	}
	s.count(syncID, func(l *ledger) { l.left[reason] += n })
}

// SkipAll counts rows of a sync that were left out, by reason.
func (s *Summaries) SkipAll(syncID string, left map[string]int) {
	for reason, n := range left {
		s.Skip(syncID, reason, n)
	}
}

// Request counts a round trip and what it cost, to the sync of its context. Requests for anything else are
// not counted.
func (s *Summaries) Request(ctx context.Context, resourceUnits float64) {
	s.spend(ctx, sent{1, milli(resourceUnits)})
}

func (s *Summaries) spend(ctx context.Context, more sent) {
	p, known := ctx.Value(purposeKey{}).(purpose)
	if !known {
		return
	}
	if p.validation != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		p.validation.add(more)
		return
	}
	s.count(p.syncID, func(l *ledger) { l.add(more) })
}

// Units counts what requests within a request have cost, which is counted already. It fits transport.Config.Metered.
func (s *Summaries) Units(ctx context.Context, resourceUnits float64) {
	s.spend(ctx, sent{0, milli(resourceUnits)})
}

func milli(units float64) int64 { return int64(units * 1000) }

func (s *sent) add(more sent) {
	s.requests += more.requests
	s.milliUnits += more.milliUnits
}

// Wait counts a wait that throttling made necessary. It fits transport.Config.Waited.
func (s *Summaries) Wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.ledgers {
		l.waited += d
	}
}

// Take returns the summary of a sync, and forgets it.
func (s *Summaries) Take(syncID string) Summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	summary := s.ledger(syncID).summary(syncID)
	s.forget(syncID)
	return summary
}

// count changes the ledger of a sync.
func (s *Summaries) count(syncID string, change func(*ledger)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.ledger(syncID))
}

// ledger finds the ledger of a sync, or opens one.
func (s *Summaries) ledger(syncID string) *ledger {
	l := s.ledgers[syncID]
	if l != nil {
		l.stopped = false
		return l
	}
	s.forgetEnded()
	if len(s.order) == maxSummaries {
		s.forget(s.order[0])
	}
	if s.ledgers == nil {
		s.ledgers = map[string]*ledger{}
	}
	l = newLedger()
	l.add(s.before)
	s.before = sent{}
	s.ledgers[syncID] = l
	s.order = append(s.order, syncID)
	return l
}

func (s *Summaries) forget(syncID string) {
	delete(s.ledgers, syncID)
	s.order = slices.DeleteFunc(s.order, func(id string) bool { return id == syncID })
}

// forgetEnded makes room: a large sync's ledger holds many megabytes.
func (s *Summaries) forgetEnded() {
	for syncID, l := range s.ledgers {
		if l.failed || l.stopped {
			s.forget(syncID)
		}
	}
}

// validated keeps what a validation has sent for the sync that follows.
func (s *Summaries) validated(validation *sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = *validation
}

// failure returns the figures of a sync for its error, "" where an error has told them before: of several
// workers one tells them.
func (s *Summaries) failure(syncID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.ledger(syncID)
	if l.failed {
		return ""
	}
	l.failed = true
	return l.summary(syncID).soFar()
}

// stop notes that a page of a sync was cancelled. As a rule that ends the sync: another worker has failed, or the task was
// cancelled. One of which something is counted after that goes on, and so does its count.
func (s *Summaries) stop(syncID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.ledgers[syncID]; l != nil {
		l.stopped = true
	}
}
