package oneloginsim

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Account is what the simulator holds. Its exported methods may be called while it serves.
type Account struct {
	options Options

	mu         sync.Mutex
	ids        *dice
	nextID     int64
	users      map[int64]object
	passwords  map[int64]string // as they were written, which no answer has
	roles      map[int64]*role
	apps       map[int64]*app
	groups     map[int64]*group
	privileges []*privilege
	attributes []*attribute
	mappings   []*mapping
	events     []*event
	pending    []run // of mappings
	connectors []object
}

// object is a row as it is on the wire. It is never changed, only replaced, so that who holds one is not disturbed.
type object map[string]any

// with copies an object, with some keys changed.
func (o object) with(changes object) object {
	out := maps.Clone(o)
	maps.Copy(out, changes)
	return out
}

// holder is a user as a member or an admin of a role.
type holder struct {
	user    int64
	addedAt string
	addedBy int64 // 0 where nobody is named
	mapped  bool  // given by a mapping
}

type role struct {
	id             int64
	name           string
	users, admins  []holder
	apps           []int64
	withoutAddedBy bool // its rows have nulls in added_by
}

type app struct {
	id       int64
	row      object  // of a list
	single   object  // more, of the single answer
	personal []int64 // users who have the app by no role
}

type group struct {
	id   int64
	name string
}

type privilege struct {
	id           string
	row          object
	users, roles []int64
}

type attribute struct {
	id              int64
	name, shortName string
	position        int
}

// event is a record of the log, and when it shows.
type event struct {
	id     int64
	at     time.Time
	shows  time.Time
	typeID int
	row    object
}

// id makes an id: they grow, with gaps.
func (a *Account) id() int64 {
	a.nextID += 1 + int64(a.ids.IntN(9))
	return a.nextID
}

// sorted are the values of a map in the order of its ids.
func sorted[T any](rows map[int64]T) []T {
	out := make([]T, 0, len(rows))
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		out = append(out, rows[id])
	}
	return out
}

// holders are those of a role in a relation, "users" or "admins".
func (r *role) holders(relation string) *[]holder {
	if relation == "admins" {
		return &r.admins
	}
	return &r.users
}

func indexOf(list []holder, user int64) int {
	return slices.IndexFunc(list, func(h holder) bool { return h.user == user })
}

func userIDs(list []holder) []int64 {
	out := make([]int64, len(list))
	for i, h := range list {
		out[i] = h.user
	}
	slices.Sort(out)
	return out
}

// appUsers are the ids of everybody who has an app, by whatever way, upward.
func (a *Account) appUsers(app *app) []int64 {
	out := slices.Clone(app.personal)
	for _, r := range a.roles {
		if slices.Contains(r.apps, app.id) {
			out = append(out, userIDs(r.users)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// appRoles are the ids of the roles that give an app, upward.
func (a *Account) appRoles(id int64) []int64 {
	out := []int64{}
	for _, r := range sorted(a.roles) {
		if slices.Contains(r.apps, id) {
			out = append(out, r.id)
		}
	}
	return out
}

// rolesOf are the ids of a user's roles, upward.
func (a *Account) rolesOf(user int64) []int64 {
	out := []int64{}
	for _, r := range sorted(a.roles) {
		if indexOf(r.users, user) >= 0 {
			out = append(out, r.id)
		}
	}
	return out
}

// memberships are the ids of the roles of every user, upward.
func (a *Account) memberships() map[int64][]int64 {
	out := map[int64][]int64{}
	for _, r := range sorted(a.roles) {
		for _, h := range r.users {
			out[h.user] = append(out[h.user], r.id)
		}
	}
	return out
}
