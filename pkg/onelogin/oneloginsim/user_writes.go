package oneloginsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// fields reads a body that is an object.
func (c *call) bodyObject() (object, error) {
	var o object
	decode := json.NewDecoder(strings.NewReader(string(c.body)))
	decode.UseNumber()
	if err := decode.Decode(&o); err != nil || o == nil {
		return nil, badRequest("the body must be an object")
	}
	return o, nil
}

// writable are the fields of a user that can be written, apart from the password and the custom attributes.
func writable() []string {
	return strings.Fields(`firstname lastname username email title department company comment phone group_id role_ids status state directory_id
		trusted_idp_id manager_ad_id manager_user_id samaccountname member_of userprincipalname distinguished_name external_id
		invalid_login_attempts preferred_locale_code`)
}

func createUser(c *call) (*reply, error) {
	in, err := c.bodyObject()
	if err != nil {
		return nil, err
	}
	if text(in["username"]) == "" && text(in["email"]) == "" {
		return nil, badField("username", "username or email must be present")
	}
	now := moment(c.now)
	u := object{}
	for _, column := range allColumns() {
		u[column] = nil
	}
	u = u.with(object{"status": int64(7), "state": int64(1), "invalid_login_attempts": int64(0), "created_at": now, "updated_at": now, "custom_attributes": object{}})
	changes, err := c.changes(u, in)
	if err != nil {
		return nil, err
	}
	roles, err := c.givenRoles(in)
	if err != nil {
		return nil, err
	}
	id := c.a.id()
	u = u.with(changes).with(object{"id": id})
	c.a.users[id] = u
	c.a.keepPassword(id, in)
	for _, r := range roles {
		r.users = append(r.users, holder{user: id, addedAt: now})
	}
	c.a.record(c.now, eventUserCreated, c.a.about(id, nil))
	if err := c.mapped(id); err != nil {
		return nil, err
	}
	return jsonReply(http.StatusCreated, c.a.whole(c.a.users[id])), nil
}

func updateUser(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	in, err := c.bodyObject()
	if err != nil {
		return nil, err
	}
	if in.has("role_ids") {
		return nil, badField("role_ids", "roles are not changed with the user")
	}
	changes, err := c.changes(u, in)
	if err != nil {
		return nil, err
	}
	id, _ := u["id"].(int64)
	next := u.with(changes).with(object{"updated_at": moment(c.now)})
	c.a.users[id] = next
	c.a.keepPassword(id, in)
	c.a.record(c.now, eventUserUpdated, c.a.about(id, nil))
	if in.has("custom_attributes") {
		c.a.record(c.now, eventAttributeSet, c.a.about(id, nil))
	}
	c.a.recordStatus(c, id, u["status"], next["status"])
	if err := c.mapped(id); err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, c.a.whole(c.a.users[id])), nil
}

// recordStatus tells of a user who was suspended, or is no longer.
func (a *Account) recordStatus(c *call, user int64, before, after any) {
	switch {
	case before == after:
	case after == int64(2):
		a.record(c.now, eventUserSuspended, a.about(user, nil))
	case before == int64(2):
		a.record(c.now, eventUserReactivated, a.about(user, nil))
	}
}

func deleteUser(c *call) (*reply, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	id, _ := u["id"].(int64)
	c.a.record(c.now, eventUserDeleted, c.a.about(id, nil))
	c.a.forget(id)
	return &reply{status: http.StatusNoContent, header: http.Header{}}, nil
}

// forget takes a user out of everything.
func (a *Account) forget(user int64) {
	delete(a.users, user)
	delete(a.passwords, user)
	isUser := func(h holder) bool { return h.user == user }
	for _, r := range a.roles {
		r.users, r.admins = slices.DeleteFunc(r.users, isUser), slices.DeleteFunc(r.admins, isUser)
	}
	for _, app := range a.apps {
		app.personal = without(app.personal, user)
	}
	for _, p := range a.privileges {
		p.users = without(p.users, user)
	}
}

// without copies a list but for one element.
func without(list []int64, gone int64) []int64 {
	return slices.DeleteFunc(slices.Clone(list), func(id int64) bool { return id == gone })
}
