package onelogin

import (
	"slices"
	"strconv"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// expected is what a c1z of an account has to hold, from its census, by ids that this test puts together itself.
type expected struct{ testkit.Rows }

func expect(c *oneloginsim.Census) *expected {
	e := &expected{testkit.NewRows()}
	for _, u := range c.Users {
		e.Resources["user:"+text(u.ID)] = true
	}
	members := map[int64][]int64{}
	for _, r := range c.Roles {
		members[r.ID] = r.Members
		e.resource("role:"+text(r.ID), "member", "admin")
		e.users("role:"+text(r.ID)+":member", r.Members)
		e.users("role:"+text(r.ID)+":admin", r.Admins)
	}
	for _, g := range c.Groups {
		e.resource("group:"+text(g.ID), "member")
		e.users("group:"+text(g.ID)+":member", g.Users)
	}
	for _, a := range c.Apps {
		e.resource("app:"+text(a.ID), "assigned")
		through := e.roles("app:"+text(a.ID)+":assigned", a.Roles, members)
		e.users("app:"+text(a.ID)+":assigned", slices.DeleteFunc(slices.Clone(a.Users), func(id int64) bool { return through[id] }))
	}
	for _, p := range c.Privileges {
		e.resource("privilege:"+p.ID, "assigned")
		e.users("privilege:"+p.ID+":assigned", p.Users)
		e.roles("privilege:"+p.ID+":assigned", p.Roles, members)
	}
	return e
}

func text(id int64) string { return strconv.FormatInt(id, 10) }

func (e *expected) resource(key string, slugs ...string) {
	e.Resources[key] = true
	for _, slug := range slugs {
		e.Entitlements[key+":"+slug] = true
	}
}

func (e *expected) users(entitlement string, users []int64) {
	for _, u := range users {
		e.Direct[entitlement+":user:"+text(u)] = true
	}
}

// roles expects a grant for each role, and one for each member through it.
func (e *expected) roles(entitlement string, roles []int64, members map[int64][]int64) map[int64]bool {
	through := map[int64]bool{}
	for _, r := range roles {
		e.Direct[entitlement+":role:"+text(r)] = true
		for _, u := range members[r] {
			through[u] = true
			e.Derived[entitlement+":user:"+text(u)] = true
		}
	}
	return through
}
