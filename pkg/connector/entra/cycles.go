package entra

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Groups that contain each other are given to the SDK without the circle, and with the same outcome:
//
//  1. One of them, the hub, is given the direct members of all the others as well, as grants whose
//     sources name where they come from, as expansion would have written them.
//  2. Each of the others passes on what the hub holds, and nothing else of the circle: the group's grant
//     to the hub expands, and where the hub is in it only by way of others, that grant is derived too.
//  3. Links within the circle that do not lead to the hub are plain grants. Groups outside expand as ever.
//
// So the rows stay as many as the members, and the direct grants are exactly the directory's.

const walkCycle = "cycle"

// component is a set of groups that contain each other. The hub comes first.
type component struct {
	Groups []cycleGroup `json:"groups"`
	// Then is the hub of the next component, "" for the last.
	Then string `json:"then,omitempty"`
}

type cycleGroup struct {
	ID    string `json:"id"`
	Fixed bool   `json:"fixed,omitempty"`
	// HasHub says that the hub is a direct member.
	HasHub bool `json:"hub,omitempty"`
}

func (c component) hub() string { return c.Groups[0].ID }

func (c component) index(id string) int {
	return slices.IndexFunc(c.Groups, func(g cycleGroup) bool { return g.ID == id })
}

// component makes the component of a set of numbered groups. The smallest id is the hub, so every run
// has the same.
func (g *nestingGraph) component(set []int, nested map[string]nesting) component {
	slices.Sort(set)
	hub := g.ids[set[0]]
	var c component
	for _, i := range set {
		id := g.ids[i]
		c.Groups = append(c.Groups, cycleGroup{ID: id, Fixed: nested[id].Fixed, HasHub: slices.Contains(nested[hub].In, id)})
	}
	return c
}

// rememberCycles notes the components, and returns the cursor that walks them one after the other.
func rememberCycles(ctx context.Context, o rs.SyncOpAttrs, components []component) (connector.Cursor, error) {
	slices.SortFunc(components, func(a, b component) int { return strings.Compare(a.hub(), b.hub()) })
	byHub, hubs := map[string]component{}, map[string]string{}
	for i, c := range components {
		if i+1 < len(components) {
			c.Then = components[i+1].hub()
		}
		byHub[c.hub()] = c
		for _, g := range c.Groups {
			hubs[g.ID] = c.hub()
		}
	}
	if err := session.SetManyJSON(ctx, o.Session, byHub, sessions.WithPrefix(prefixComponent)); err != nil {
		return connector.Cursor{}, fmt.Errorf("remember %d cycles of groups: %w", len(byHub), err)
	}
	if err := session.SetManyJSON(ctx, o.Session, hubs, sessions.WithPrefix(prefixCycle)); err != nil {
		return connector.Cursor{}, fmt.Errorf("remember %d groups in cycles: %w", len(hubs), err)
	}
	hub := components[0].hub()
	return connector.Cursor{Walk: walkCycle, Parent: hub, Of: hub}, nil
}

// hubsOf returns the hubs of those of the groups that are in a cycle.
func hubsOf(ctx context.Context, o rs.SyncOpAttrs, parents []parent) (map[string]string, error) {
	ids := make([]string, len(parents))
	for i, p := range parents {
		ids[i] = p.id
	}
	hubs, err := session.GetManyJSON[string](ctx, o.Session, ids, sessions.WithPrefix(prefixCycle))
	if err != nil {
		return nil, fmt.Errorf("look up which of %d groups are in cycles: %w", len(ids), err)
	}
	return hubs, nil
}

// cycleGrants reads a page of the members of one group of a component.
func (s *groupSyncer) cycleGrants(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	c, i, err := componentOf(ctx, o, cursor)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	page, err := s.c.graph.ListGroupMembers(ctx, cursor.Of, cursor.Next)
	if err = s.c.unlessDeleted(ctx, o, typeGroup, cursor.Of, err); err != nil {
		return nil, nil, connector.Status(err)
	}
	r, err := s.c.resolve(ctx, o, objectIDs(page.Items))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	r.members = true
	grants, err := c.grants(ctx, o, c.Groups[i], page.Items, r)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	if cursor.Next == "" {
		grants = append(grants, c.linkToHub(c.Groups[i])...)
	}
	results, err := c.after(i, cursor, page.Next)
	if err != nil {
		return nil, nil, err
	}
	r.report(o)
	return grants, results, nil
}

// componentOf returns the component of a cursor, and which of its groups the cursor is at.
func componentOf(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) (component, int, error) {
	c, _, err := session.GetJSON[component](ctx, o.Session, cursor.Parent, sessions.WithPrefix(prefixComponent))
	if err != nil {
		return c, 0, fmt.Errorf("look up the cycle of group %s: %w", cursor.Parent, err)
	}
	i := c.index(cursor.Of)
	if i < 0 {
		return c, 0, fmt.Errorf("the group %s is not in the cycle of group %s", cursor.Of, cursor.Parent)
	}
	return c, i, nil
}

