package oneloginsim

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mapping gives roles to the users that its conditions fit.
type mapping struct {
	id         int64
	name       string
	enabled    bool
	any        bool // one condition is enough
	conditions []condition
	roles      []int64
}

// condition holds a field against a value: "=" is the same, "!=" another, "~" holds it within.
type condition struct{ source, operator, value string }

// run is a run of the mappings for a user that is due at a time.
type run struct {
	user int64
	at   time.Time
}

// settle runs the mappings that are due.
func (a *Account) settle(now time.Time) {
	due := []run{}
	a.pending = slices.DeleteFunc(a.pending, func(r run) bool {
		if r.at.After(now) {
			return false
		}
		due = append(due, r)
		return true
	})
	for _, r := range due {
		a.runMappings(r.user, now)
	}
}

// mapped runs the mappings for a user who was written, as the request asks for: at once, later, or not at all.
func (c *call) mapped(user int64) error {
	switch how := cmp.Or(c.query.Get("mappings"), "async"); how {
	case "sync":
		c.a.runMappings(user, c.now)
	case "async":
		c.a.pending = append(c.a.pending, run{user, c.now.Add(c.s.options.MappingDelay)})
	case "disabled":
	default:
		return badRequest("mappings must be one of async, sync, disabled")
	}
	return nil
}

// runMappings gives a user what the mappings say. What they gave before and would not give now stays.
func (a *Account) runMappings(user int64, now time.Time) {
	u, ok := a.users[user]
	if !ok {
		return
	}
	for _, m := range a.mappings {
		if !m.enabled || !a.fits(m, u) {
			continue
		}
		for _, id := range m.roles {
			r, known := a.roles[id]
			if known && indexOf(r.users, user) < 0 {
				r.users = append(r.users, holder{user: user, addedAt: moment(now), mapped: true})
				a.record(now, eventAutomaticallyAdded, a.about(user, r.about()).with(object{"mapping_id": m.id}))
			}
		}
	}
}

func (a *Account) fits(m *mapping, u object) bool {
	fit := 0
	for _, c := range m.conditions {
		value := text(u[c.source])
		if short, isAttribute := strings.CutPrefix(c.source, "custom_attribute_"); isAttribute {
			set, _ := u["custom_attributes"].(object)
			value = text(set[short])
		}
		if c.holds(value) {
			fit++
		}
	}
	return fit == len(m.conditions) || m.any && fit > 0
}

func (c condition) holds(value string) bool {
	switch c.operator {
	case "!=":
		return value != c.value
	case "~":
		return strings.Contains(value, c.value)
	}
	return value == c.value
}

func (m *mapping) row(position int) object {
	conditions, actions := []object{}, []object{}
	for _, c := range m.conditions {
		conditions = append(conditions, object{"source": c.source, "operator": c.operator, "value": c.value})
	}
	for _, id := range m.roles {
		actions = append(actions, object{"action": "add_role", "value": []string{strconv.FormatInt(id, 10)}})
	}
	match := "all"
	if m.any {
		match = "any"
	}
	return object{"id": m.id, "name": m.name, "enabled": m.enabled, "match": match, "position": position, "conditions": conditions, "actions": actions}
}

func listMappings(c *call) (*reply, error) {
	for name := range c.query {
		if strings.HasPrefix(name, "has_") {
			return nil, badRequest("this simulated account does not filter mappings by %s", name)
		}
	}
	enabled := c.query.Get("enabled") != "false"
	rows := []object{}
	for i, m := range c.a.mappings {
		if m.enabled == enabled {
			rows = append(rows, m.row(i+1))
		}
	}
	return c.list(rows, paging{max: 100, usual: 100})
}

func getMapping(c *call) (*reply, error) {
	for i, m := range c.a.mappings {
		if text(m.id) == c.args[0] {
			return jsonReply(http.StatusOK, m.row(i+1)), nil
		}
	}
	return nil, notFound("Mapping", c.args[0])
}
