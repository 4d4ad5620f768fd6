package entra

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// takeUPN gives a new user a principal name.
func (d *actionDesk) takeUPN(upn string) string {
	d.t.Helper()
	id, err := d.sim.Tenant().AddUser(map[string]any{"displayName": "Taken", "userPrincipalName": upn})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// checkUPN asks for a name, and checks the answer and that it took one request.
func (d *actionDesk) checkUPN(proposed string, available bool, upn string, words ...string) {
	d.t.Helper()
	d.sim.ResetHistory()
	result := d.do("check_upn", map[string]any{"proposed_upn": proposed})
	reason, _ := result["reason"].(string)
	if result["available"] != available || result["upn"] != upn || reason == "" {
		d.t.Errorf("%s: %v, want %v and %s", proposed, result, available, upn)
	}
	for _, w := range words {
		if !strings.Contains(reason, w) {
			d.t.Errorf("%s: %q is not in the reason %q", proposed, w, reason)
		}
	}
	if n := graphRequests(d.sim); n != 1 {
		d.t.Errorf("%s: %d requests", proposed, n)
	}
}

// TestE07_CheckUPNFindsTheFirstFreeName whoever holds the others, and as what.
func TestE07_CheckUPNFindsTheFirstFreeName(t *testing.T) {
	t.Parallel()
	d := openActions(t, 91, nil)
	d.checkUPN("zoe.new@contoso.com", true, "zoe.new@contoso.com", "free")
	d.takeUPN("zoe.new@contoso.com")
	d.checkUPN("Zoe.New@contoso.com", false, "Zoe.New1@contoso.com", "user principal name")
	d.takeUPN("zoe.new2@contoso.com")
	d.checkUPN("zoe.new@contoso.com", false, "zoe.new1@contoso.com")
	for n := 1; n < 60; n++ {
		if n != 2 {
			d.takeUPN(fmt.Sprintf("zoe.new%d@contoso.com", n))
		}
	}
	d.checkUPN("zoe.new@contoso.com", false, "zoe.new60@contoso.com")
	d.checkUPN("o'hare@contoso.com", true, "o'hare@contoso.com")
}

func TestE07_CheckUPNKnowsMailOfUsersAndGroups(t *testing.T) {
	t.Parallel()
	d := openActions(t, 92, nil)
	add := func(properties map[string]any) {
		t.Helper()
		properties["displayName"] = "Holder"
		add := d.sim.Tenant().AddGroup
		if properties["userPrincipalName"] != nil {
			add = d.sim.Tenant().AddUser
		}
		if _, err := add(properties); err != nil {
			t.Fatal(err)
		}
	}
	add(map[string]any{"userPrincipalName": "h1@contoso.com", "mail": "in.use@contoso.com"})
	d.checkUPN("in.use@contoso.com", false, "in.use1@contoso.com", "a user has it as mail address")
	add(map[string]any{"userPrincipalName": "h2@contoso.com", "proxyAddresses": []string{"smtp:in.use1@contoso.com"}})
	d.checkUPN("in.use@contoso.com", false, "in.use2@contoso.com")
	add(map[string]any{"mail": "in.use2@contoso.com"})
	add(map[string]any{"proxyAddresses": []string{"SMTP:In.Use3@contoso.com"}})
	d.checkUPN("in.use@contoso.com", false, "in.use4@contoso.com")
	d.checkUPN("in.use3@contoso.com", false, "in.use31@contoso.com", "a group has it as an address")
}

func TestE07_CheckUPNTellsOfDeletedUsers(t *testing.T) {
	t.Parallel()
	d := openActions(t, 93, nil)
	d.deleteUser(d.takeUPN("was.here@contoso.com"))
	d.checkUPN("was.here@contoso.com", true, "was.here@contoso.com", "a deleted user had was.here@contoso.com")
	d.takeUPN("was.here@contoso.com")
	d.deleteUser(d.takeUPN("was.here1@contoso.com"))
	d.checkUPN("was.here@contoso.com", false, "was.here1@contoso.com", "a deleted user had was.here@contoso.com", "a deleted user had was.here1@contoso.com")
}

func TestE07_CheckUPNSaysNothingIsFreeThatItCouldNotRead(t *testing.T) {
	t.Parallel()
	d := openActions(t, 94, func(o *graphsim.Options) { o.Permissions = []string{"User.Read.All"} })
	d.refuses("check_upn", map[string]any{"proposed_upn": "zoe.new@contoso.com"}, "PermissionDenied: ")
}

func TestE07_CheckUPNWaitsWhereAPartIsThrottled(t *testing.T) {
	t.Parallel()
	d := openActions(t, 103, nil)
	d.takeUPN("busy@contoso.com")
	d.sim.Fail(graphsim.Fault{PathContains: "/v1.0/groups", Status: http.StatusTooManyRequests, Code: "TooManyRequests", RetryAfter: "7"})
	result := d.do("check_upn", map[string]any{"proposed_upn": "busy@contoso.com"})
	if result["upn"] != "busy1@contoso.com" {
		t.Errorf("got %v", result)
	}
}
