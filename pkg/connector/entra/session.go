package entra

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/conductorone/baton-sdk/pkg/session"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

// What a later phase of a sync must know of an earlier one is kept in the SDK's session store, which
// lives as long as the sync. Each kind of entry has its prefix:
//
//	kind/<object id>                  the resource type that List made of the object, one byte
//	roles/<application id>            the app roles that have an entitlement, a JSON array of ids
//	assignments/<role>/<principal>    the role assignments seen so far, JSON
//	nesting/<group id>                the groups that a group is in, JSON; none for most groups
//	unfinished/<group id>             a group whose nesting is not whole yet
//	cycle/<group id>                  the hub of the cycle that a group is in
//	component/<hub>                   the groups of a cycle, JSON
//	hub/<hub>/<type>:<id>             how a principal has come to the hub so far, JSON
const (
	prefixKind        = "kind/"
	prefixRoles       = "roles/"
	prefixAssignments = "assignments/"
	prefixNesting     = "nesting/"
	prefixUnfinished  = "unfinished/"
	prefixCycle       = "cycle/"
	prefixComponent   = "component/"
	prefixHub         = "hub/"
)

// kindCodes are what the store holds for a resource type.
func kindCodes() map[string]byte {
	return map[string]byte{typeUser: 'u', typeGroup: 'g', typeApplication: 'a', typeManagedIdentity: 'm', typeRole: 'r'}
}

// remember notes that List has made resources of a type out of these objects.
func remember(ctx context.Context, o rs.SyncOpAttrs, resourceType string, ids iter.Seq[string]) error {
	value := []byte{kindCodes()[resourceType]}
	items := func(yield func(session.SizedItem[[]byte], error) bool) {
		for id := range ids {
			if !yield(session.SizedItem[[]byte]{Key: id, Value: value, Size: len(id) + 1}, nil) {
				return
			}
		}
	}
	if err := session.UnrollSetMany(ctx, o.Session, items, sessions.WithPrefix(prefixKind)); err != nil {
		return fmt.Errorf("remember which objects are a %s: %w", resourceType, err)
	}
	return nil
}

// kinds returns the resource types of those of the objects that were listed, in one batch.
func kinds(ctx context.Context, o rs.SyncOpAttrs, ids []string) (map[string]string, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	found, err := session.UnrollGetMany(ctx, o.Session, ids, sessions.WithPrefix(prefixKind))
	if err != nil {
		return nil, fmt.Errorf("look up the kinds of %d objects: %w", len(ids), err)
	}
	byCode := map[byte]string{}
	for t, code := range kindCodes() {
		byCode[code] = t
	}
	types := make(map[string]string, len(found))
	for id, v := range found {
		if len(v) == 1 {
			types[id] = byCode[v[0]]
		}
	}
	return types, nil
}
