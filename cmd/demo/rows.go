package main

import (
	"errors"
	"fmt"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
)

// rows are the ids of all that a file holds, and their counts.
type rows struct {
	found
	resources    map[string]bool // type:id
	entitlements map[string]bool // type:id:slug
	direct       map[string]bool // type:id:slug:type:id, the principal last
	derived      map[string]bool // the same; none is in both
}

func newRows() *rows {
	return &rows{found{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

func (r *rows) resource(x *v2.Resource) {
	r.found.resource(x)
	r.resources[idOf(x.GetId())] = true
}

func (r *rows) entitlement(e *v2.Entitlement) {
	r.found.entitlement(e)
	r.entitlements[e.GetId()] = true
}

func (r *rows) grant(g *v2.Grant) {
	r.found.grant(g)
	id := g.GetEntitlement().GetId() + ":" + idOf(g.GetPrincipal().GetId())
	if c1zfile.Direct(g) {
		r.direct[id] = true
	} else {
		r.derived[id] = true
	}
}

func idOf(id *v2.ResourceId) string { return id.GetResourceType() + ":" + id.GetResource() }

// differences tells what is in the file and not in the account, and the other way round. It is nil where there is none.
func differences(got, want *rows) error {
	var errs []error
	for _, of := range []struct {
		what      string
		got, want map[string]bool
	}{
		{"resources", got.resources, want.resources}, {"entitlements", got.entitlements, want.entitlements},
		{"direct grants", got.direct, want.direct}, {"grants through roles", got.derived, want.derived},
	} {
		errs = append(errs, without(of.want, of.got, of.what, "missing in the file"), without(of.got, of.want, of.what, "in the file and not in the account"))
	}
	return errors.Join(errs...)
}

// without complains of those of a set that are not in another, and names the first.
func without(these, others map[string]bool, what, sentence string) error {
	var left []string
	for id := range these {
		if !others[id] {
			left = append(left, id)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s of %s are %s, such as %s", what, number(len(left)), number(len(these)), sentence, slices.Min(left))
}
