package entra

import (
	"context"
	"fmt"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"

	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
)

// What a later phase of a sync must know of an earlier one is kept in the SDK's session store, which
// lives as long as the sync. Each kind of entry has its prefix:
//
//	kind/<object id>                  what List made of the object: the resource type and the mark, a byte each
//	mailbox/<user id>                 what the user's mailbox is for, JSON; only of pages that failed
//	roles/<application id>            the app roles that have an entitlement, a JSON array of ids
//	assignments/<role>/<principal>    the role assignments seen so far, JSON
//	nesting/<group id>                the groups that a group is in, JSON; none for most groups
//	unfinished/<group id>             a group whose nesting is not whole yet
//	cycle/<group id>                  the hub of the cycle that a group is in
//	component/<hub>                   the groups of a cycle, JSON
//	hub/<hub>/<type>:<id>             how a principal has come to the hub so far, JSON
//	licenses/<type>/<rows before>     who of a page of users or groups has which licence, JSON
//	credentials/<key id>              the object that has the row of a credential, a JSON string
//	identities/<app id>               the resource that a service principal is in this sync, JSON
const (
	prefixKind        = "kind/"
	prefixMailbox     = "mailbox/"
	prefixRoles       = "roles/"
	prefixAssignments = "assignments/"
	prefixNesting     = "nesting/"
	prefixUnfinished  = "unfinished/"
	prefixCycle       = "cycle/"
	prefixComponent   = "component/"
	prefixHub         = "hub/"
	prefixLicenses    = "licenses/"
	prefixCredentials = "credentials/"
	prefixIdentities  = "identities/"
)

// object is what List made of an object of the directory.
type object struct {
	resourceType string
	mark         mark
}

// listed says whether the object is a resource of the type.
func (o object) listed(resourceType string) bool {
	return o.resourceType == resourceType && !o.mark.leavesOut()
}

// mark is what a later phase has to know of an object besides its type.
type mark byte

const (
	plain mark = iota
	// fromOnPremises marks a user whose membership in groups is not synced.
	fromOnPremises
	// adGroup marks a group that is left out because it is synced from on-premises.
	adGroup
	// unassigned marks an application that is left out because nobody is assigned to it.
	unassigned
	// ruled marks a group whose members nobody can change by hand.
	ruled
)

// leavesOut says whether the object is no resource.
func (m mark) leavesOut() bool { return m == adGroup || m == unassigned }

// what is an object that is left out, in a reason.
func (m mark) what() string {
	switch m {
	case adGroup:
		return "a group that is synced from on-premises"
	case unassigned:
		return "an application that nobody is assigned to"
	}
	return ""
}

// kindCodes are what the store holds for a resource type.
func kindCodes() map[string]byte {
	return map[string]byte{typeUser: 'u', typeGroup: 'g', typeApplication: 'a', typeManagedIdentity: 'm', typeRole: 'r', typeLicense: 'l'}
}

// kinds notes what List made of the objects.
func kinds() connector.Notes {
	return connector.Notes{Prefix: prefixKind, Name: "the kinds of objects"}
}

// remember notes what List made of the objects of a page.
func remember(ctx context.Context, o rs.SyncOpAttrs, objects map[string]object) error {
	codes, values := kindCodes(), make(map[string][]byte, len(objects))
	for id, as := range objects {
		values[id] = []byte{codes[as.resourceType], byte(as.mark)}
	}
	return kinds().Write(ctx, o, values)
}

// recall returns what List made of the objects, in one batch; those that it has not seen are missing.
func recall(ctx context.Context, o rs.SyncOpAttrs, ids []string) (map[string]object, error) {
	found, err := kinds().Read(ctx, o, ids)
	if err != nil {
		return nil, err
	}
	byCode := map[byte]string{}
	for t, code := range kindCodes() {
		byCode[code] = t
	}
	objects := make(map[string]object, len(found))
	for id, v := range found {
		if len(v) != 2 || byCode[v[0]] == "" {
			return nil, fmt.Errorf("look up the kinds of %d objects: what was noted of %s cannot be read", len(ids), id)
		}
		objects[id] = object{resourceType: byCode[v[0]], mark: mark(v[1])}
	}
	return objects, nil
}
