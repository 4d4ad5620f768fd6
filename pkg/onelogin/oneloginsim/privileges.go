package oneloginsim

import (
	"net/http"
	"slices"
	"strconv"
)

// subscribed refuses calls for privileges where the account has none.
func (c *call) subscribed() error {
	if c.s.options.WithoutPrivileges {
		return &refusal{status: http.StatusForbidden, name: "ForbiddenError", message: "Delegated administration is not part of this subscription"}
	}
	return nil
}

// privilege finds a privilege by what stands in the path.
func (c *call) privilege() (*privilege, error) {
	if err := c.subscribed(); err != nil {
		return nil, err
	}
	for _, p := range c.a.privileges {
		if p.id == c.args[0] {
			return p, nil
		}
	}
	return nil, notFound("Privilege", c.args[0])
}

// holders are the ids of those who hold a privilege, users or roles.
func (p *privilege) holders(relation string) *[]int64 {
	if relation == "roles" {
		return &p.roles
	}
	return &p.users
}

// listPrivileges answers with a bare array, though the path is of the first version.
func listPrivileges(c *call) (*reply, error) {
	if err := c.subscribed(); err != nil {
		return nil, err
	}
	rows := []object{}
	for _, p := range c.a.privileges {
		rows = append(rows, p.row)
	}
	return c.list(rows, paging{max: 50, usual: 50})
}

func getPrivilege(c *call) (*reply, error) {
	p, err := c.privilege()
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, p.row), nil
}

// listPrivilegeHolders answers with ids alone, in an object with cursors that are numbers.
func listPrivilegeHolders(relation string) func(*call) (*reply, error) {
	return func(c *call) (*reply, error) {
		p, err := c.privilege()
		if err != nil {
			return nil, err
		}
		limit, err := c.number("limit", 50)
		if err != nil {
			return nil, err
		}
		for _, other := range []string{"cursor", "after_cursor"} {
			if other != c.s.options.HolderCursor && c.query.Has(other) {
				return nil, badRequest("query parameter(s) not allowed: %s", other)
			}
		}
		from, err := c.number(c.s.options.HolderCursor, 0)
		if err != nil {
			return nil, err
		}
		ids := slices.Sorted(slices.Values(*p.holders(relation)))
		limit = c.capped(limit, 50)
		from = min(from, len(ids))
		to := min(from+limit, len(ids))
		body := object{"total": len(ids), relation: append([]int64{}, ids[from:to]...), "before_cursor": nil, "previous_link": nil, "after_cursor": nil, "next_link": nil}
		if to < len(ids) {
			body["after_cursor"], body["next_link"] = to, c.s.URL()+c.path+"?"+c.s.options.HolderCursor+"="+strconv.Itoa(to)
		}
		if from > 0 {
			body["before_cursor"] = max(from-limit, 0)
		}
		if c.fault != nil && c.fault.Kind == SameCursor && from > 0 {
			body["after_cursor"] = from
		}
		if c.fault != nil && c.fault.Kind == NullElement {
			body[relation] = []any{nil}
		}
		return jsonReply(http.StatusOK, body), nil
	}
}
