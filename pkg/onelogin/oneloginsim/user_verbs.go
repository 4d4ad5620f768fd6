package oneloginsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// policyPeriod is how long the policy of every user locks.
const policyPeriod = 30 * time.Minute

// set writes some fields of a user and tells the log.
func (c *call) set(u, changes object, typeID int) {
	id, _ := u["id"].(int64)
	c.a.users[id] = u.with(changes).with(object{"updated_at": moment(c.now)})
	c.a.record(c.now, typeID, c.a.about(id, nil))
}

func done() (*reply, error) { return jsonReply(http.StatusOK, success(nil)), nil }

// lockUser locks for the policy's period at the least.
func lockUser(c *call) (*reply, error) {
	u, in, err := c.userAndBody()
	if err != nil {
		return nil, err
	}
	minutes, isNumber := in["locked_until"].(json.Number)
	n, err := minutes.Int64()
	if !isNumber || err != nil || n < 0 {
		return nil, badRequest("locked_until must be a number of minutes")
	}
	period := max(time.Duration(n)*time.Minute, policyPeriod)
	c.set(u, object{"status": int64(3), "locked_until": moment(c.now.Add(period))}, eventUserLocked)
	return done()
}

func unlockUser(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	changes := object{"locked_until": nil, "invalid_login_attempts": int64(0)}
	if u["status"] == int64(3) {
		changes["status"] = int64(1)
	}
	c.set(u, changes, eventUnlocked)
	return done()
}

func logOut(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	if len(c.body) > 0 {
		return nil, badRequest("there is no body here")
	}
	c.set(u, nil, eventLogout)
	return done()
}

func setState(c *call) (*reply, error) {
	u, in, err := c.userAndBody()
	if err != nil {
		return nil, err
	}
	changes := object{}
	if err := c.change(u, "state", in["state"], changes); err != nil {
		return nil, err
	}
	c.set(u, changes, eventUserUpdated)
	return done()
}

func setPassword(c *call) (*reply, error) {
	u, in, err := c.userAndBody()
	if err != nil {
		return nil, err
	}
	if in["validate_policy"] != true {
		in["validate_policy"] = false // the default of this call
	}
	if text(in["password"]) == "" {
		return nil, badRequest("password is missing")
	}
	if err := c.password(in); err != nil {
		return nil, err
	}
	changes := object{"password_changed_at": moment(c.now)}
	if u["status"] == int64(7) {
		changes["status"], changes["activated_at"] = int64(1), moment(c.now)
	}
	id, _ := u["id"].(int64)
	c.a.keepPassword(id, in)
	c.set(u, changes, eventPasswordChanged)
	return done()
}

func setAttributes(c *call) (*reply, error) {
	u, in, err := c.userAndBody()
	if err != nil {
		return nil, err
	}
	given, isObject := in["custom_attributes"].(map[string]any)
	if !isObject {
		return nil, badRequest("custom_attributes must be an object")
	}
	old, _ := u["custom_attributes"].(object)
	next := old.with(nil)
	if next == nil {
		next = object{}
	}
	for short, v := range given {
		if c.a.attribute(short) == nil {
			return nil, badRequest("%s is not a custom attribute", short)
		}
		next[short] = v
		if text(v) == "" {
			delete(next, short)
		}
	}
	c.set(u, object{"custom_attributes": next}, eventAttributeSet)
	return done()
}

func (c *call) userAndBody() (object, object, error) {
	u, err := c.user()
	if err != nil {
		return nil, nil, err
	}
	in, err := c.bodyObject()
	return u, in, err
}

func userRoles(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	id, _ := u["id"].(int64)
	return jsonReply(http.StatusOK, success([][]int64{c.a.rolesOf(id)})), nil
}

// namedRoles are the roles of a body of add_roles or remove_roles, checked against those that the user has.
func (c *call) namedRoles(held bool) (int64, []*role, error) {
	u, in, err := c.userAndBody()
	if err != nil {
		return 0, nil, err
	}
	id, _ := u["id"].(int64)
	ids, _ := in["role_id_array"].([]any)
	var out []*role
	for _, r := range sorted(c.a.roles) {
		if slices.ContainsFunc(ids, func(given any) bool { return text(given) == text(r.id) }) {
			out = append(out, r)
		}
	}
	if len(out) == 0 || len(out) != len(ids) {
		return 0, nil, badRequest("input array should be a subset of the account's roles")
	}
	for _, r := range out {
		at := indexOf(r.users, id)
		switch {
		case at >= 0 != held && held:
			return 0, nil, badRequest("input is not included as user roles")
		case at >= 0 != held:
			return 0, nil, badRequest("input is already included as user roles")
		case held && r.users[at].mapped:
			return 0, nil, badRequest("roles that come from mappings or provisioning are not removed: %s", strings.TrimSpace(text(r.id)))
		}
	}
	return id, out, nil
}

func addRoles(c *call) (*reply, error) {
	user, roles, err := c.namedRoles(false)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		c.join(r, "users", user)
	}
	return done()
}

func removeRoles(c *call) (*reply, error) {
	user, roles, err := c.namedRoles(true)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		c.part(r, "users", user)
	}
	return done()
}
