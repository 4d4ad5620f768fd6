package main

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
)

// rowsOnPage is how many rows the floor hands over at a time: what a page of Graph has.
const rowsOnPage = 999

// mixedPages is over how many pages a list is mixed, if it has as many. Grants are mixed within a page: a page of a
// directory, too, has those of one object, or of a few.
const mixedPages = 64

// recorder turns a c1z file into the rows that its connector must have given to the SDK: what the SDK itself has made
// of them, a static entitlement for each resource and the grants that follow from others, is taken out again.
type recorder struct {
	out    *rowsWriter
	byType map[string]*recording
	order  []string
}

// recording is one resource type on its way to the file.
type recording struct {
	described    *v2.ResourceType
	count        int
	slugs        map[string]*slugRows
	resources    *mixer[*v2.Resource]
	entitlements *mixer[*v2.Entitlement]
	grants       *mixer[*v2.Grant]
	rows         typeRows
}

// slugRows are the entitlements of one slug, as far as they can be one static entitlement.
type slugRows struct {
	template *v2.Entitlement // without a resource
	alike    int             // how many are equal to it; -1 once one was not
	rows     int
}

// record writes the rows of a c1z file to another.
func record(ctx context.Context, c1z, path string) error {
	out, err := createRows(path)
	if err != nil {
		return err
	}
	r := &recorder{out: out, byType: map[string]*recording{}}
	if err := c1zfile.Visit(ctx, c1z, c1zfile.Visitor{Types: r.types, Resources: r.count, Entitlements: r.tally}); err != nil {
		return err
	}
	for _, t := range r.byType {
		t.mix()
	}
	if err := c1zfile.Visit(ctx, c1z, c1zfile.Visitor{Resources: r.resources, Entitlements: r.entitlements, Grants: r.grants}); err != nil {
		return err
	}
	index := rows{}
	for _, id := range r.order {
		finished, err := r.byType[id].finish(r)
		if err != nil {
			return err
		}
		index.Types = append(index.Types, finished)
	}
	return out.finish(index)
}

func (r *recorder) types(page []*v2.ResourceType) error {
	for _, t := range page {
		r.order = append(r.order, t.GetId())
		r.byType[t.GetId()] = &recording{described: t, slugs: map[string]*slugRows{}, rows: typeRows{ID: t.GetId()}}
	}
	return nil
}

func (r *recorder) of(id *v2.ResourceId) (*recording, error) {
	t := r.byType[id.GetResourceType()]
	if t == nil {
		return nil, fmt.Errorf("a row is of the resource type %q, which the file does not describe", id.GetResourceType())
	}
	return t, nil
}

func (r *recorder) count(page []*v2.Resource) error {
	for _, row := range page {
		t, err := r.of(row.GetId())
		if err != nil {
			return err
		}
		t.count++
	}
	return nil
}

func (r *recorder) resources(page []*v2.Resource) error {
	for _, row := range page {
		t, err := r.of(row.GetId())
		if err == nil {
			err = put(r.out, t.resources, row, &t.rows.Resources, resourcePage)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tally finds out which entitlements every resource of a type has.
func (r *recorder) tally(page []*v2.Entitlement) error {
	for _, e := range page {
		t, err := r.of(e.GetResource().GetId())
		if err != nil {
			return err
		}
		s, bare := t.slugs[e.GetSlug()], r.withoutResource(e)
		switch {
		case s == nil:
			s = &slugRows{template: bare, alike: 1}
			t.slugs[e.GetSlug()] = s
		case s.alike > 0 && proto.Equal(s.template, bare):
			s.alike++
		default:
			s.alike = -1
		}
		s.rows++
	}
	return nil
}

// withoutResource is an entitlement as every resource may have it. The types that it can be granted to are whole
// again, as a connector hands them over; the file keeps their ids.
func (r *recorder) withoutResource(e *v2.Entitlement) *v2.Entitlement {
	var to []*v2.ResourceType
	for _, t := range e.GetGrantableTo() {
		if known := r.byType[t.GetId()]; known != nil {
			t = known.described
		}
		to = append(to, t)
	}
	return v2.Entitlement_builder{DisplayName: e.GetDisplayName(), Description: e.GetDescription(), GrantableTo: to,
		Annotations: e.GetAnnotations(), Purpose: e.GetPurpose(), Slug: e.GetSlug()}.Build()
}

func (r *recorder) entitlements(page []*v2.Entitlement) error {
	for _, e := range page {
		t, err := r.of(e.GetResource().GetId())
		if err != nil {
			return err
		}
		if t.static(e.GetSlug()) {
			continue
		}
		whole := r.withoutResource(e)
		whole.SetId(e.GetId())
		whole.SetResource(e.GetResource())
		if err := put(r.out, t.entitlements, whole, &t.rows.Entitlements, entitlementPage); err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) grants(page []*v2.Grant) error {
	for _, g := range page {
		if !c1zfile.Direct(g) {
			continue
		}
		t, err := r.of(g.GetEntitlement().GetResource().GetId())
		if err != nil {
			return err
		}
		g.SetSources(nil)
		if err := put(r.out, t.grants, g, &t.rows.Grants, grantPage); err != nil {
			return err
		}
	}
	return nil
}
