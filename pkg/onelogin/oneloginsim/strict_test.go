package oneloginsim_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	c := d.sim.Census()
	user, role := fmt.Sprintf("/api/2/users/%d", c.Users[0].ID), fmt.Sprintf("/api/2/roles/%d", c.Roles[0].ID)
	v1 := fmt.Sprintf("/api/1/users/%d", c.Users[0].ID)
	someone := fmt.Sprint(c.Users[1].ID)
	for _, r := range []struct {
		status                    int
		words, method, path, body string
	}{
		{400, "query parameter(s) not allowed: group_id, role_ids", "GET", "/api/2/users?role_ids=1&group_id=2", ""},
		{400, `"status":{"code":400,"error":true`, "GET", "/api/1/groups?name=x", ""},
		{400, "cursor xor pagination", "GET", "/api/2/users?limit=5&cursor=bGltaXQ9NSZwYWdlPTI%3D", ""},
		{400, `"description":"the cursor`, "GET", "/api/2/users?cursor=nonsense", ""},
		{422, "UnprocessableEntityFieldError", "GET", "/api/2/users?sort=%2Bshoe", ""},
		{422, "UnprocessableEntityFieldError", "GET", "/api/2/users?sort=+id", ""}, // a plus that is not encoded is a blank
		{400, "field(s) not allowed: shoe", "GET", "/api/2/users?fields=id,shoe", ""},
		{404, `"name":"NotFoundError","statusCode":404`, "GET", "/api/2/users/1", ""},
		{404, `"type":"not found"`, "GET", "/api/1/groups/1", ""},
		{404, "NotFoundError", "GET", "/api/1/privileges/nope", ""},
		{404, "does not serve", "GET", "/api/2/groups", ""},
		{405, "does not serve", "DELETE", "/api/2/apps", ""},
		{400, "bare array", "POST", role + "/users", `{"users":[` + someone + `]}`},
		{400, "bare array", "DELETE", role + "/users", ""},
		{404, "User with id 1 not found", "DELETE", role + "/users", `[1]`},
		{405, "does not serve", "PUT", role + "/admins", `[1]`},
		{404, "does not serve", "DELETE", role + "/admins/" + someone, ""},
		{400, "must be a number", "GET", "/api/2/users?limit=0", ""},
		{422, "role_ids", "PUT", user, `{"role_ids":[1]}`},
		{422, "is not a field", "PUT", user, `{"shoe":"42"}`},
		{422, "is not included in the list", "PUT", user, `{"status":6}`},
		{422, "is no group", "PUT", user, `{"group_id":1}`},
		{422, "not a custom attribute", "PUT", user, `{"custom_attributes":{"shoe":"42"}}`},
		{400, "mappings must be", "PUT", user + "?mappings=never", `{"title":"x"}`},
		{400, "not JSON", "PUT", user, `{`},
		{400, "already included", "PUT", v1 + "/add_roles", `{"role_id_array":[` + heldBy(c, c.Users[0].ID) + `]}`},
		{400, "subset", "PUT", v1 + "/add_roles", `{"role_id_array":[]}`},
		{400, "not included", "PUT", v1 + "/remove_roles", fmt.Sprintf(`{"role_id_array":[%d]}`, c.Roles[1].ID)},
	} {
		d.want(r.status, r.words, r.method, r.path, r.body)
	}
	if writes := d.sim.Writes(); len(writes) != 0 {
		t.Errorf("what was refused changed something: %+v", writes)
	}
}

// heldBy is a role of a user.
func heldBy(c *oneloginsim.Census, user int64) string {
	for _, r := range c.Roles {
		for _, id := range r.Members {
			if id == user {
				return fmt.Sprint(r.ID)
			}
		}
	}
	return "0"
}

func TestPagesAndTheirHeaders(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	for path, most := range map[string]int{"/api/2/users?limit=1000": 100, "/api/2/users?limit=7": 7, "/api/2/users": 50, "/api/2/roles?limit=5000": 20} {
		got := d.want(200, "[", "GET", path, "")
		if n := len(rows(t, got.body)); n != most || got.header.Get("Page-Items") != fmt.Sprint(n) || got.header.Get("Current-Page") != "1" {
			t.Errorf("%s: %d rows, %v", path, n, got.header)
		}
	}
	got := d.want(200, "[", "GET", "/api/2/users?limit=100", "")
	plain, err := base64.URLEncoding.DecodeString(got.header.Get("After-Cursor"))
	if err != nil || !strings.Contains(string(plain), "page=2") || got.header.Get("Total-Count") != "200" || got.header.Get("Total-Pages") != "2" || got.header.Get("X-Request-Id") == "" {
		t.Errorf("%s, %v, %v", plain, got.header, err)
	}
	last := d.want(200, "[", "GET", "/api/2/users?cursor="+url.QueryEscape(got.header.Get("After-Cursor")), "")
	if last.header.Get("After-Cursor") != "" || last.header.Get("Before-Cursor") == "" || len(rows(t, last.body)) != 100 {
		t.Errorf("%v", last.header)
	}
	d.want(200, `"after_cursor":"`, "GET", "/api/1/users?limit=10", "")
	d.want(200, `"after_cursor":null`, "GET", "/api/1/groups", "")
}

func TestFieldsComeOnlyWhenTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	row := rows(t, d.do("GET", "/api/2/users?limit=1", "").body)[0]
	if _, has := row["title"]; has || row["email"] == nil {
		t.Errorf("a row without fields named is %v", row)
	}
	row = rows(t, d.do("GET", "/api/2/users?limit=1&fields=title,role_ids", "").body)[0]
	if len(row) != 3 || row["id"] == nil || row["title"] == nil {
		t.Errorf("a row of two fields is %v", row)
	}
	role := rows(t, d.do("GET", "/api/2/roles?limit=1", "").body)[0]
	if len(role) != 2 {
		t.Errorf("a row of roles is %v", role)
	}
	d.want(200, `"data":[{"`, "GET", fmt.Sprintf("/api/1/users/%d", d.sim.Census().Users[0].ID), "")
}

func TestScopes(t *testing.T) {
	t.Parallel()
	calls := map[string][5]int{ // by scope: Authentication Only, Read Users, Read All, Manage Users, Manage All
		"GET /api/2/users": {403, 200, 200, 200, 200}, "GET /api/2/roles": {403, 200, 200, 200, 200}, "GET /api/1/groups": {401, 200, 200, 200, 200},
		"GET /api/2/apps": {403, 403, 200, 403, 200}, "GET /api/2/connectors": {403, 403, 200, 403, 200}, "GET /api/1/events": {401, 200, 200, 200, 200},
		"GET /api/1/privileges": {403, 403, 403, 403, 200}, "GET /api/2/mappings": {403, 403, 403, 403, 200}, "GET /auth/rate_limit": {200, 200, 200, 200, 200},
		"POST /api/2/users": {403, 403, 403, 422, 422}, "POST /api/2/roles": {403, 403, 403, 403, 422},
	}
	d := open(t, oneloginsim.Options{})
	for i, scope := range []string{oneloginsim.ScopeAuthentication, oneloginsim.ScopeReadUsers, oneloginsim.ScopeReadAll, oneloginsim.ScopeManageUsers, oneloginsim.ScopeManageAll} {
		d.sim.SetScope(scope)
		for call, statuses := range calls {
			method, path, _ := strings.Cut(call, " ")
			body := ""
			if method == "POST" {
				body = "{}"
			}
			if got := d.do(method, path, body); got.status != statuses[i] {
				t.Errorf("%s with %s: %d, not %d", call, scope, got.status, statuses[i])
			}
		}
	}
	d.sim.SetScope(oneloginsim.ScopeManageUsers)
	d.want(403, "ForbiddenError", "POST", "/api/2/users", `{"username":"x","password":"12345678","password_confirmation":"12345678"}`)
}

func TestTheQuota(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{Quota: 5, EventTypeCalls: 1})
	got := d.want(200, "", "GET", "/api/1/groups", "")
	if got.header.Get("X-Ratelimit-Limit") != "5" || got.header.Get("X-Ratelimit-Remaining") != "4" || got.header.Get("X-Ratelimit-Reset") != "3600" {
		t.Errorf("%v", got.header)
	}
	d.want(200, "", "GET", "/api/1/events/types", "")
	d.want(429, "rate limit", "GET", "/api/1/events/types", "")
	d.want(200, `"X-RateLimit-Remaining":3`, "GET", "/auth/rate_limit", "")
	for range 3 {
		d.want(200, "", "GET", "/api/1/groups", "")
	}
	d.clock.advance(59 * time.Minute)
	if got := d.want(429, "", "GET", "/api/2/users", ""); got.header.Get("X-Ratelimit-Reset") != "60" || got.header.Get("Retry-After") != "" {
		t.Errorf("%v", got.header)
	}
	d.clock.advance(time.Minute)
	d.want(200, "", "GET", "/api/2/users", "")
}

func TestABurstMeetsTheGateway(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{Burst: 2, Latency: 50 * time.Millisecond})
	got := make(chan answer, 12)
	for range cap(got) {
		go func() { got <- d.do("GET", "/api/1/groups", "") }()
	}
	refused := 0
	for range cap(got) {
		if a := <-got; a.status == 502 && strings.Contains(a.body, "<html>") {
			refused++
		}
	}
	if refused == 0 || refused == 12 {
		t.Errorf("%d of 12 calls at once met the gateway", refused)
	}
}
