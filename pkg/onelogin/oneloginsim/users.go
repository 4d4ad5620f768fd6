package oneloginsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// accountID is the account's own id.
const accountID = 104050

// listColumns come in each row of a list.
func listColumns() []string {
	return strings.Fields(`id username email firstname lastname status state group_id external_id directory_id samaccountname
		distinguished_name member_of phone created_at updated_at activated_at last_login invitation_sent_at password_changed_at
		invalid_login_attempts locked_until`)
}

// singleColumns come in the answer for one user, or where they are asked for by name.
func singleColumns() []string {
	return strings.Fields(`company department title comment manager_ad_id manager_user_id userprincipalname role_ids
		custom_attributes trusted_idp_id preferred_locale_code`)
}

func allColumns() []string { return slices.Concat(listColumns(), singleColumns()) }

// whole is a user with everything.
func (a *Account) whole(u object) object {
	id, _ := u["id"].(int64)
	return a.wholeIn(u, map[int64][]int64{id: a.rolesOf(id)})
}

// wholeIn is a user with everything, the roles out of what memberships gives.
func (a *Account) wholeIn(u object, roles map[int64][]int64) object {
	out := u.only(allColumns())
	id, _ := u["id"].(int64)
	out["role_ids"] = append([]int64{}, roles[id]...)
	set, _ := u["custom_attributes"].(object)
	values := object{}
	for _, at := range a.attributes {
		values[at.shortName] = set[at.shortName]
	}
	out["custom_attributes"] = values
	return out
}

// one finds a user by what stands in the path.
func (c *call) user() (object, error) {
	id, err := strconv.ParseInt(c.args[0], 10, 64)
	if u, ok := c.a.users[id]; err == nil && ok {
		return u, nil
	}
	return nil, notFound("User", c.args[0])
}

func listUsers(c *call) (*reply, error) {
	fields, err := c.fields(allColumns())
	if err != nil {
		return nil, err
	}
	columns := listColumns()
	if fields != nil {
		columns = fields
	}
	columns = slices.DeleteFunc(slices.Clone(columns), func(f string) bool { return slices.Contains(c.s.options.Withheld, f) })
	rows := filter(sorted(c.a.users), c.query, strings.Fields("firstname lastname email username samaccountname external_id directory_id"),
		map[string]string{"created_": "created_at", "updated_": "updated_at", "last_login_": "last_login"})
	if rows, err = c.filterUsers(rows); err != nil {
		return nil, err
	}
	heavy, roles := slices.Contains(columns, "custom_attributes"), map[int64][]int64(nil)
	if slices.Contains(columns, "role_ids") {
		heavy, roles = true, c.a.memberships()
	}
	return c.list(rows, paging{max: c.s.options.UserPage, usual: 50, render: func(u object) object {
		if heavy {
			u = c.a.wholeIn(u, roles)
		}
		return u.only(columns)
	}})
}

// filterUsers does the filters that are no comparison of a field.
func (c *call) filterUsers(rows []object) ([]object, error) {
	keep := func(test func(object) bool) {
		rows = slices.DeleteFunc(rows, func(u object) bool { return !test(u) })
	}
	if ids := c.query.Get("user_ids"); ids != "" {
		wanted := strings.Split(ids, ",")
		keep(func(u object) bool { return slices.Contains(wanted, text(u["id"])) })
	}
	if id := c.query.Get("app_id"); id != "" {
		app, err := c.appOf(id)
		if err != nil {
			return nil, err
		}
		users := c.a.appUsers(app)
		keep(func(u object) bool { return slices.Contains(users, u["id"].(int64)) }) //nolint:errcheck,forcetypeassert // each user has an id
	}
	for name, values := range c.query {
		short, isAttribute := strings.CutPrefix(name, "custom_attributes.")
		if !isAttribute {
			continue
		}
		if c.a.attribute(short) == nil {
			return nil, badRequest("query parameter(s) not allowed: %s", name)
		}
		keep(func(u object) bool {
			set, _ := u["custom_attributes"].(object)
			return set[short] != nil && text(set[short]) == values[0]
		})
	}
	return rows, nil
}

func getUser(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, c.a.whole(u)), nil
}

// v1 is a user as the first version shows one.
func (a *Account) v1(u object) object {
	out := a.whole(u)
	out["role_id"], out["locale_code"], out["notes"], out["openid_name"] = out["role_ids"], out["preferred_locale_code"], out["comment"], u["username"]
	for _, name := range []string{"role_ids", "preferred_locale_code", "comment"} {
		delete(out, name)
	}
	return out
}

func listUsersV1(c *call) (*reply, error) {
	rows := filter(sorted(c.a.users), c.query, strings.Fields("firstname lastname email username"), nil)
	return c.listV1(rows, paging{max: 50, usual: 50, render: c.a.v1})
}

func getUserV1(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, success([]object{c.a.v1(u)})), nil
}

func listUserApps(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	id, _ := u["id"].(int64)
	rows := []object{}
	for _, app := range sorted(c.a.apps) {
		if slices.Contains(c.a.appUsers(app), id) {
			rows = append(rows, object{"id": app.id, "name": app.row["name"], "icon_url": nil, "extension": false, "login_id": id + app.id,
				"provisioning_status": nil, "provisioning_state": nil, "provisioning_enabled": app.provisioned()})
		}
	}
	return c.list(rows, paging{max: 100, usual: 100})
}

func (a *Account) attribute(short string) *attribute {
	for _, at := range a.attributes {
		if at.shortName == short {
			return at
		}
	}
	return nil
}

func (a *Account) attributeRows() []object {
	rows := []object{}
	for _, at := range a.attributes {
		rows = append(rows, object{"id": at.id, "name": at.name, "shortname": at.shortName, "position": at.position})
	}
	return rows
}

func listAttributes(c *call) (*reply, error) {
	return c.list(c.a.attributeRows(), paging{max: 100, usual: 100})
}

func listAttributesV1(c *call) (*reply, error) {
	names := []string{}
	for _, at := range c.a.attributes {
		names = append(names, at.shortName)
	}
	return jsonReply(http.StatusOK, success([][]string{names})), nil
}
