package requestplan

import (
	"slices"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// nesting is which groups are in which.
type nesting map[string][]string // group -> groups that are its direct members

func nestingOf(groups []graphsim.Record) nesting {
	n := nesting{}
	for _, g := range groups {
		for _, m := range g.Members {
			if m.Type == "group" && m.ID != g.ID() {
				n[g.ID()] = append(n[g.ID()], m.ID)
			}
		}
	}
	return n
}

// parents counts the groups that each group is in.
func (n nesting) parents() map[string]int {
	count := map[string]int{}
	for _, members := range n {
		for _, m := range members {
			count[m]++
		}
	}
	return count
}

// cyclic says whether a group contains itself by way of others.
func (n nesting) cyclic(group string) bool {
	seen := map[string]bool{}
	work := slices.Clone(n[group])
	for len(work) > 0 {
		next := work[0]
		work = work[1:]
		if next == group {
			return true
		}
		if !seen[next] {
			seen[next] = true
			work = append(work, n[next]...)
		}
	}
	return false
}
