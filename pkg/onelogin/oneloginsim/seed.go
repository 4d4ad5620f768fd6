package oneloginsim

import (
	"fmt"
	"strconv"
	"time"
)

// builder makes an account out of a seed. Shapes that hurt readers come first and in a fixed order; the rest is
// ordinary.
type builder struct {
	o       Options
	a       *Account
	people  []int64 // in the order of creation
	groups  []int64
	roles   []*role
	apps    []*app
	beginAt time.Time
}

func build(o Options) *Account {
	a := &Account{options: o, ids: newDice(o.Seed, "ids"), nextID: 90_000_000 + int64(o.Seed%1000)*1000,
		users: map[int64]object{}, passwords: map[int64]string{}, roles: map[int64]*role{}, apps: map[int64]*app{}, groups: map[int64]*group{}}
	b := &builder{o: o, a: a, beginAt: o.Now()}
	for _, step := range []func(){b.seedConnectors, b.seedAttributes, b.seedGroups, b.seedUsers, b.seedApps, b.seedRoles, b.seedMappings, b.seedPrivileges, b.seedEvents} {
		step()
	}
	return a
}

func (b *builder) seedConnectors() {
	for i, name := range []string{"SAML Custom Connector (Advanced)", "OpenId Connect (OIDC)", "SCIM Provisioner with SAML (SCIM v2 Enterprise)", "Form-Based Application"} {
		b.a.connectors = append(b.a.connectors, object{"id": int64(110000 + i), "name": name, "auth_method": int64([]int{2, 8, 2, 6}[i]),
			"allows_new_parameters": true, "icon_url": nil})
	}
}

func (b *builder) seedAttributes() {
	names := [][2]string{{"Cost center", "cost_center"}, {"Employee number", "employee_number"}, {"Office / floor", "office"}}
	if b.o.LastActionField {
		names = append(names, [2]string{"c1_last_action", "c1_last_action"})
	}
	for i, n := range names {
		b.a.attributes = append(b.a.attributes, &attribute{id: b.a.id(), name: n[0], shortName: n[1], position: i + 1})
	}
}

func (b *builder) seedGroups() {
	d := newDice(b.o.Seed, "groups")
	for n := range b.o.Groups {
		g := &group{id: b.a.id(), name: oddName(d, n, departments(), []string{"policy " + strconv.Itoa(n)})}
		b.a.groups[g.id] = g
		b.groups = append(b.groups, g.id)
	}
}

// seedMappings make two: one that gives the second role to a department, one that is off.
func (b *builder) seedMappings() {
	if len(b.roles) < 3 {
		return
	}
	gives := b.roles[2]
	b.a.mappings = []*mapping{
		{id: b.a.id(), name: "Legal by department", enabled: true, conditions: []condition{{"department", "=", "Legal"}}, roles: []int64{gives.id}},
		{id: b.a.id(), name: "Off", conditions: []condition{{"custom_attribute_cost_center", "=", "1"}}, any: true, roles: []int64{gives.id}},
	}
	for _, id := range b.people {
		if u := b.a.users[id]; u["department"] == "Legal" && indexOf(gives.users, id) < 0 {
			gives.users = append(gives.users, holder{user: id, addedAt: "2024-01-01T00:00:00.000Z", mapped: true})
		}
	}
}

func (b *builder) seedPrivileges() {
	d := newDice(b.o.Seed, "privileges")
	actions := [][]string{{"*"}, {"users:List", "users:Unlock"}, {"apps:List", "apps:Get"}, {"roles:ManageUsers"}}
	for n := range b.o.Privileges {
		p := &privilege{id: d.uuid()}
		p.row = object{"id": p.id, "name": oddName(d, n, []string{"Help desk", "Auditors", "App owners"}, []string{strconv.Itoa(n)}), "description": nil,
			"privilege": object{"Version": "2018-05-18", "Statement": []object{{"Effect": "Allow", "Action": actions[n%len(actions)], "Scope": []string{"*"}}}}}
		switch n {
		case 1: // held by nobody
		case 2: // more than a page
			p.users = append(p.users, b.people[:min(120, len(b.people))]...)
		default:
			p.users = b.some(d, b.people, 3)
		}
		for _, r := range b.roles[:min(n%3, len(b.roles))] {
			p.roles = append(p.roles, r.id)
		}
		b.a.privileges = append(b.a.privileges, p)
	}
}

// some takes so many of a list, each once.
func (b *builder) some(d *dice, from []int64, n int) []int64 {
	var out []int64
	for _, i := range d.Perm(len(from))[:min(n, len(from))] {
		out = append(out, from[i])
	}
	return out
}

// seedEvents makes logins of the week before the start.
func (b *builder) seedEvents() {
	if len(b.people) == 0 {
		return
	}
	for n := range b.o.Events {
		at := b.beginAt.Add(-7*24*time.Hour + time.Duration(n)*7*24*time.Hour/time.Duration(b.o.Events+1))
		user := b.people[n%len(b.people)]
		about := b.a.about(user, object{"actor_system": nil, "ipaddr": fmt.Sprintf("192.0.2.%d", n%250)})
		typeID := eventLogin
		if n%5 == 4 && len(b.apps) > 0 {
			app := b.apps[n%len(b.apps)]
			typeID, about = eventAppLogin, about.with(object{"app_id": app.id, "app_name": app.row["name"]})
		}
		b.a.record(at, typeID, about)
		b.a.events[len(b.a.events)-1].shows = at
	}
}
