package main_test

import (
	"slices"
)

// Resources are all that the account has.
func (a account) Resources() []string {
	c := a.Census()
	var all []string
	for _, u := range c.Users {
		all = append(all, "user:"+text(u.ID))
	}
	for _, r := range c.Roles {
		all = append(all, "role:"+text(r.ID))
	}
	for _, g := range c.Groups {
		all = append(all, "group:"+text(g.ID))
	}
	for _, app := range c.Apps {
		all = append(all, "app:"+text(app.ID))
	}
	for _, p := range c.Privileges {
		all = append(all, "privilege:"+p.ID)
	}
	slices.Sort(all)
	return all
}

// Holders are those of every entitlement: what roles give, with the roles and with their members.
func (a account) Holders() map[string][]string {
	c := a.Census()
	holders, members := map[string][]string{}, map[int64][]int64{}
	for _, r := range c.Roles {
		members[r.ID] = r.Members
		holders["role:"+text(r.ID)+":member"] = keys("user", r.Members)
		holders["role:"+text(r.ID)+":admin"] = keys("user", r.Admins)
	}
	for _, g := range c.Groups {
		holders["group:"+text(g.ID)+":member"] = keys("user", g.Users)
	}
	given := func(users, roles []int64) []string {
		all := slices.Clone(users)
		for _, r := range roles {
			all = append(all, members[r]...)
		}
		slices.Sort(all)
		both := append(keys("role", roles), keys("user", slices.Compact(all))...)
		slices.Sort(both)
		return both
	}
	for _, app := range c.Apps {
		holders["app:"+text(app.ID)+":assigned"] = given(app.Users, app.Roles)
	}
	for _, p := range c.Privileges {
		holders["privilege:"+p.ID+":assigned"] = given(p.Users, p.Roles)
	}
	return holders
}
