package graphsim

import (
	"net/http"
	"time"
)

// Group delta, as far as reading the present state takes it. A first call begins a round: what the groups and their
// links are at that moment, given page by page. A nextLink leads from page to page and holds everything that the first
// call asked for; the last page has a deltaLink in its place. What changes between two rounds is not simulated: the
// deltaLink answers an empty round where nothing has changed, and otherwise says, as the real service may at any time,
// that the reader has to start over.
//
// https://learn.microsoft.com/graph/api/group-delta

const (
	deltaObjects = 200                // the most objects on a page
	deltaLinks   = 500                // the most links on a page, of all its objects together
	deltaIDs     = 50                 // the most ids in the filter
	deltaLife    = 7 * 24 * time.Hour // how long a token of a round is good

	deltaPath   = "/v1.0/groups/delta"
	deltaLatest = "latest" // the token that asks for a deltaLink alone

	skipOfDelta, linkOfDelta = "skiptoken of delta", "deltatoken of delta" // what the bookmarks are for
)

// delta answers one page of a round.
func (s *Server) delta(c *call, q *query) (*reply, error) {
	if status := s.options.DeltaStatus; status != 0 {
		return nil, &refusal{status: status, code: usualCode(status), message: "This tenant gives no delta of groups."}
	}
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	switch {
	case q.skiptoken != "":
		mark, err := s.deltaMark(c, q.skiptoken, skipOfDelta)
		if err != nil {
			return nil, err
		}
		return s.deltaPage(c, mark), nil
	case q.deltatoken != "" && q.deltatoken != deltaLatest:
		return s.nextRound(c, q.deltatoken)
	}
	round, err := s.newRound(c.app, q)
	if err != nil {
		return nil, err
	}
	mark := bookmark{round: round}
	if q.deltatoken == deltaLatest {
		mark.group = len(round.groups)
	}
	return s.deltaPage(c, mark), nil
}

// deltaMark finds where a token leads to. One that is too old, or that nobody knows, leads nowhere.
func (s *Server) deltaMark(c *call, token, kind string) (bookmark, error) {
	mark, err := s.links.find(token, deltaPath, kind)
	if err == nil && c.faultIs(ExpiredPageToken) {
		s.links.forget(token)
		return mark, startOver(c, "syncStateNotFound", mark.round)
	}
	if err != nil || s.options.Now().Sub(mark.round.began) > deltaLife {
		return mark, startOver(c, "syncStateNotFound", mark.round)
	}
	return mark, nil
}

// nextRound answers a deltaLink: with nothing, where nothing has changed.
func (s *Server) nextRound(c *call, token string) (*reply, error) {
	mark, err := s.deltaMark(c, token, linkOfDelta)
	if err != nil {
		return nil, err
	}
	now, err := s.newRound(c.app, mark.round.query)
	if err != nil {
		return nil, err
	}
	if !mark.round.same(now) {
		return nil, startOver(c, "resyncRequired", mark.round)
	}
	return s.deltaPage(c, bookmark{round: now, group: len(now.groups)}), nil
}

// startOver is the refusal of a token, with the address of a first call where it is known what was asked for.
func startOver(c *call, code string, round *deltaRound) *refusal {
	r := &refusal{status: http.StatusGone, code: code,
		message: "The sync state is not there, or the changes since are not. Start over with a full read.", header: http.Header{}}
	if round != nil {
		address := c.origin() + deltaPath + "?"
		if round.query.rest != "" {
			address += round.query.rest + "&"
		}
		r.header.Set("Location", address+"$deltatoken=")
	}
	return r
}
