package oneloginsim

import (
	"net/http"
	"slices"
	"strconv"
)

// roleArrays bounds the arrays of ids in a row of the list of roles: whether long ones are whole is not documented,
// and here they are not.
const roleArrays = 100

// role finds a role by what stands in the path.
func (c *call) role() (*role, error) {
	id, err := strconv.ParseInt(c.args[0], 10, 64)
	if r, ok := c.a.roles[id]; err == nil && ok {
		return r, nil
	}
	return nil, notFound("Role", c.args[0])
}

func listRoles(c *call) (*reply, error) {
	fields, err := c.fields([]string{"id", "name", "apps", "users", "admins"})
	if err != nil {
		return nil, err
	}
	if fields == nil {
		fields = []string{"id", "name"}
	}
	rows := []object{}
	for _, r := range sorted(c.a.roles) {
		if c.givesApp(r) {
			rows = append(rows, object{"id": r.id, "name": r.name})
		}
	}
	rows = filter(rows, c.query, []string{"name"}, nil)
	return c.list(rows, paging{max: 650, usual: 100, render: func(o object) object { return c.roleRow(o).only(fields) }})
}

// givesApp does the filters by app.
func (c *call) givesApp(r *role) bool {
	if id := c.query.Get("app_id"); id != "" && !slices.ContainsFunc(r.apps, func(app int64) bool { return text(app) == id }) {
		return false
	}
	name := c.query.Get("app_name")
	return name == "" || slices.ContainsFunc(r.apps, func(app int64) bool { return c.a.apps[app] != nil && c.a.apps[app].row["name"] == name })
}

// roleRow adds the arrays of ids to a row.
func (c *call) roleRow(o object) object {
	id, _ := o["id"].(int64)
	r := c.a.roles[id]
	bounded := func(ids []int64) []int64 { return append([]int64{}, ids[:min(len(ids), roleArrays)]...) }
	return o.with(object{"apps": bounded(r.apps), "users": bounded(userIDs(r.users)), "admins": bounded(userIDs(r.admins))})
}

func getRole(c *call) (*reply, error) {
	r, err := c.role()
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, c.roleRow(object{"id": r.id, "name": r.name})), nil
}

// listHolders answers with a role's members or admins, or with everybody where that is asked for.
func listHolders(relation string) func(*call) (*reply, error) {
	return func(c *call) (*reply, error) {
		r, err := c.role()
		if err != nil {
			return nil, err
		}
		rows := []object{}
		held := *r.holders(relation)
		for _, h := range held {
			rows = append(rows, c.a.holderRow(r, h))
		}
		if c.query.Get("include_unassigned") == "true" {
			for _, u := range sorted(c.a.users) {
				id, _ := u["id"].(int64)
				if indexOf(held, id) < 0 {
					rows = append(rows, c.a.personRow(id).with(object{"assigned": false, "added_by": nil, "added_at": nil}))
				}
			}
		}
		rows = filter(rows, c.query, []string{"name"}, nil)
		return c.list(rows, paging{max: 100, usual: 50})
	}
}

func (a *Account) personRow(id int64) object {
	u := a.users[id]
	return object{"id": id, "name": text(u["firstname"]) + " " + text(u["lastname"]), "username": u["username"], "email": u["email"]}
}

func (a *Account) holderRow(r *role, h holder) object {
	by := object{"id": nil, "name": nil}
	if h.addedBy != 0 && !r.withoutAddedBy {
		by = object{"id": h.addedBy, "name": "Account Owner"}
	}
	return a.personRow(h.user).with(object{"added_by": by, "added_at": h.addedAt, "assigned": true})
}

func listRoleApps(c *call) (*reply, error) {
	r, err := c.role()
	if err != nil {
		return nil, err
	}
	assigned := c.query.Get("assigned") != "false"
	rows := []object{}
	for _, app := range sorted(c.a.apps) {
		if slices.Contains(r.apps, app.id) == assigned {
			rows = append(rows, object{"id": app.id, "name": app.row["name"], "icon_url": nil})
		}
	}
	return c.list(rows, paging{max: 100, usual: 50})
}

func listGroups(c *call) (*reply, error) {
	rows := []object{}
	for _, g := range sorted(c.a.groups) {
		rows = append(rows, g.row())
	}
	return c.listV1(rows, paging{max: 50, usual: 50})
}

func (g *group) row() object { return object{"id": g.id, "name": g.name, "reference": nil} }

func getGroup(c *call) (*reply, error) {
	id, err := strconv.ParseInt(c.args[0], 10, 64)
	if g, ok := c.a.groups[id]; err == nil && ok {
		return jsonReply(http.StatusOK, success([]object{g.row()})), nil
	}
	return nil, notFound("Group", c.args[0])
}
