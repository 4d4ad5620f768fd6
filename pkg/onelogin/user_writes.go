package onelogin

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Mappings says when a write of a user runs the account's mappings, which give roles by rules.
type Mappings string

// By default they run some time later.
const (
	MappingsLater Mappings = ""
	MappingsSync  Mappings = "sync"
)

// CreateUser makes a user and returns it. Without a password the user's status is StatusPasswordPending. No mail is sent.
// OneLogin's API documentation, version 2, users. The credential's scope is Manage Users; with a password Manage All.
func (c *Client) CreateUser(ctx context.Context, fields map[string]any) (User, error) {
	return one[User](ctx, c, call{op: "create a user", method: http.MethodPost, path: []string{"api", "2", "users"}, body: fields})
}

// UpdateUser changes the fields that are given, and no others.
// OneLogin's API documentation, version 2, users. The credential's scope is Manage Users.
func (c *Client) UpdateUser(ctx context.Context, id ID, fields map[string]any, mappings Mappings) (User, error) {
	query := url.Values{}
	if mappings != MappingsLater {
		query.Set("mappings", string(mappings))
	}
	return one[User](ctx, c, call{op: "update user " + string(id), method: http.MethodPut, path: []string{"api", "2", "users", string(id)}, query: query, body: fields})
}

// DeleteUser deletes a user for good. It is refused as missing when the user is gone.
// OneLogin's API documentation, version 2, users. The credential's scope is Manage Users.
func (c *Client) DeleteUser(ctx context.Context, id ID) error {
	return c.change(ctx, call{op: "delete user " + string(id), method: http.MethodDelete, path: []string{"api", "2", "users", string(id)}})
}

// LockUser locks a user for whole minutes; 0 is the period of the user's policy, or until unlocked.
// OneLogin's API documentation, version 1, users. The credential's scope is Manage All.
func (c *Client) LockUser(ctx context.Context, id ID, during time.Duration) error {
	return c.change(ctx, call{op: "lock user " + string(id), method: http.MethodPut, path: userV1(id, "lock_user"),
		body: map[string]any{"locked_until": int(during / time.Minute)}})
}

// UnlockUser ends a lock. The call is known from a tool of the vendor alone.
func (c *Client) UnlockUser(ctx context.Context, id ID) error {
	return c.change(ctx, call{op: "unlock user " + string(id), method: http.MethodPost, path: []string{"api", "2", "users", string(id), "unlock"}})
}

// LogOutUser ends the sessions of a user.
// OneLogin's API documentation, version 1, users. The credential's scope is Manage Users.
func (c *Client) LogOutUser(ctx context.Context, id ID) error {
	return c.change(ctx, call{op: "log out user " + string(id), method: http.MethodPut, path: userV1(id, "logout")})
}

// SetPassword sets a user's password, which the account's policy has to allow.
// OneLogin's API documentation, version 1, users. The credential's scope is Manage All.
func (c *Client) SetPassword(ctx context.Context, id ID, password string) error {
	return c.change(ctx, call{op: "set the password of user " + string(id), method: http.MethodPut,
		path: []string{"api", "1", "users", "set_password_clear_text", string(id)},
		body: map[string]any{"password": password, "password_confirmation": password, "validate_policy": true}})
}

func userV1(id ID, verb string) []string { return []string{"api", "1", "users", string(id), verb} }
