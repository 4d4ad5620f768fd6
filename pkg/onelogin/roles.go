package onelogin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

const (
	// maxRoles is the largest page of roles.
	maxRoles = 650
	// maxRoleLinks is the largest page of a role's users, admins or apps that was seen.
	maxRoleLinks = 100
)

// Role is a role, which gives its members apps.
type Role struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
	// Apps are the ids of the apps that the role gives; nil where the answer does not say. Whether a long one is
	// whole is not documented: see WholeApps.
	Apps *[]ID `json:"apps"`
}

func (r Role) rowID() string { return string(r.ID) }

// WholeApps says whether Apps can be taken for all of the role's apps.
func (r Role) WholeApps() bool { return r.Apps != nil && len(*r.Apps) < maxRoleLinks }

// ListRoles returns a page of roles with the ids of the apps they give.
// OneLogin's API documentation, version 2, roles. The credential's scope is Read Users.
func (c *Client) ListRoles(ctx context.Context, cursor string) (Page[Role], error) {
	return listV2[Role](ctx, c, listing{op: "list roles", path: []string{"api", "2", "roles"}, limit: maxRoles,
		query: url.Values{"fields": {"id,name,apps"}}}, cursor)
}

// GetRole returns a role.
// OneLogin's API documentation, version 2, roles. The credential's scope is Read Users.
func (c *Client) GetRole(ctx context.Context, id ID) (Role, error) {
	return one[Role](ctx, c, call{op: "read role " + string(id), method: http.MethodGet, path: rolePath(id)})
}

// Holder is a user as a member or an admin of a role.
type Holder struct {
	ID ID `json:"id"`
	// Assigned is false in the rows of people who do not have the role, which the service lists only when it is
	// asked to.
	Assigned *bool `json:"assigned"`
	AddedAt  Time  `json:"added_at"`
}

func (h Holder) rowID() string { return string(h.ID) }

// Holds says whether the row is one of somebody who has the role.
func (h Holder) Holds() bool { return h.Assigned == nil || *h.Assigned }

// RoleRelation is what a user can be of a role.
type RoleRelation string

// A role has members, who get its apps, and admins, who may manage it.
const (
	RoleUsers  RoleRelation = "users"
	RoleAdmins RoleRelation = "admins"
)

// ListRoleHolders returns a page of a role's members or admins.
// OneLogin's API documentation, version 2, roles. The credential's scope is Read Users.
func (c *Client) ListRoleHolders(ctx context.Context, id ID, relation RoleRelation, cursor string) (Page[Holder], error) {
	return listV2[Holder](ctx, c, listing{op: "list the " + string(relation) + " of role " + string(id), path: rolePath(id, string(relation)), limit: maxRoleLinks}, cursor)
}

// ListRoleApps returns a page of the apps that a role gives.
// OneLogin's API documentation, version 2, roles. The credential's scope is Read All.
func (c *Client) ListRoleApps(ctx context.Context, id ID, cursor string) (Page[App], error) {
	return listV2[App](ctx, c, listing{op: "list the apps of role " + string(id), path: rolePath(id, "apps"), limit: maxRoleLinks}, cursor)
}

// AddRoleHolders makes users members or admins of a role. To add one that is there already changes nothing.
// OneLogin's API documentation, version 2, roles. The credential's scope is Manage All.
func (c *Client) AddRoleHolders(ctx context.Context, id ID, relation RoleRelation, users []ID) error {
	return c.change(ctx, call{op: "add " + string(relation) + " to role " + string(id), method: http.MethodPost, path: rolePath(id, string(relation)), body: numbers(users)})
}

// RemoveRoleHolders ends that users are members or admins of a role: a DELETE with a body, a bare array of ids. It is
// refused as missing when one of the users does not exist.
// OneLogin's API documentation, version 2, roles. The credential's scope is Manage All.
func (c *Client) RemoveRoleHolders(ctx context.Context, id ID, relation RoleRelation, users []ID) error {
	return c.change(ctx, call{op: "remove " + string(relation) + " from role " + string(id), method: http.MethodDelete, path: rolePath(id, string(relation)), body: numbers(users)})
}

// SetRoleApps puts the apps of a role in the place of those that it has: the API has no call for one app.
// OneLogin's API documentation, version 2, roles. The credential's scope is Manage All.
func (c *Client) SetRoleApps(ctx context.Context, id ID, apps []ID) error {
	return c.change(ctx, call{op: "set the apps of role " + string(id), method: http.MethodPut, path: rolePath(id, "apps"), body: numbers(apps)})
}

func rolePath(id ID, more ...string) []string {
	return append([]string{"api", "2", "roles", string(id)}, more...)
}

// numbers are ids as the API takes them, never null.
func numbers(ids []ID) []json.Number {
	out := make([]json.Number, 0, len(ids))
	for _, id := range ids {
		out = append(out, json.Number(id))
	}
	return out
}

// change does a write whose answer nobody needs.
func (c *Client) change(ctx context.Context, in call) error {
	_, err := c.send(ctx, in)
	return err
}