// after goes on with the group's next page, the component's next group, or the next component.
func (c component) after(i int, cursor connector.Cursor, next string) (*rs.SyncOpResults, error) {
	switch {
	case next != "":
		return connector.NextPage(cursor, next)
	case i+1 < len(c.Groups):
		return connector.Resume(connector.Cursor{Walk: walkCycle, Parent: c.hub(), Of: c.Groups[i+1].ID})
	case c.Then != "":
		return connector.Resume(connector.Cursor{Walk: walkCycle, Parent: c.Then, Of: c.Then})
	}
	return connector.NextPage(cursor, "")
}

// grants makes the grants of some of a group's members: its own, and the hub's.
func (c component) grants(ctx context.Context, o rs.SyncOpAttrs, g cycleGroup, members []graph.Object, r *resolver) ([]*v2.Grant, error) {
	var grants []*v2.Grant
	arrivals := map[string]arrival{}
	holders := map[string]*v2.ResourceId{}
	for _, m := range members {
		holder := r.resource(principalOf(m))
		if holder == nil {
			continue
		}
		key := holder.GetResourceType() + ":" + holder.GetResource()
		holders[key] = holder
		if g.ID == c.hub() {
			arrivals[key] = arrival{Direct: true}
			continue
		}
		arrivals[key] = arrival{From: []string{g.ID}}
		grants = append(grants, c.memberGrant(g, holder))
	}
	arrivals, err := c.mergeArrivals(ctx, o, arrivals)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(arrivals)) {
		grants = append(grants, c.memberGrant(c.Groups[0], holders[key], c.sources(arrivals[key])...))
	}
	return grants, nil
}

// memberGrant is the grant of a group of the component to one of its members.
func (c component) memberGrant(g cycleGroup, holder *v2.ResourceId, more ...grant.GrantOption) *v2.Grant {
	if g.Fixed {
		more = append(more, grant.WithAnnotation(v2.GrantImmutable_builder{SourceId: g.ID}.Build()))
	}
	if holder.GetResourceType() == typeGroup && c.passesOn(g, holder.GetResource()) {
		more = append(more, grant.WithAnnotation(throughGroup(holder.GetResource())))
	}
	resource := v2.Resource_builder{Id: connector.ResourceID(typeGroup, g.ID)}.Build()
	return grant.NewGrant(resource, slugMembers, holder, more...)
}

// passesOn says whether a group expands into a group of the component: one from outside does, and the
// hub does into the others.
func (c component) passesOn(into cycleGroup, id string) bool {
	return c.index(id) < 0 || id == c.hub() && into.ID != c.hub()
}

// linkToHub is the derived grant by which a group that does not contain the hub directly gets its members.
func (c component) linkToHub(g cycleGroup) []*v2.Grant {
	if g.HasHub || g.ID == c.hub() {
		return nil
	}
	var a arrival
	for _, other := range c.Groups {
		if other.HasHub {
			a.From = append(a.From, other.ID)
		}
	}
	return []*v2.Grant{c.memberGrant(cycleGroup{ID: g.ID}, connector.ResourceID(typeGroup, c.hub()), c.sources(a)...)}
}

// arrival is how a principal has come to be a member of the hub: directly, or from other groups.
type arrival struct {
	Direct bool     `json:"direct,omitempty"`
	From   []string `json:"from,omitempty"`
}

// sources writes an arrival the way expansion does: nothing for what is direct alone.
func (c component) sources(a arrival) []grant.GrantOption {
	if len(a.From) == 0 {
		return nil
	}
	from := a.From
	if a.Direct {
		from = append([]string{c.hub()}, from...)
	}
	sources := map[string]*v2.GrantSources_GrantSource{}
	for _, id := range from {
		entitlement := connector.EntitlementID(connector.ResourceID(typeGroup, id), slugMembers)
		sources[entitlement] = v2.GrantSources_GrantSource_builder{IsDirect: true}.Build()
	}
	return []grant.GrantOption{func(g *v2.Grant) error {
		g.SetSources(v2.GrantSources_builder{Sources: sources}.Build())
		return nil
	}}
}

// mergeArrivals adds how earlier pages saw the same principals come to the hub, and notes the whole.
func (c component) mergeArrivals(ctx context.Context, o rs.SyncOpAttrs, here map[string]arrival) (map[string]arrival, error) {
	prefix := sessions.WithPrefix(prefixHub + c.hub() + "/")
	keys := make([]string, 0, len(here))
	for key := range here {
		keys = append(keys, key)
	}
	earlier, err := session.GetManyJSON[arrival](ctx, o.Session, keys, prefix)
	if err != nil {
		return nil, fmt.Errorf("look up how %d principals came to the group %s: %w", len(keys), c.hub(), err)
	}
	merged := make(map[string]arrival, len(here))
	for key, a := range here {
		before := earlier[key]
		from := slices.Compact(slices.Sorted(slices.Values(append(a.From, before.From...))))
		merged[key] = arrival{Direct: a.Direct || before.Direct, From: from}
	}
	if err := session.SetManyJSON(ctx, o.Session, merged, prefix); err != nil {
		return nil, fmt.Errorf("remember how %d principals came to the group %s: %w", len(merged), c.hub(), err)
	}
	return merged, nil
}

func objectIDs(objects []graph.Object) []string {
	ids := make([]string, len(objects))
	for i, o := range objects {
		ids[i] = o.ID
	}
	return ids
}
