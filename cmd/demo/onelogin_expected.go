package main

import (
	"strconv"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// expectAccount is what the file has to hold of an account, worked out from its census without any code of the connector.
func expectAccount(c *oneloginsim.Census) *rows {
	r, members := newRows(), map[int64][]int64{}
	for _, u := range c.Users {
		r.expectResource("user:" + decimal(u.ID))
	}
	for _, role := range c.Roles {
		members[role.ID] = role.Members
		id := "role:" + decimal(role.ID)
		r.expectResource(id, "member", "admin")
		r.expectUsers(id+":member", role.Members)
		r.expectUsers(id+":admin", role.Admins)
	}
	for _, g := range c.Groups {
		id := "group:" + decimal(g.ID)
		r.expectResource(id, "member")
		r.expectUsers(id+":member", g.Users)
	}
	for _, app := range c.Apps {
		id := "app:" + decimal(app.ID)
		r.expectResource(id, "assigned")
		r.expectRoles(id+":assigned", app.Roles, members)
		r.expectOthers(id+":assigned", app.Users)
	}
	for _, p := range c.Privileges {
		id := "privilege:" + p.ID
		r.expectResource(id, "assigned")
		r.expectRoles(id+":assigned", p.Roles, members)
		r.expectUsers(id+":assigned", p.Users)
	}
	return r
}

func decimal(id int64) string { return strconv.FormatInt(id, 10) }

func (r *rows) expectResource(id string, slugs ...string) {
	r.resources[id] = true
	for _, slug := range slugs {
		r.entitlements[id+":"+slug] = true
	}
}

// expectUsers expects direct grants, also to those who have the same through a role.
func (r *rows) expectUsers(entitlement string, users []int64) {
	for _, u := range users {
		id := entitlement + ":user:" + decimal(u)
		r.direct[id] = true
		delete(r.derived, id)
	}
}

// expectOthers expects direct grants to those who do not have the same through a role: OneLogin does not tell who has an
// app both ways.
func (r *rows) expectOthers(entitlement string, users []int64) {
	for _, u := range users {
		if id := entitlement + ":user:" + decimal(u); !r.derived[id] {
			r.direct[id] = true
		}
	}
}

// expectRoles expects a direct grant to each role, and one to each of its members through it.
func (r *rows) expectRoles(entitlement string, roles []int64, members map[int64][]int64) {
	for _, role := range roles {
		r.direct[entitlement+":role:"+decimal(role)] = true
		for _, u := range members[role] {
			r.derived[entitlement+":user:"+decimal(u)] = true
		}
	}
}
