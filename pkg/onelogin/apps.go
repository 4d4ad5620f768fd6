package onelogin

import (
	"context"
	"net/http"
)

// maxApps is the largest page of apps, and of an app's users.
const maxApps = 1000

// App is an app of the account's portal.
type App struct {
	ID          ID     `json:"id"`
	ConnectorID ID     `json:"connector_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	AuthMethod  *int   `json:"auth_method"`
	Visible     *bool  `json:"visible"`
	CreatedAt   Time   `json:"created_at"`
	UpdatedAt   Time   `json:"updated_at"`
	// RoleIDs and Provisioning are in the answer to GetApp alone.
	RoleIDs      []ID `json:"role_ids"`
	Provisioning *struct {
		Enabled *bool `json:"enabled"`
	} `json:"provisioning"`
}

func (a App) rowID() string { return string(a.ID) }

// AuthMethodName is how people sign in to the app, in OneLogin's words; "" where it is not known.
func (a App) AuthMethodName() string {
	if a.AuthMethod == nil {
		return ""
	}
	return map[int]string{0: "Password", 1: "OpenID", 2: "SAML", 3: "API", 4: "Google", 6: "Forms", 7: "WS-Federation", 8: "OpenID Connect"}[*a.AuthMethod]
}

// ListApps returns a page of apps.
// OneLogin's API documentation, version 2, apps. The credential's scope is Read All.
func (c *Client) ListApps(ctx context.Context, cursor string) (Page[App], error) {
	return listV2[App](ctx, c, listing{op: "list apps", path: []string{"api", "2", "apps"}, limit: maxApps}, cursor)
}

// GetApp returns an app with its roles and its provisioning.
// OneLogin's API documentation, version 2, apps. The credential's scope is Read All.
func (c *Client) GetApp(ctx context.Context, id ID) (App, error) {
	return one[App](ctx, c, call{op: "read app " + string(id), method: http.MethodGet, path: []string{"api", "2", "apps", string(id)}})
}

// AppUser is a user who has an app, by whatever way.
type AppUser struct {
	ID ID `json:"id"`
}

func (u AppUser) rowID() string { return string(u.ID) }

// ListAppUsers returns a page of the users who have an app.
// OneLogin's API documentation, version 2, apps. The credential's scope is Read All.
func (c *Client) ListAppUsers(ctx context.Context, id ID, cursor string) (Page[AppUser], error) {
	return listV2[AppUser](ctx, c, listing{op: "list the users of app " + string(id), path: []string{"api", "2", "apps", string(id), "users"}, limit: maxApps}, cursor)
}

// ProbeApps makes the cheapest read that takes the scope Read All.
// OneLogin's API documentation, version 2, connectors.
func (c *Client) ProbeApps(ctx context.Context) error {
	_, err := listV2[App](ctx, c, listing{op: "list connectors", path: []string{"api", "2", "connectors"}, limit: 1}, "")
	return err
}

// ProbeUsers makes the cheapest read that takes the scope Read Users.
func (c *Client) ProbeUsers(ctx context.Context) error {
	_, err := listV2[AppUser](ctx, c, listing{op: "list users", path: []string{"api", "2", "users"}, limit: 1}, "")
	return err
}
