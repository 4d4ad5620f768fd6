package onelogin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// Privilege is a right to administer a part of the account that can be given to users and roles. It takes a
// subscription of its own.
type Privilege struct {
	ID          ID              `json:"id"` // a UUID
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Policy      PrivilegePolicy `json:"privilege"`
}

// PrivilegePolicy is what a privilege allows.
type PrivilegePolicy struct {
	Version   string               `json:"Version"`
	Statement []PrivilegeStatement `json:"Statement"`
}

// PrivilegeStatement allows actions ("users:Unlock", "*") on a scope ("apps/1234", "*"). Their order means nothing.
type PrivilegeStatement struct {
	Effect string   `json:"Effect"`
	Action []string `json:"Action"`
	Scope  []string `json:"Scope"`
}

func (p Privilege) rowID() string { return string(p.ID) }

// ListPrivileges returns a page of privileges: a bare array, though the call is of the first version. How it is paged is
// not documented; it is taken to be as bare arrays are elsewhere.
// OneLogin's API documentation, version 1, privileges. The credential's scope is Manage All.
func (c *Client) ListPrivileges(ctx context.Context, cursor string) (Page[Privilege], error) {
	return listV2[Privilege](ctx, c, listing{op: "list privileges", path: privilegePath()}, cursor)
}

// GetPrivilege returns a privilege.
// OneLogin's API documentation, version 1, privileges. The credential's scope is Manage All.
func (c *Client) GetPrivilege(ctx context.Context, id ID) (Privilege, error) {
	return one[Privilege](ctx, c, call{op: "read privilege " + string(id), method: http.MethodGet, path: privilegePath(string(id))})
}

// PrivilegeRelation is who can hold a privilege.
type PrivilegeRelation string

// A privilege is held by users, and by the members of roles.
const (
	PrivilegeUsers PrivilegeRelation = "users"
	PrivilegeRoles PrivilegeRelation = "roles"
)

// ListPrivilegeHolders returns a page of the ids of the users or roles that hold a privilege. Under which name the cursor
// is sent is not documented: where one is refused, the other is tried.
// OneLogin's API documentation, version 1, privileges. The credential's scope is Manage All.
func (c *Client) ListPrivilegeHolders(ctx context.Context, id ID, relation PrivilegeRelation, cursor string) (Page[ID], error) {
	l := listing{op: "list the " + string(relation) + " of privilege " + string(id), path: privilegePath(string(id), string(relation))}
	got, err := c.page(ctx, l, cursor, "cursor")
	if refused := new(Error); cursor != "" && errors.As(err, &refused) && refused.Status == http.StatusBadRequest {
		got, err = c.page(ctx, l, cursor, "after_cursor")
	}
	if err != nil {
		return Page[ID]{}, err
	}
	var body struct {
		Users *[]ID  `json:"users"`
		Roles *[]ID  `json:"roles"`
		Total *int64 `json:"total"`
		After ID     `json:"after_cursor"` // a number
	}
	if err := json.Unmarshal(got.body, &body); err != nil {
		return Page[ID]{}, fmt.Errorf("onelogin: %s: the page cannot be read: %w", l.op, err)
	}
	held := body.Users
	if relation == PrivilegeRoles {
		held = body.Roles
	}
	if held == nil {
		return Page[ID]{}, fmt.Errorf("onelogin: %s: the answer is no page: it has no %s", l.op, relation)
	}
	if slices.Contains(*held, "") {
		return Page[ID]{}, fmt.Errorf("onelogin: %s: the page cannot be read: it holds what is no id", l.op)
	}
	if err := checkCursor(string(body.After), cursor); err != nil {
		return Page[ID]{}, fmt.Errorf("onelogin: %s: %w", l.op, err)
	}
	return Page[ID]{Items: *held, Next: string(body.After), Total: body.Total, At: servedAt(got.header)}, nil
}

// AssignPrivilege gives a privilege to users or roles.
// OneLogin's API documentation, version 1, privileges. The credential's scope is Manage All.
func (c *Client) AssignPrivilege(ctx context.Context, id ID, relation PrivilegeRelation, holders []ID) error {
	return c.change(ctx, call{op: "assign privilege " + string(id), method: http.MethodPost, path: privilegePath(string(id), string(relation)),
		body: map[string]any{string(relation): numbers(holders)}})
}

// RemovePrivilege takes a privilege from a user or role. It is refused as missing where they do not hold it.
// OneLogin's API documentation, version 1, privileges. The credential's scope is Manage All.
func (c *Client) RemovePrivilege(ctx context.Context, id ID, relation PrivilegeRelation, holder ID) error {
	return c.change(ctx, call{op: "remove privilege " + string(id), method: http.MethodDelete, path: privilegePath(string(id), string(relation), string(holder))})
}

func privilegePath(more ...string) []string {
	return append([]string{"api", "1", "privileges"}, more...)
}

// Attribute is a custom attribute that the account has.
type Attribute struct {
	ID        ID     `json:"id"`
	Name      string `json:"name"`
	ShortName string `json:"shortname"`
}

func (a Attribute) rowID() string { return string(a.ID) }

// ListAttributes returns a page of the account's custom attributes.
// OneLogin's API documentation, version 2, custom attributes. The credential's scope is Read Users.
func (c *Client) ListAttributes(ctx context.Context, cursor string) (Page[Attribute], error) {
	return listV2[Attribute](ctx, c, listing{op: "list custom attributes", path: []string{"api", "2", "users", "custom_attributes"}, query: url.Values{}}, cursor)
}
