package entra

import (
	"slices"

	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// The pages of a delta come one after the other, so that a group of everybody would keep its shard at work long
// after all else has been read. Once it shows how large it is it is listed on its own, which takes half as many pages, and the
// delta of the other groups begins anew beside it, once for a shard at the most.

const (
	// hugeFrom is how many pages of a delta count as a group's own before it is listed on its own: some 12,000 members
	// where pages are full. They are read once more.
	hugeFrom = 24
	// mostOf is which share of a page's members a group has where the page counts as its own.
	mostOf = 2.0 / 3
)

// fill notes which group has most of a page, given the members on it by groups.
func (s shard) fill(page []parent) {
	all := 0
	for _, p := range page {
		all += len(p.links)
	}
	at := s.index()
	for _, p := range page {
		if float64(len(p.links)) >= mostOf*float64(all) {
			s[at[p.id]].pages++
		}
	}
}

// huge is where a group stands that has filled so many pages that it is listed on its own, or below 0.
func (s shard) huge() int {
	return slices.IndexFunc(s, func(g shardGroup) bool { return !g.divided && g.pages >= hugeFrom })
}

// divided goes on with a huge group on its own, and with a new delta of the others.
func (s *groupSyncer) divided(cursor connector.Cursor, groups shard, huge int) (*rs.SyncOpResults, error) {
	alone := connector.Cursor{Walk: slugMembers, Parent: groups[huge].id, Fixed: groups[huge].fixed}
	rest := slices.Delete(groups.anew(), huge, huge+1)
	for i := range rest {
		rest[i].divided = true
	}
	if len(rest) == 0 {
		return connector.Resume(alone)
	}
	return connector.Resume(alone, connector.Cursor{Walk: walkShard, Batch: rest.text(), Restarts: cursor.Restarts})
}
