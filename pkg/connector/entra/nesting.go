package entra

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/conductorone/baton-sdk/pkg/session"
	"github.com/conductorone/baton-sdk/pkg/sync/expand/scc"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Groups may contain each other: A in B, B in C, C in A. Each then holds the members of all. The SDK's
// expansion merges such groups into one node, after which they no longer get each other's members, and
// an application that is given to one of them is given to the direct members of all. So cycles are
// found before the grants are read, and their groups are left to a walk of their own (cycles.go).
//
// What is in what comes with the list of groups, which costs no request of its own; only a group that
// is in graph.ExpandLimit others or more is asked for the rest, before the grants begin.

const walkNesting = "nesting"

// nesting is what a group is in.
type nesting struct {
	In []string `json:"in"`
	// Fixed says that nobody can change the group's members by hand.
	Fixed bool `json:"fixed,omitempty"`
}

// rememberNesting notes which groups of a page are in which. A group that is left out is in none, so no
// circle leads through it.
func rememberNesting(ctx context.Context, o rs.SyncOpAttrs, groups []graph.Group, markOf func(graph.Group) mark) error {
	nested, unfinished := map[string]nesting{}, map[string]bool{}
	for _, g := range groups {
		if markOf(g).leavesOut() {
			continue
		}
		in := groupIDs(g.MemberOf)
		if len(in) > 0 || !g.AllMemberOf() {
			nested[g.ID] = nesting{In: in, Fixed: membersFixed(g.GroupKind)}
		}
		if !g.AllMemberOf() {
			unfinished[g.ID] = true
		}
	}
	if err := session.SetManyJSON(ctx, o.Session, nested, sessions.WithPrefix(prefixNesting)); err != nil {
		return fmt.Errorf("remember the nesting of %d groups: %w", len(nested), err)
	}
	if err := session.SetManyJSON(ctx, o.Session, unfinished, sessions.WithPrefix(prefixUnfinished)); err != nil {
		return fmt.Errorf("remember %d groups of unfinished nesting: %w", len(unfinished), err)
	}
	return nil
}

// groupIDs are the ids of the groups among the objects, and of those whose kind Graph does not say: who uses them knows the
// groups of the tenant, and passes over others.
func groupIDs(objects []graph.Object) []string {
	var ids []string
	for _, o := range objects {
		if kind := o.Type(); kind == graph.TypeGroup || kind == "" {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// plan reads the rest of the nesting, a page at a time, and then starts the walks.
func (s *groupSyncer) plan(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) (*rs.SyncOpResults, error) {
	if cursor.Parent != "" {
		next, err := s.readNesting(ctx, o, cursor)
		if err != nil {
			return nil, connector.Status(err)
		}
		if next != "" {
			return connector.NextPage(cursor, next)
		}
	}
	unfinished, err := session.GetAllJSON[bool](ctx, o.Session, sessions.WithPrefix(prefixUnfinished))
	if err != nil {
		return nil, connector.Status(fmt.Errorf("look up the groups of unfinished nesting: %w", err))
	}
	for _, id := range slices.Sorted(maps.Keys(unfinished)) {
		if id > cursor.Parent {
			return connector.Resume(connector.Cursor{Walk: walkNesting, Parent: id})
		}
	}
	return s.start(ctx, o)
}

// readNesting reads a page of what one group is in.
func (s *groupSyncer) readNesting(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) (string, error) {
	page, err := s.c.graph.ListGroupMemberOf(ctx, cursor.Parent, cursor.Next)
	if err = s.c.unlessDeleted(ctx, o, typeGroup, cursor.Parent, err); err != nil {
		return "", err
	}
	n, _, err := session.GetJSON[nesting](ctx, o.Session, cursor.Parent, sessions.WithPrefix(prefixNesting))
	if err != nil {
		return "", fmt.Errorf("look up the nesting of group %s: %w", cursor.Parent, err)
	}
	n.In = slices.Compact(slices.Sorted(slices.Values(append(n.In, groupIDs(page.Items)...))))
	if err := session.SetJSON(ctx, o.Session, cursor.Parent, n, sessions.WithPrefix(prefixNesting)); err != nil {
		return "", fmt.Errorf("remember the nesting of group %s: %w", cursor.Parent, err)
	}
	return page.Next, nil
}

// start looks for cycles and starts the walks side by side.
func (s *groupSyncer) start(ctx context.Context, o rs.SyncOpAttrs) (*rs.SyncOpResults, error) {
	nested, err := session.GetAllJSON[nesting](ctx, o.Session, sessions.WithPrefix(prefixNesting))
	if err != nil {
		return nil, connector.Status(fmt.Errorf("look up which groups are in which: %w", err))
	}
	components := cycles(ctx, nested)
	if len(components) == 0 {
		return connector.Begin(s.walks()...)
	}
	first, err := rememberCycles(ctx, o, components)
	if err != nil {
		return nil, connector.Status(err)
	}
	return connector.Begin(s.walks(first)...)
}

// cycles returns the sets of groups that contain each other, as the SDK's own search finds them.
func cycles(ctx context.Context, nested map[string]nesting) []component {
	g := newNestingGraph(nested)
	sets, _ := scc.CondenseFWBW(ctx, g, scc.DefaultOptions())
	var components []component
	for _, set := range sets {
		if len(set) > 1 {
			components = append(components, g.component(set, nested))
		}
	}
	return components
}

// nestingGraph numbers the groups for the search.
type nestingGraph struct {
	ids   []string
	edges [][]int
}

func newNestingGraph(nested map[string]nesting) *nestingGraph {
	g := &nestingGraph{ids: slices.Sorted(maps.Keys(nested))}
	number := make(map[string]int, len(g.ids))
	for i, id := range g.ids {
		number[id] = i
	}
	g.edges = make([][]int, len(g.ids))
	for i, id := range g.ids {
		for _, in := range nested[id].In {
			if j, ok := number[in]; ok { // a group that is in none cannot be part of a cycle
				g.edges[i] = append(g.edges[i], j)
			}
		}
	}
	return g
}

// ForEachNode visits all groups. It is part of scc.Source.
func (g *nestingGraph) ForEachNode(visit func(int) bool) {
	for i := range g.ids {
		if !visit(i) {
			return
		}
	}
}

// ForEachEdgeFrom visits what a group is in. It is part of scc.Source.
func (g *nestingGraph) ForEachEdgeFrom(group int, visit func(int) bool) {
	for _, in := range g.edges[group] {
		if !visit(in) {
			return
		}
	}
}
