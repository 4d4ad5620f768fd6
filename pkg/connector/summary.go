package connector

import (
	"sync"
)

// maxSummaries bounds the syncs that are counted at once; the oldest gives way.
const maxSummaries = 16

// Summaries counts, for each sync under way, what was left out and why. Its owner is the connector; a
// sync's counts live from its first to Take, at its end.
type Summaries struct {
	mu    sync.Mutex
	order []string
	skips map[string]map[string]int
}

// Skip counts n rows of a sync that were left out for a reason.
func (s *Summaries) Skip(syncID, reason string, n int) {
	if n == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.skips == nil {
		s.skips = map[string]map[string]int{}
	}
	if s.skips[syncID] == nil {
		s.skips[syncID] = map[string]int{}
		s.order = append(s.order, syncID)
		if len(s.order) > maxSummaries {
			delete(s.skips, s.order[0])
			s.order = s.order[1:]
		}
	}
	s.skips[syncID][reason] += n
}

// Take returns the counts of a sync, by reason, and forgets them.
func (s *Summaries) Take(syncID string) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := s.skips[syncID]
	delete(s.skips, syncID)
	for i, id := range s.order {
		if id == syncID {
			s.order = append(s.order[:i:i], s.order[i+1:]...)
			break
		}
	}
	return counts
}
