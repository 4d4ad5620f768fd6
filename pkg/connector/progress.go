package connector

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
)

// Progress is how far a sync has come. Its JSON is read by programs: fields are added, never renamed.
type Progress struct {
	// Phase is what is being read: "resources", "entitlements" or "grants".
	Phase string `json:"phase"`
	// Listing is how many rows of the lists that are under way have been read, and of how many by the service's count.
	// It is there in the phase "resources" alone.
	Listing map[string]Listed `json:"listing,omitempty"`
	// SecondsLeft is a guess of how long the phase will take still, 0 where nothing can be said. What the SDK does after
	// the last row, the expansion of grants and the closing of the file, is not in it.
	SecondsLeft int `json:"seconds_left,omitempty"`
	// Summary is what the sync has come to so far.
	Summary Summary `json:"summary"`
}

// Listed is how far a list has come: rows read, and rows counted by the service, 0 where it does not count them.
type Listed struct {
	Rows    int64 `json:"rows"`
	Counted int64 `json:"counted"`
}

// String is the progress as a line: "Reading resources (45,000 of 100,000 users): 67,000 so far; 48 requests, 48 resource
// units; about 10 s to go".
func (p Progress) String() string {
	text := "Reading " + p.Phase
	for i, name := range slices.Sorted(maps.Keys(p.Listing)) {
		mark := ", "
		if i == 0 {
			mark = " ("
		}
		text += fmt.Sprintf("%s%s of %s %s", mark, thousands(int(p.Listing[name].Rows)), thousands(int(p.Listing[name].Counted)), name)
	}
	if len(p.Listing) > 0 {
		text += ")"
	}
	text += ": " + thousands(p.rows()) + " so far; " + p.Summary.traffic()
	if p.SecondsLeft > 0 {
		text += "; about " + roughly(p.SecondsLeft) + " to go"
	}
	return text
}

// rows is how many the phase has brought.
func (p Progress) rows() int {
	switch p.Phase {
	case phaseResources:
		return total(p.Summary.Resources)
	case phaseEntitlements:
		return total(p.Summary.Entitlements)
	}
	return total(p.Summary.Grants)
}

// roughly writes a guess no finer than it is.
func roughly(seconds int) string {
	switch {
	case seconds <= 10:
		return "10 s"
	case seconds < 90:
		return fmt.Sprintf("%d s", (seconds+9)/10*10)
	}
	return fmt.Sprintf("%d min", (seconds+59)/60)
}

// Telling says how often the progress of a sync is told, and to whom.
type Telling struct {
	// Every is the least time from one to the next. The first comes so long after the sync has begun.
	Every time.Duration
	Tell  func(context.Context, Progress)
	// Now is the clock; time.Now where it is nil.
	Now func() time.Time
}

// LogProgress tells a long sync's progress to the log: a line every half minute.
func LogProgress() Telling {
	return Telling{Every: 30 * time.Second, Tell: func(ctx context.Context, p Progress) {
		ctxzap.Extract(ctx).Info(p.String(), zap.Reflect("progress", p))
	}}
}

// The phases of a sync, in their order.
const (
	phaseResources    = "resources"
	phaseEntitlements = "entitlements"
	phaseGrants       = "grants"
)

// pace is what a guess of the end is made from.
type pace struct {
	phase string
	// began is when the phase did, and told when its progress was told last.
	began, told time.Time
	listing     map[string]Listed
	// Of the cursors of grants: those that are open, those that came to their end, and the pages of both.
	open, ended, pages int
}

// enter notes that a page of a phase has been read.
func (p *pace) enter(phase string, now time.Time) {
	if p.told.IsZero() {
		p.told = now
	}
	if p.phase != phase {
		p.phase, p.began = phase, now
	}
}

// walked notes a page of grants: whether it is the first of its cursor, whether it is the last, and how many cursors it has
// given to others. A process that takes a sync over sees cursors end that it has not seen begin.
func (p *pace) walked(first, last bool, more int) {
	p.pages++
	p.open += more
	if first {
		p.open++
	}
	if last {
		p.open = max(p.open-1, 0)
		p.ended++
	}
}

// longestGuess bounds a guess: one of more than a week is none.
const longestGuess = 7 * 24 * time.Hour

// left guesses how long the phase will take still: as long for what is known to remain as it took for what is done. A
// cursor whose pages are not known takes as many as those that came to their end did. It is 0 where nothing can be said.
func (p *pace) left(now time.Time) time.Duration {
	var done, remaining float64
	switch p.phase {
	case phaseResources:
		for _, l := range p.listing {
			done += float64(min(l.Rows, l.Counted))
			remaining += float64(max(l.Counted-l.Rows, 0))
		}
	case phaseGrants:
		done = float64(p.pages)
		remaining = float64(p.open) * max(1, done/float64(max(p.ended, 1)))
	}
	left := float64(now.Sub(p.began)) * remaining / done // no number where both are 0
	if !(left <= float64(longestGuess)) {
		return 0
	}
	return time.Duration(left)
}

// Listed notes how far the list of a resource type has come, for the sync's progress.
func (s *Summaries) Listed(syncID, name string, rows, counted int64) {
	s.count(syncID, func(l *ledger) {
		if l.pace.listing == nil {
			l.pace.listing = map[string]Listed{}
		}
		if l.pace.listing[name] = (Listed{rows, counted}); rows >= counted {
			delete(l.pace.listing, name)
		}
	})
}

// progressDue returns the progress of a sync if it is time to tell it.
func (s *Summaries) progressDue(syncID, phase string, every time.Duration, now time.Time) (Progress, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.ledger(syncID)
	l.pace.enter(phase, now)
	if now.Sub(l.pace.told) < every {
		return Progress{}, false
	}
	l.pace.told = now
	p := Progress{Phase: phase, Summary: l.summary(syncID), SecondsLeft: int(l.pace.left(now).Seconds())}
	if phase == phaseResources {
		p.Listing = maps.Clone(l.pace.listing)
	}
	return p, true
}
