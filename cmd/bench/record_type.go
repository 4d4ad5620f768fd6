package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/protobuf/proto"
)

// static says whether every resource of the type has an entitlement of the slug, and all of them alike.
func (t *recording) static(slug string) bool {
	s := t.slugs[slug]
	return s != nil && s.alike == t.count
}

// mix begins the pages, once the rows are counted: no list gets more of them than it fills.
func (t *recording) mix() {
	entitlements := 0
	for slug, s := range t.slugs {
		if !t.static(slug) {
			entitlements += s.rows
		}
	}
	t.resources, t.entitlements, t.grants = newMixer[*v2.Resource](pagesFor(t.count)), newMixer[*v2.Entitlement](pagesFor(entitlements)), newMixer[*v2.Grant](1)
}

func pagesFor(rows int) int {
	return min(mixedPages, max(1, (rows+rowsOnPage-1)/rowsOnPage))
}

// mixer puts rows on pages in an order of its own. The rows of a file are sorted, and the SDK writes sorted rows faster
// than those of any directory, whose order has nothing to do with the file's.
type mixer[T any] struct {
	dice  *rand.Rand
	pages [][]T // that are not full yet
}

// newMixer mixes rows over so many pages.
func newMixer[T any](over int) *mixer[T] {
	return &mixer[T]{dice: rand.New(rand.NewPCG(1, 2)), pages: make([][]T, over)}
}

// add puts a row on one of the pages, and returns the page once it is full.
func (m *mixer[T]) add(row T) (full []T) {
	at := &m.pages[m.dice.IntN(len(m.pages))]
	*at = append(*at, row)
	if len(*at) < rowsOnPage {
		return nil
	}
	full, *at = *at, nil
	return m.mixed(full)
}

// rest returns the pages that are not full.
func (m *mixer[T]) rest() (pages [][]T) {
	for _, page := range m.pages {
		if len(page) > 0 {
			pages = append(pages, m.mixed(page))
		}
	}
	return pages
}

func (m *mixer[T]) mixed(page []T) []T {
	m.dice.Shuffle(len(page), func(i, j int) { page[i], page[j] = page[j], page[i] })
	return page
}

// The messages of pages.
func resourcePage(list []*v2.Resource) proto.Message {
	return v2.ResourcesServiceListResourcesResponse_builder{List: list}.Build()
}

func entitlementPage(list []*v2.Entitlement) proto.Message {
	return v2.EntitlementsServiceListEntitlementsResponse_builder{List: list}.Build()
}

func grantPage(list []*v2.Grant) proto.Message {
	return v2.GrantsServiceListGrantsResponse_builder{List: list}.Build()
}

// put mixes a row in, and writes the page that it fills.
func put[T any](out *rowsWriter, m *mixer[T], row T, pages *[]span, message func([]T) proto.Message) error {
	if full := m.add(row); full != nil {
		return add(out, pages, message(full))
	}
	return nil
}

// putRest writes the pages that are not full.
func putRest[T any](out *rowsWriter, m *mixer[T], pages *[]span, message func([]T) proto.Message) error {
	for _, page := range m.rest() {
		if err := add(out, pages, message(page)); err != nil {
			return err
		}
	}
	m.dice.Shuffle(len(*pages), func(i, j int) { (*pages)[i], (*pages)[j] = (*pages)[j], (*pages)[i] })
	return nil
}

func add(out *rowsWriter, pages *[]span, page proto.Message) error {
	at, err := out.write(page)
	*pages = append(*pages, at)
	return err
}

// finish writes what is left, and the type itself. A type whose grants or entitlements the SDK asks for resource by
// resource is refused: the floor would cost more than it has to.
func (t *recording) finish(r *recorder) (typeRows, error) {
	modes := annotations.Annotations(t.described.GetAnnotations())
	if !modes.Contains(&v2.TypeScopedGrants{}) && !modes.Contains(&v2.SkipEntitlementsAndGrants{}) {
		return typeRows{}, fmt.Errorf("the grants of %s are not read for the type as a whole, and the floor knows no other way", t.rows.ID)
	}
	if err := errors.Join(
		putRest(r.out, t.resources, &t.rows.Resources, resourcePage),
		putRest(r.out, t.entitlements, &t.rows.Entitlements, entitlementPage),
		putRest(r.out, t.grants, &t.rows.Grants, grantPage),
	); err != nil {
		return typeRows{}, err
	}
	var static []*v2.Entitlement
	for _, slug := range slices.Sorted(maps.Keys(t.slugs)) {
		if t.static(slug) {
			static = append(static, t.slugs[slug].template)
		}
	}
	var err error
	if t.rows.Static, err = proto.Marshal(entitlementPage(static)); err != nil {
		return typeRows{}, fmt.Errorf("encode the entitlements of %s: %w", t.rows.ID, err)
	}
	if t.rows.Type, err = proto.Marshal(t.described); err != nil {
		return typeRows{}, fmt.Errorf("encode the resource type %s: %w", t.rows.ID, err)
	}
	return t.rows, nil
}
