package oneloginsim

import "strconv"

// seedApps makes apps: some that nobody has, one that is given personally to many.
func (b *builder) seedApps() {
	d := newDice(b.o.Seed, "apps")
	for n := range b.o.Apps {
		fields := object{"name": oddName(d, n, []string{"Expenses", "Payroll", "Wiki", "Ticketing", "CRM", "Learning"}, []string{strconv.Itoa(n)}),
			"connector_id": int64(110000 + n%4), "auth_method": []int64{0, 1, 2, 3, 4, 6, 7, 8}[n%8], "visible": n%7 != 3, "updated_at": d.day()}
		app := newApp(b.a.id(), fields, d.day())
		switch n {
		case 1: // nobody
		case 2: // more than a page
			app.personal = b.some(d, b.people, 1100)
		default:
			app.personal = b.some(d, b.people, d.IntN(6))
		}
		switch n % 4 {
		case 2:
			app.single["provisioning"] = object{"enabled": true}
		case 3:
			delete(app.single, "provisioning")
		}
		b.a.apps[app.id] = app
		b.apps = append(b.apps, app)
	}
}

// roleSizes are those of the first roles: nobody, everybody as far as 1,200, and around a page.
func roleSizes() []int { return []int{12, 0, 5, 1200, 99, 100, 101, 50, 51, 1, 200} }

func (b *builder) seedRoles() {
	d := newDice(b.o.Seed, "roles")
	for n := range b.o.Roles {
		r := &role{id: b.a.id(), name: oddName(d, n, departments(), []string{"Readers", "Approvers", "Team"}, []string{strconv.Itoa(n)}), withoutAddedBy: n%3 == 0}
		size := 3 + d.IntN(45)
		if n < len(roleSizes()) {
			size = roleSizes()[n]
		}
		for _, id := range b.some(d, b.people, size) {
			r.users = append(r.users, holder{user: id, addedAt: d.day(), addedBy: 1})
		}
		if n%4 != 1 {
			for _, id := range b.some(d, b.people, 1+d.IntN(3)) {
				r.admins = append(r.admins, holder{user: id, addedAt: d.day(), addedBy: 1})
			}
		}
		b.giveApps(d, r, n)
		b.a.roles[r.id] = r
		b.roles = append(b.roles, r)
	}
}

// giveApps gives a role some apps: the first none, the fifth all.
func (b *builder) giveApps(d *dice, r *role, n int) {
	of := map[int]int{0: 0, 4: len(b.apps)}
	count, fixed := of[n]
	if !fixed {
		count = 1 + d.IntN(3)
	}
	for _, i := range d.Perm(len(b.apps))[:min(count, len(b.apps))] {
		if i != 1 || fixed { // the app of nobody is given by one role alone
			r.apps = append(r.apps, b.apps[i].id)
		}
	}
}
