package entra

import "github.com/conductorone/baton-microsoft-entra/pkg/graph"

// take sorts the members of a page by their groups, each once, and notes in the shard what has come. Groups that nobody
// asked for are passed over.
func (s shard) take(deltas []graph.GroupDelta) []parent {
	at := s.index()
	given := make([]parent, len(s))
	known := map[belonging]bool{}
	for _, d := range deltas {
		i, asked := at[d.ID]
		switch {
		case !asked:
			continue
		case d.Removed != nil: // the group is gone, and its members with it
			s[i].named, s[i].unseen, s[i].due = true, false, ""
			continue
		}
		members := d.Members()
		s[i].got(members)
		for _, m := range members {
			if link := (belonging{m.ID, d.ID}); !known[link] {
				known[link] = true
				given[i].links = append(given[i].links, principalOf(m))
			}
		}
	}
	var parents []parent
	for i, p := range given {
		if len(p.links) > 0 {
			p.id, p.fixed = s[i].id, s[i].fixed
			parents = append(parents, p)
		}
	}
	return parents
}

// gone counts the groups of the shard that a page says are deleted.
func (s shard) gone(deltas []graph.GroupDelta) int {
	n, at := 0, s.index()
	for _, d := range deltas {
		if _, asked := at[d.ID]; asked && d.Removed != nil {
			n++
		}
	}
	return n
}
