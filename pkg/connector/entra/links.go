package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// How members, owners and assignments are read: the list of all parents comes with up to
// graph.ExpandLimit links each, which settles the small ones a thousand at a time. A parent that shows
// that many may have more: it becomes a cursor of its own, or part of one, which another worker may take.

// parent is an object with some of its links.
type parent struct {
	id string
	// fixed says that nobody can change the links by hand.
	fixed bool
	// whole says that links is all there is.
	whole bool
	links []principal
}

// walk reads one relation of one resource type.
type walk struct {
	name         string // of the cursors; the relation is also the entitlement's slug
	resourceType string
	slug         string
	parents      func(ctx context.Context, next string) (graph.Page[parent], error)
	links        func(ctx context.Context, parentID, next string) (graph.Page[graph.Object], error)
	// elsewhere, where it is set, tells which parents belong to another walk.
	elsewhere func(ctx context.Context, o rs.SyncOpAttrs, parents []parent) (map[string]string, error)
	// members says that the links are those of members of groups.
	members bool
	// shards says that large parents are read many at a time (group_shards.go).
	shards bool
	// expands says whether a group that is linked passes the right on to its members.
	expands bool
}

// grants reads a page of a walk: of the list of parents, or of one large parent's own list.
func (c *Connector) grants(ctx context.Context, o rs.SyncOpAttrs, w walk, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	switch {
	case cursor.Queue != "":
		return handOut(cursor)
	case cursor.Parent != "":
		return c.grantsOfOne(ctx, o, w, cursor)
	}
	page, err := w.parents(ctx, cursor.Next)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	r, err := c.resolve(ctx, o, idsOf(page.Items))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	r.members = w.members
	elsewhere, err := w.inAnotherWalk(ctx, o, page.Items)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	var grants []*v2.Grant
	var large []parent
	for _, p := range page.Items {
		if elsewhere[p.id] != "" || !r.listed(w.resourceType, p.id, len(p.links)) {
			continue
		}
		if p.whole {
			grants = append(grants, w.grantsTo(p, p.links, r)...)
			continue
		}
		large = append(large, p)
		grants = append(grants, w.grantsTo(p, servicePrincipals(p.links), r.uncounted())...)
	}
	cursor, more, err := w.large(cursor, page.Next, large)
	if err != nil {
		return nil, nil, err
	}
	results, err := connector.NextPage(cursor, page.Next, more...)
	if err != nil {
		return nil, nil, err
	}
	if !cursor.Again {
		r.report(o)
	}
	return grants, results, nil
}

func (w walk) inAnotherWalk(ctx context.Context, o rs.SyncOpAttrs, parents []parent) (map[string]string, error) {
	if w.elsewhere == nil {
		return nil, nil
	}
	return w.elsewhere(ctx, o, parents)
}

// grantsOfOne reads a page of one large parent's links.
func (c *Connector) grantsOfOne(ctx context.Context, o rs.SyncOpAttrs, w walk, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	page, err := w.links(ctx, cursor.Parent, cursor.Next)
	if err = c.unlessDeleted(ctx, o, w.resourceType, cursor.Parent, err); err != nil {
		return nil, nil, connector.Status(err)
	}
	p := parent{id: cursor.Parent, fixed: cursor.Fixed}
	for _, object := range page.Items {
		p.links = append(p.links, principalOf(object))
	}
	r, err := c.resolve(ctx, o, idsOf([]parent{p}))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	r.members = w.members
	grants := w.grantsTo(p, p.links, r)
	results, err := connector.NextPage(cursor, page.Next)
	if err != nil {
		return nil, nil, err
	}
	if !cursor.Again {
		r.report(o)
	}
	return grants, results, nil
}

// grantsTo makes the grants of some of a parent's links.
func (w walk) grantsTo(p parent, links []principal, r *resolver) []*v2.Grant {
	resource := v2.Resource_builder{Id: connector.ResourceID(w.resourceType, p.id)}.Build()
	var grants []*v2.Grant
	for _, link := range links {
		holder := r.resource(link)
		if holder == nil {
			continue
		}
		var options []grant.GrantOption
		if p.fixed {
			options = append(options, grant.WithAnnotation(v2.GrantImmutable_builder{SourceId: p.id}.Build()))
		}
		if w.expands && holder.GetResourceType() == typeGroup {
			options = append(options, grant.WithAnnotation(throughGroup(holder.GetResource())))
		}
		grants = append(grants, grant.NewGrant(resource, w.slug, holder, options...))
	}
	return grants
}

// throughGroup passes a right on to the members of a group, and to those of the groups within it.
func throughGroup(groupID string) *v2.GrantExpandable {
	return v2.GrantExpandable_builder{EntitlementIds: []string{
		connector.EntitlementID(connector.ResourceID(typeGroup, groupID), slugMembers)}}.Build()
}

// servicePrincipals picks them out of the links that came with a large parent. The parent's own list
// should show them too, but Graph has left them out of it before, and a grant twice is one grant.
func servicePrincipals(links []principal) []principal {
	var out []principal
	for _, l := range links {
		if l.kind == graph.TypeServicePrincipal {
			out = append(out, l)
		}
	}
	return out
}

// idsOf gathers the ids that a page speaks of.
func idsOf(parents []parent) []string {
	var ids []string
	for _, p := range parents {
		ids = append(ids, p.id)
		for _, l := range p.links {
			ids = append(ids, l.id)
		}
	}
	return ids
}

// mapPage turns the rows of a page into parents.
func mapPage[T any](page graph.Page[T], to func(T) parent) graph.Page[parent] {
	out := graph.Page[parent]{Next: page.Next, Items: make([]parent, len(page.Items))}
	for i, item := range page.Items {
		out.Items[i] = to(item)
	}
	return out
}

func principalsOf(objects []graph.Object) []principal {
	out := make([]principal, len(objects))
	for i, o := range objects {
		out[i] = principalOf(o)
	}
	return out
}
