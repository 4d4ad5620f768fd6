package oneloginsim

import (
	"fmt"
	"strconv"
	"strings"
)

// oddUsers are the shapes at the head of the list, in this order.
func (b *builder) oddUsers() []object {
	never := "2000-01-01T00:00:00.000Z" // a placeholder
	shapes := []object{
		{}, // the first is as plain as can be
		{"username": "", "last_login": never},
		{"username": nil, "lastname": nil, "title": nil, "company": nil, "department": nil},
		{"group_id": nil, "external_id": nil},
		{"email": "", "last_login": nil, "activated_at": nil, "password_changed_at": nil, "invitation_sent_at": nil},
		{"manager_user_id": nil, "manager_ad_id": "cn=boss,dc=corp"},
		{"created_at": never, "updated_at": nil},
		{"group_id": int64(0)},
	}
	for _, status := range []int64{0, 2, 3, 4, 5, 7, 8} {
		shapes = append(shapes, object{"status": status})
	}
	for state := range int64(4) {
		shapes = append(shapes, object{"state": state})
	}
	for _, name := range oddNames() {
		shapes = append(shapes, object{"firstname": name})
	}
	return append(shapes, object{"status": int64(3), "locked_until": "2031-01-01T00:00:00.000Z"}, object{"status": int64(2), "state": int64(3)},
		object{"directory_id": int64(4711), "samaccountname": "jdoe", "distinguished_name": `CN=Doe\, Jane,DC=corp`, "member_of": `CN=A,DC=corp;CN=B,DC=corp`,
			"userprincipalname": "jdoe@corp.example", "trusted_idp_id": int64(99)})
}

func (b *builder) seedUsers() {
	d, odd := newDice(b.o.Seed, "users"), b.oddUsers()
	for n := range b.o.Users {
		u := b.person(d, n)
		if n < len(odd) {
			u = u.with(odd[n])
		} else if d.chance(6) {
			u["status"] = []int64{0, 2, 2, 3, 7}[d.IntN(5)]
		}
		id, _ := u["id"].(int64)
		b.a.users[id] = u
		b.people = append(b.people, id)
	}
}

// person is an ordinary user. Managers come as numbers and as texts.
func (b *builder) person(d *dice, n int) object {
	given, surname := d.pick(givenNames()), d.pick(surnames())
	mail := strings.ToLower(given+"."+surname) + strconv.Itoa(n) + "@acme.example"
	u := object{}
	for _, column := range allColumns() {
		u[column] = nil
	}
	u = u.with(object{"id": b.a.id(), "username": mail, "email": mail, "firstname": given, "lastname": surname, "status": int64(1), "state": int64(1),
		"external_id": fmt.Sprintf("E%06d", n+1), "phone": fmt.Sprintf("+1555010%04d", n%10000), "invalid_login_attempts": int64(0),
		"created_at": d.day(), "updated_at": d.day(), "activated_at": d.day(), "last_login": d.day(), "password_changed_at": d.day(),
		"company": "Acme", "department": d.pick(departments()), "title": d.pick(titles()), "preferred_locale_code": "en",
		"custom_attributes": object{"cost_center": strconv.Itoa(1000 + d.IntN(20)), "employee_number": strconv.Itoa(n + 1)}})
	if len(b.groups) > 0 && d.chance(80) {
		u["group_id"] = b.groups[d.IntN(len(b.groups))]
	}
	if len(b.people) > 0 && d.chance(85) {
		manager := b.people[d.IntN(min(len(b.people), 40))]
		u["manager_user_id"] = manager
		if n%2 == 0 {
			u["manager_user_id"] = strconv.FormatInt(manager, 10)
		}
	}
	if n%3 == 0 {
		u["manager_ad_id"] = int64(n + 1)
	}
	return u
}
