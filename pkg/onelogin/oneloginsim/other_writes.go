package oneloginsim

import (
	"net/http"
	"slices"
	"strconv"
)

// assignPrivilege gives a privilege to users or roles, named in an object.
func assignPrivilege(relation string) func(*call) (*reply, error) {
	return func(c *call) (*reply, error) {
		p, err := c.privilege()
		if err != nil {
			return nil, err
		}
		in, err := c.bodyObject()
		if err != nil {
			return nil, err
		}
		list, isList := in[relation].([]any)
		if !isList || len(in) != 1 {
			return nil, badRequest("the body must hold %s, an array of ids", relation)
		}
		given, err := ids(list)
		if err != nil {
			return nil, err
		}
		for _, id := range given {
			if relation == "users" && c.a.users[id] == nil || relation == "roles" && c.a.roles[id] == nil {
				return nil, notFound(relation, id)
			}
		}
		held := p.holders(relation)
		for _, id := range given {
			if !slices.Contains(*held, id) {
				*held = append(*held, id)
				c.recordPrivilege(p, relation, id, eventPrivilegeGranted)
			}
		}
		return jsonReply(http.StatusCreated, object{"success": true}), nil
	}
}

func (c *call) recordPrivilege(p *privilege, relation string, id int64, typeID int) {
	about := object{"role_id": id}
	if relation == "users" {
		about = c.a.about(id, nil)
	}
	c.a.record(c.now, typeID, about.with(object{"operation_name": p.row["name"]}))
}

// removePrivilege takes a privilege from a user or role, who must hold it.
func removePrivilege(relation string) func(*call) (*reply, error) {
	return func(c *call) (*reply, error) {
		p, err := c.privilege()
		if err != nil {
			return nil, err
		}
		id, err := strconv.ParseInt(c.args[1], 10, 64)
		held := p.holders(relation)
		if err != nil || !slices.Contains(*held, id) {
			return nil, notFound(relation, c.args[1])
		}
		*held = without(*held, id)
		c.recordPrivilege(p, relation, id, eventPrivilegeRevoked)
		return &reply{status: http.StatusNoContent, header: http.Header{}}, nil
	}
}

// appChanges reads the fields of a body that an app can be written with.
func (c *call) appChanges() (object, error) {
	in, err := c.bodyObject()
	if err != nil {
		return nil, err
	}
	out := object{"updated_at": moment(c.now)}
	for field, value := range in {
		if !slices.Contains([]string{"name", "description", "connector_id", "visible"}, field) {
			return nil, badField(field, "is not a field that can be written")
		}
		if field == "connector_id" {
			n, err := strconv.ParseInt(text(value), 10, 64)
			if err != nil {
				return nil, badField(field, "must be a number")
			}
			value = n
		}
		out[field] = value
	}
	return out, nil
}

func createApp(c *call) (*reply, error) {
	in, err := c.appChanges()
	if err != nil {
		return nil, err
	}
	if text(in["name"]) == "" || in["connector_id"] == nil {
		return nil, badField("name", "name and connector_id must be present")
	}
	app := newApp(c.a.id(), in, moment(c.now))
	c.a.apps[app.id] = app
	return jsonReply(http.StatusCreated, c.a.wholeApp(app)), nil
}

// newApp is an app that nobody has.
func newApp(id int64, fields object, at string) *app {
	row := object{"id": id, "name": "", "description": nil, "connector_id": nil, "auth_method": int64(2), "visible": true, "created_at": at, "updated_at": at}
	return &app{id: id, row: row.with(fields), single: object{"parameters": object{}, "configuration": object{}, "provisioning": object{"enabled": false}}}
}

func updateApp(c *call) (*reply, error) {
	app, err := c.appOf(c.args[0])
	if err != nil {
		return nil, err
	}
	in, err := c.appChanges()
	if err != nil {
		return nil, err
	}
	app.row = app.row.with(in)
	return jsonReply(http.StatusOK, c.a.wholeApp(app)), nil
}

func deleteApp(c *call) (*reply, error) {
	app, err := c.appOf(c.args[0])
	if err != nil {
		return nil, err
	}
	c.a.forgetApp(app.id)
	return &reply{status: http.StatusNoContent, header: http.Header{}}, nil
}

// forgetApp takes an app out of everything.
func (a *Account) forgetApp(id int64) {
	delete(a.apps, id)
	for _, r := range a.roles {
		r.apps = without(r.apps, id)
	}
}
