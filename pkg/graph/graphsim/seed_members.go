package graphsim

// enrolment hands out memberships until the number of the options is reached.
type enrolment struct {
	b    *builder
	d    *dice
	left int
	done map[int]bool // groups whose members are decided
}

// seedMembers decides who is in which group: the shapes first, each whole or not at all, then what is left
// goes to the other groups, in shares that differ a lot.
func (b *builder) seedMembers() error {
	e := &enrolment{b: b, d: newDice(b.o.Seed, "members"), left: b.o.Memberships, done: map[int]bool{}}
	e.done[groupEmpty], e.done[groupEmptyUnified] = true, true
	e.shapes()
	e.rest()
	return nil
}

func (e *enrolment) shapes() {
	e.enrol(groupEverybody, ids(e.b.users))
	for n, size := range []int{group19: 19, group20: 20, group21: 21, group100: 100, group999: 999, group1000: 1000} {
		if size > 0 {
			e.enrol(n, e.people(size))
		}
	}
	e.enrol(groupMixed20, append(e.people(16), append(e.machines(3), e.teams(group19)...)...))
	e.enrol(groupMixed30, append(append(e.people(26), e.teams(group20)...), e.machines(3)...))
	e.enrol(groupRingA, append(e.people(4), e.teams(groupRingB)...))
	e.enrol(groupRingB, append(e.teams(groupRingC), e.people(4)...))
	e.enrol(groupRingC, append(e.people(4), e.teams(groupRingA)...))
	e.enrol(groupOfGroups, e.teams(group19, group20, group21, groupEmpty, groupGuests, groupSynced))
	e.enrol(groupForRoles, e.people(3))
	e.enrol(groupForRolesToo, append(e.people(2), e.machines(1)...))
	e.enrol(groupOwnedByApp, append(e.machines(2), e.people(1)...))
	e.enrol(groupGuests, ids(filterRows(e.b.users, func(o *object) bool { return o.text("userType") == "Guest" })))
}

// enrol makes these the members of a group, if it exists and the number of memberships allows all of them.
func (e *enrolment) enrol(n int, members []string) {
	if n >= len(e.b.groups) || len(members) == 0 || len(members) > e.left {
		return
	}
	e.b.t.members[e.b.groups[n].id()] = members
	e.left -= len(members)
	e.done[n] = true
}

// rest shares what is left among the groups that have nothing yet; some of them stay empty.
func (e *enrolment) rest() {
	var open, limits []int
	for n := range e.b.groups {
		if e.done[n] || n >= groupShapes && e.d.chance(4) {
			continue
		}
		open = append(open, n)
		limits = append(limits, len(e.b.users))
	}
	for i, size := range shares(e.d, e.left, limits) {
		e.enrol(open[i], e.people(size))
	}
}

// people picks that many users, or none where there are fewer.
func (e *enrolment) people(count int) []string { return pickIDs(e.d, e.b.users, count) }

// machines picks service principals, a managed identity among them.
func (e *enrolment) machines(count int) []string {
	out := pickIDs(e.d, e.b.identities, 1)
	return append(out, pickIDs(e.d, e.b.actors(), count-1)...)
}

func (e *enrolment) teams(numbers ...int) []string {
	var out []string
	for _, n := range numbers {
		if n < len(e.b.groups) {
			out = append(out, e.b.groups[n].id())
		}
	}
	return out
}

// actors are the applications that can be a member or an owner.
func (b *builder) actors() []*object {
	return filterRows(b.apps, func(o *object) bool { return o.text("servicePrincipalType") != "SocialIdp" })
}

// pickIDs returns the ids of count different rows, none at all where there are fewer.
func pickIDs(d *dice, rows []*object, count int) []string {
	if count > len(rows) || count == 0 {
		return nil
	}
	walk := newSample(d, len(rows))
	out := make([]string, count)
	for i := range out {
		out[i] = rows[walk.at(i)].id()
	}
	return out
}

func ids(rows []*object) []string {
	out := make([]string, len(rows))
	for i, o := range rows {
		out[i] = o.id()
	}
	return out
}
