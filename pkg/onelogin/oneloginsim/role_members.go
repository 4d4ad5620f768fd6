package oneloginsim

import (
	"net/http"
	"slices"
)

// join makes a user a member or an admin, and tells the log.
func (c *call) join(r *role, relation string, user int64) {
	list := r.holders(relation)
	*list = append(*list, holder{user: user, addedAt: moment(c.now), addedBy: 1})
	typeID := eventRoleAdded
	if relation == "admins" {
		typeID = eventManagementGranted
	}
	c.a.record(c.now, typeID, c.a.about(user, r.about()))
}

// part ends that a user is a member or an admin, and tells the log.
func (c *call) part(r *role, relation string, user int64) {
	list := r.holders(relation)
	at := indexOf(*list, user)
	*list = slices.Delete(slices.Clone(*list), at, at+1)
	typeID := eventRoleRemoved
	if relation == "admins" {
		typeID = eventManagementEnded
	}
	c.a.record(c.now, typeID, c.a.about(user, r.about()))
}

// relate reads whom a change is about: those whom it changes, and those for whom it is so already.
func (c *call) relate(relation string, held bool) (*role, []int64, []int64, error) {
	r, err := c.role()
	if err != nil {
		return nil, nil, nil, err
	}
	given, err := c.bareIDs()
	if err != nil {
		return nil, nil, nil, err
	}
	var fresh []int64
	for _, id := range given {
		if _, known := c.a.users[id]; !known {
			return nil, nil, nil, notFound("User", id)
		}
		if indexOf(*r.holders(relation), id) >= 0 == held {
			if !slices.Contains(fresh, id) {
				fresh = append(fresh, id)
			}
			continue
		}
		if status := c.s.options.RepeatStatus; status != 0 {
			words := map[bool]string{true: "not included", false: "already included"}
			return nil, nil, nil, &refusal{status: status, name: "BadRequestError", message: "user " + text(id) + " is " + words[held] + " in the role"}
		}
	}
	return r, given, fresh, nil
}

func addHolders(relation string) func(*call) (*reply, error) {
	return func(c *call) (*reply, error) {
		r, given, fresh, err := c.relate(relation, false)
		if err != nil {
			return nil, err
		}
		for _, id := range fresh {
			c.join(r, relation, id)
		}
		rows := []object{}
		for _, id := range given {
			rows = append(rows, object{"id": id})
		}
		return jsonReply(http.StatusOK, rows), nil
	}
}

func removeHolders(relation string) func(*call) (*reply, error) {
	return func(c *call) (*reply, error) {
		r, _, held, err := c.relate(relation, true)
		if err != nil {
			return nil, err
		}
		for _, id := range held {
			c.part(r, relation, id)
		}
		return &reply{status: http.StatusNoContent, header: http.Header{}}, nil
	}
}
