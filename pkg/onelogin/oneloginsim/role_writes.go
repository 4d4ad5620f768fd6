package oneloginsim

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// bareIDs reads a body that is a bare array of ids, as numbers or texts. A wrapped one is refused, and none.
func (c *call) bareIDs() ([]int64, error) {
	var raw []any
	if err := json.Unmarshal(c.body, &raw); err != nil || raw == nil {
		return nil, badRequest("the body must be a bare array of ids")
	}
	return ids(raw)
}

func ids(raw []any) ([]int64, error) {
	out := make([]int64, len(raw))
	for i, v := range raw {
		switch n := v.(type) {
		case float64:
			out[i] = int64(n)
		case json.Number:
			out[i], _ = n.Int64() // what is none is no object's
		case string:
			out[i], _ = strconv.ParseInt(n, 10, 64) // what is none is no object's
		}
		if out[i] <= 0 {
			return nil, badRequest("%v is not an id", v)
		}
	}
	return out, nil
}

// setRoleApps replaces the whole list.
func setRoleApps(c *call) (*reply, error) {
	r, err := c.role()
	if err != nil {
		return nil, err
	}
	given, err := c.bareIDs()
	if err == nil {
		err = c.setApps(r, given)
	}
	if err != nil {
		return nil, err
	}
	rows := []object{}
	for _, id := range r.apps {
		rows = append(rows, object{"id": id})
	}
	return jsonReply(http.StatusOK, rows), nil
}

func (c *call) setApps(r *role, given []int64) error {
	for _, id := range given {
		if c.a.apps[id] == nil {
			return notFound("App", id)
		}
	}
	next := slices.Compact(slices.Sorted(slices.Values(given)))
	tell := func(from, to []int64, typeID int) {
		for _, id := range from {
			if app := c.a.apps[id]; app != nil && !slices.Contains(to, id) {
				c.a.record(c.now, typeID, r.about().with(object{"app_id": id, "app_name": app.row["name"]}))
			}
		}
	}
	tell(next, r.apps, eventAppAdded)
	tell(r.apps, next, eventAppRemoved)
	r.apps = next
	return nil
}

func createRole(c *call) (*reply, error) {
	in, err := c.bodyObject()
	if err != nil {
		return nil, err
	}
	r := &role{name: text(in["name"])}
	if r.name == "" {
		return nil, badField("name", "can't be blank")
	}
	if err := c.fill(r, in); err != nil {
		return nil, err
	}
	r.id = c.a.id()
	c.a.roles[r.id] = r
	return jsonReply(http.StatusCreated, []object{{"id": r.id}}), nil
}

// fill gives a role what a body names. An empty array of users does not take the users out.
func (c *call) fill(r *role, in object) error {
	for field, value := range in {
		list, isList := value.([]any)
		if field == "name" {
			continue
		}
		if !isList || !slices.Contains([]string{"apps", "users", "admins"}, field) {
			return badField(field, "is not a field that can be written")
		}
		given, err := ids(list)
		if err != nil {
			return err
		}
		if field == "apps" {
			if err := c.setApps(r, given); err != nil {
				return err
			}
			continue
		}
		for _, id := range given {
			if _, known := c.a.users[id]; !known {
				return notFound("User", id)
			}
			if indexOf(*r.holders(field), id) < 0 {
				c.join(r, field, id)
			}
		}
	}
	return nil
}

func updateRole(c *call) (*reply, error) {
	r, err := c.role()
	if err != nil {
		return nil, err
	}
	in, err := c.bodyObject()
	if err == nil {
		err = c.fill(r, in)
	}
	if err != nil {
		return nil, err
	}
	r.name = cmp.Or(text(in["name"]), r.name)
	return jsonReply(http.StatusOK, object{"id": r.id}), nil
}

func deleteRole(c *call) (*reply, error) {
	r, err := c.role()
	if err != nil {
		return nil, err
	}
	c.a.forgetRole(r.id)
	return &reply{status: http.StatusNoContent, header: http.Header{}}, nil
}

// forgetRole takes a role out of everything.
func (a *Account) forgetRole(id int64) {
	delete(a.roles, id)
	for _, p := range a.privileges {
		p.roles = without(p.roles, id)
	}
}
