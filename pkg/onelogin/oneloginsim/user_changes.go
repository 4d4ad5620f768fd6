package oneloginsim

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// changes checks a body against a user, and says what becomes of the user. Nothing is done yet.
func (c *call) changes(u, in object) (object, error) {
	out := object{}
	for field, value := range in {
		var err error
		switch {
		case field == "custom_attributes":
			out[field], err = c.attributes(u, value)
		case slices.Contains([]string{"password", "password_confirmation", "password_algorithm", "salt"}, field):
			err = c.may(manageAll)
		case field == "role_ids":
		case !slices.Contains(writable(), field):
			err = badField(field, "is not a field that can be written")
		default:
			err = c.change(u, field, value, out)
		}
		if err != nil {
			return nil, err
		}
	}
	if in.has("password") {
		if err := c.password(in); err != nil {
			return nil, err
		}
		out["password_changed_at"] = moment(c.now)
		if s := cmp.Or(out["status"], u["status"]); s == int64(7) {
			out["status"], out["activated_at"] = int64(1), moment(c.now)
		}
	}
	if _, how := c.query["mappings"]; how && !slices.Contains([]string{"async", "sync", "disabled"}, c.query.Get("mappings")) {
		return nil, badRequest("mappings must be one of async, sync, disabled")
	}
	return out, nil
}

// change checks one field.
func (c *call) change(u object, field string, value any, out object) error {
	numbers := []string{"group_id", "status", "state", "directory_id", "trusted_idp_id", "manager_user_id", "invalid_login_attempts"}
	if n, isNumber := value.(json.Number); isNumber {
		if !slices.Contains(numbers, field) && field != "manager_ad_id" {
			return badField(field, "must be a text")
		}
		id, err := n.Int64()
		if err != nil {
			return badField(field, "must be a whole number")
		}
		value = id
	} else if _, isText := value.(string); value != nil && (!isText || slices.Contains(numbers, field) && field != "manager_user_id") {
		return badField(field, "has another type")
	}
	switch {
	case field == "group_id" && value == nil && c.s.options.GroupStays:
		return nil
	case field == "group_id" && value != nil && c.a.groups[value.(int64)] == nil: //nolint:errcheck,forcetypeassert // a number, see above
		return badField(field, "is no group")
	case field == "status" && !slices.Contains([]any{int64(0), int64(1), int64(2), int64(3), int64(4), int64(5), int64(7), int64(8)}, value),
		field == "state" && !slices.Contains([]any{int64(0), int64(1), int64(2), int64(3)}, value):
		return badField(field, "is not included in the list")
	case field == "username" || field == "email":
		if err := c.free(u, field, text(value)); err != nil {
			return err
		}
	}
	out[field] = value
	return nil
}

// free refuses a username or address that somebody else has.
func (c *call) free(u object, field, value string) error {
	if value == "" {
		return nil
	}
	for _, other := range c.a.users {
		if other["id"] != u["id"] && strings.EqualFold(text(other[field]), value) {
			r := badField(field, "must be unique within %s", text(int64(accountID)))
			r.status = c.s.options.DuplicateStatus
			return r
		}
	}
	return nil
}

// attributes are a user's custom attributes after a write, which clears those that it does not name unless they are
// merged by option.
func (c *call) attributes(u object, value any) (object, error) {
	given, isObject := value.(map[string]any)
	if !isObject {
		return nil, badField("custom_attributes", "must be an object")
	}
	out := object{}
	if old, ok := u["custom_attributes"].(object); ok && c.s.options.AttributesMerged {
		out = old.with(nil)
	}
	for short, v := range given {
		if c.a.attribute(short) == nil {
			return nil, badField("custom_attributes", "%s is not a custom attribute", short)
		}
		if text(v) == "" {
			delete(out, short)
			continue
		}
		out[short] = text(v)
	}
	return out, nil
}

// givenRoles are the roles that a new user is to have.
func (c *call) givenRoles(in object) ([]*role, error) {
	ids, _ := in["role_ids"].([]any)
	var out []*role
	for _, id := range ids {
		found := false
		for _, r := range c.a.roles {
			if text(r.id) == text(id) {
				out, found = append(out, r), true
			}
		}
		if !found {
			return nil, badField("role_ids", "%s is no role", text(id))
		}
	}
	return out, nil
}

// keepPassword keeps the password of a body, where there is one.
func (a *Account) keepPassword(user int64, in object) {
	if in.has("password") {
		a.passwords[user] = text(in["password"])
	}
}

// password refuses one that is not repeated, or that the policy does not allow.
func (c *call) password(in object) error {
	password := text(in["password"])
	switch {
	case password != text(in["password_confirmation"]):
		return badField("password_confirmation", "does not match the password")
	case len(password) < 8 && c.query.Get("validate_policy") != "false" && in["validate_policy"] != false:
		return badField("password", "is too short (minimum is 8 characters)")
	}
	return nil
}
