package onelogin

import (
	"context"
	"net/http"
)

// maxV1 is the largest page of the first version.
const maxV1 = 50

// Group is a group, which carries the security policy of its users. A user is in one at the most: it stands in the
// user's row.
type Group struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

func (g Group) rowID() string { return string(g.ID) }

// ListGroups returns a page of groups.
// OneLogin's API documentation, version 1, groups. The credential's scope is Read Users.
func (c *Client) ListGroups(ctx context.Context, cursor string) (Page[Group], error) {
	return listV1[Group](ctx, c, listing{op: "list groups", path: []string{"api", "1", "groups"}, limit: maxV1}, cursor)
}

// GetGroup returns a group.
// OneLogin's API documentation, version 1, groups. The credential's scope is Read Users.
func (c *Client) GetGroup(ctx context.Context, id ID) (Group, error) {
	return one[Group](ctx, c, call{op: "read group " + string(id), method: http.MethodGet, path: []string{"api", "1", "groups", string(id)}})
}
