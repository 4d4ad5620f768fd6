package graphsim

import (
	"encoding/json"
	"fmt"
)

// maxAssigned is how many assignments the largest application gets.
const maxAssigned = 5000

// distribution hands out assignments to applications until the number of the options is reached.
type distribution struct {
	b          *builder
	d          *dice
	left       int
	principals []*object // users, then groups
	used       map[int]bool
}

// seedAssignments decides who may use which application: the shapes first, then the rest in shares that
// differ a lot, a quarter of the ordinary applications staying without anybody.
func (b *builder) seedAssignments() error {
	a := &distribution{b: b, d: newDice(b.o.Seed, "assignments"), left: b.o.Assignments, used: map[int]bool{appUnassigned: true, appSocial: true}}
	a.principals = append(append(a.principals, b.users...), b.groups...)
	if len(b.apps) == 0 {
		return nil
	}
	for _, step := range []func() error{a.permissions, a.exactSizes, a.dangling, a.manyRoles, a.large, a.rest} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// give assigns a role to a principal, as long as there are assignments to give.
func (a *distribution) give(n int, principalID, roleID string) {
	a.used[n] = true
	if n < len(a.b.apps) && a.left > 0 {
		a.b.t.assign(a.b.apps[n], principalID, roleID, a.d.opaque(), a.d.day())
		a.left--
	}
}

// permissions gives the connector's own service principal what it was granted, as consent does.
func (a *distribution) permissions() error {
	for _, p := range graphPermissions[:4] {
		a.give(appGraph, a.b.apps[appConnector].id(), p[0])
	}
	for _, mi := range a.b.identities[:1] {
		a.give(appGraph, mi.id(), graphPermissions[0][0])
	}
	return nil
}

func (a *distribution) exactSizes() error {
	for i, n := range []int{app19, app20, app21} {
		size := 19 + i
		a.used[n] = true
		if size > a.left || size > len(a.principals) || n >= len(a.b.apps) {
			continue
		}
		if err := a.fill(n, size); err != nil {
			return err
		}
	}
	return nil
}

// dangling points at what is gone: a principal, a role, both; and has the default role beside real ones.
func (a *distribution) dangling() error {
	a.give(appDangling, a.b.deleted[0], noRole)
	a.give(appDangling, a.b.deleted[1], a.b.deleted[2])
	if len(a.principals) > 1 {
		a.give(appDangling, a.principals[0].id(), a.b.deleted[2])
		a.give(appDangling, a.principals[0].id(), noRole)
		a.give(appDangling, a.principals[len(a.principals)-1].id(), noRole)
	}
	for _, mi := range a.b.identities[:2] {
		a.give(appDangling, mi.id(), noRole)
	}
	return nil
}

// manyRoles gives each of the sixty roles to somebody whom it takes, disabled roles too.
func (a *distribution) manyRoles() error {
	roles, err := a.roles(appManyRoles)
	if err != nil || len(a.principals) == 0 {
		return err
	}
	walk := newSample(a.d, len(a.principals))
	for i, r := range roles {
		if r.takes("User") {
			a.give(appManyRoles, a.principals[walk.at(i%walk.n)].id(), r.ID)
		}
		if r.takes("Application") {
			a.give(appManyRoles, a.b.identities[i%len(a.b.identities)].id(), r.ID)
		}
	}
	return nil
}

// large takes three fifths of what is left, or all but a thousand, up to 5,000.
func (a *distribution) large() error {
	return a.fill(appManyAssigned, min(maxAssigned, max(a.left*3/5, a.left-1000)))
}

func (a *distribution) rest() error {
	var open, limits []int
	for n := range a.b.apps {
		if a.used[n] || n == appConnector || n >= appShapes && a.d.chance(25) {
			continue
		}
		roles, err := a.userRoles(n)
		if err != nil {
			return err
		}
		open, limits = append(open, n), append(limits, len(a.principals)*len(roles))
	}
	for i, size := range shares(a.d, a.left, limits) {
		if err := a.fill(open[i], size); err != nil {
			return err
		}
	}
	return nil
}

// fill gives an application that many assignments, no principal twice with the same role.
func (a *distribution) fill(n, size int) error {
	a.used[n] = true
	roles, err := a.userRoles(n)
	if err != nil || len(a.principals) == 0 {
		return err
	}
	walk, first := newSample(a.d, len(a.principals)), a.d.IntN(len(roles))
	for i := range min(size, len(a.principals)*len(roles)) {
		place, round := i%walk.n, i/walk.n
		a.give(n, a.principals[walk.at(place)].id(), roles[(first+place+round)%len(roles)])
	}
	return nil
}

// userRoles are the ids of the roles that users can have: the default role where there is no other.
func (a *distribution) userRoles(n int) ([]string, error) {
	roles, err := a.roles(n)
	var out []string
	for _, r := range roles {
		if r.takes("User") && r.IsEnabled {
			out = append(out, r.ID)
		}
	}
	if len(out) == 0 {
		out = []string{noRole}
	}
	return out, err
}

// roles reads the roles of an application back; an application that is not there has none.
func (a *distribution) roles(n int) ([]appRole, error) {
	if n >= len(a.b.apps) {
		return nil, nil
	}
	var out []appRole
	raw, ok := a.b.apps[n].get("appRoles").(json.RawMessage)
	if !ok {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("read app roles: %w", err)
	}
	return out, nil
}
