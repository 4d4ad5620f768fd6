package onelogin

import "slices"

// What the types of records say. Five of their numbers are in OneLogin's documentation, the others are known from others
// who read the log: the account's own list of types, which has their names, is held against all of them.

// eventKind is what a record tells of.
type eventKind int

const (
	// objectChanged is a change of whatever of some resource types the record names.
	objectChanged eventKind = iota + 1
	roleMembership
	roleAdministration
	roleApp
	privilegeHeld
	appUsed
)

// meaning is what a type of record means.
type meaning struct {
	kind eventKind
	// gone says that a right was taken away.
	gone bool
	// of are the resource types that a changed object can be of.
	of []string
	// words have to be in the account's own name of the type; where they are not, the number means something else there.
	words []string
}

// knownMeanings are the types that are read, by their numbers.
func knownMeanings() map[int]meaning {
	all := map[int]meaning{
		1: {kind: roleApp, words: []string{"app", "role"}}, 2: {kind: roleApp, gone: true, words: []string{"app", "role"}},
		8:  {kind: appUsed, words: []string{"app"}},
		70: {kind: privilegeHeld, words: []string{"privilege"}}, 71: {kind: privilegeHeld, gone: true, words: []string{"privilege"}},
		72: {kind: privilegeHeld, words: []string{"privilege"}}, 73: {kind: privilegeHeld, gone: true, words: []string{"privilege"}},
		151: {kind: roleAdministration, words: []string{"role"}}, 152: {kind: roleAdministration, gone: true, words: []string{"role"}},
		// An app that a user got by hand, who may have it by a role as well.
		206: {kind: objectChanged, of: []string{typeApp}}, 207: {kind: objectChanged, of: []string{typeApp}},
	}
	// 4 is documented. 147 and 148 are by hand, 149 and 150 by a mapping, 513 and 514 through the API.
	for _, id := range []int{4, 147, 149, 513} {
		all[id] = meaning{kind: roleMembership, words: []string{"role"}}
	}
	for _, id := range []int{148, 150, 514} {
		all[id] = meaning{kind: roleMembership, gone: true, words: []string{"role"}}
	}
	// Unlocked, created, updated, deactivated, activated, deleted, locked, suspended, recently removed, reactivated,
	// imported, and through the API: attribute set, updated, destroyed, locked, created.
	for _, id := range []int{12, 13, 14, 15, 16, 17, 19, 21, 28, 32, 33, 512, 529, 530, 531, 533} {
		all[id] = meaning{kind: objectChanged, of: []string{typeUser}}
	}
	return all
}

// everything are the resource types that a record names objects of.
func everything() []string { return []string{typeUser, typeRole, typeApp} }

// namedMeanings are the meanings by number, given the account's own names of the types, in words. A name that does not
// go with what is known of its number makes the record a change of what it names. One of a number that is not known
// does so where it speaks of a change of what is synced.
func namedMeanings(names map[int][]string) map[int]meaning {
	all := knownMeanings()
	for id, words := range names {
		known, ok := all[id]
		switch {
		case ok && !known.agrees(words):
			all[id] = meaning{kind: objectChanged, of: everything()}
		case !ok:
			if of := changed(words); len(of) > 0 {
				all[id] = meaning{kind: objectChanged, of: of}
			}
		}
	}
	return all
}

// agrees says whether a name goes with the meaning of a right, or of use. Changes go with every name.
func (m meaning) agrees(words []string) bool {
	if m.kind == objectChanged {
		return true
	}
	for _, w := range m.words {
		if !slices.Contains(words, w) && !slices.Contains(words, w+"s") {
			return false
		}
	}
	return !some(words, failures()) && (m.kind == appUsed || some(words, takings()) == m.gone)
}

// changed are the resource types that a name speaks of a change of; none where it tells of an attempt, or of use.
func changed(words []string) []string {
	if some(words, failures()) || !some(words, takings()) && !some(words, doings()) {
		return nil
	}
	var of []string
	for word, resourceType := range map[string]string{"user": typeUser, "role": typeRole, "app": typeApp} {
		if slices.Contains(words, word) || slices.Contains(words, word+"s") {
			of = append(of, resourceType)
		}
	}
	slices.Sort(of)
	return of
}

func some(words, of []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(of, w) })
}

// failures are words of attempts that came to nothing.
func failures() []string {
	return []string{"failed", "failure", "fail", "exception", "error", "denied", "requested", "rejected"}
}

// takings are words of what is taken away.
func takings() []string {
	return []string{"removed", "revoked", "deleted", "destroyed", "unassigned", "ended"}
}

// doings are words of other changes.
func doings() []string {
	return []string{"added", "assigned", "granted", "created", "updated", "changed", "activated", "deactivated", "suspended", "reactivated", "locked", "unlocked",
		"imported", "enabled", "disabled"}
}
