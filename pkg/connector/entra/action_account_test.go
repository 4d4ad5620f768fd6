package entra

import (
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestEnableAndDisableUser_ShowInTheNextSync(t *testing.T) {
	t.Parallel()
	d := openActions(t, 74, nil)
	user := d.members(1)[0]
	for _, step := range []struct {
		action string
		want   v2.Status_ResourceStatus
	}{
		{"disable_user", v2.Status_RESOURCE_STATUS_DISABLED}, {"disable_user", v2.Status_RESOURCE_STATUS_DISABLED},
		{"enable_user", v2.Status_RESOURCE_STATUS_ENABLED},
	} {
		d.do(step.action, map[string]any{"user_id": user})
		d.wrote(1)
		r, _ := d.profile(user)
		if got := r.GetStatus().GetStatus(); got != step.want {
			t.Errorf("after %s the status is %v", step.action, got)
		}
	}
}

func TestEnableUser_TakesNoMoreThanItsPermission(t *testing.T) {
	t.Parallel()
	d := openActions(t, 75, func(o *graphsim.Options) { o.Permissions = []string{"User.EnableDisableAccount.All", "User.Read.All"} })
	d.do("disable_user", map[string]any{"user_id": d.members(1)[0]})
	d.wrote(1)
	d.refuses("update_user", map[string]any{"user_id": d.members(1)[0], "user_profile": `{"city":"x"}`}, "PermissionDenied: ", "User.ReadWrite.All")
}

func TestRestoreUser_BringsBackFromTheRecycleBin(t *testing.T) {
	t.Parallel()
	d := openActions(t, 76, nil)
	users := d.members(2)
	group, err := d.sim.Tenant().AddGroup(map[string]any{"displayName": "G", "securityEnabled": true})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.sim.Tenant().AddMember(group, users[0]); err != nil {
		t.Fatal(err)
	}
	upn := d.record(users[0]).Text("userPrincipalName")
	d.deleteUser(users[0])
	if d.synced().Resources["user:"+users[0]] != nil {
		t.Fatal("the user is not deleted")
	}
	d.do("restore_user", map[string]any{"user_id": users[0]})
	d.wrote(1)
	found := d.synced()
	if found.Resources["user:"+users[0]] == nil || found.Grants["group:"+group+":members:user:"+users[0]] == nil {
		t.Error("the next sync does not show the user and the membership")
	}
	if got := d.record(users[0]).Text("userPrincipalName"); got != upn {
		t.Errorf("the user is now %s, not %s", got, upn)
	}
	d.do("restore_user", map[string]any{"user_id": users[0]}) // again
	d.do("restore_user", map[string]any{"user_id": users[1]}) // never deleted
}

func TestRestoreUser_SaysThatTheNameIsTaken(t *testing.T) {
	t.Parallel()
	d := openActions(t, 77, nil)
	user := d.members(1)[0]
	upn := d.record(user).Text("userPrincipalName")
	d.deleteUser(user)
	if _, err := d.sim.Tenant().AddUser(map[string]any{"displayName": "Another", "userPrincipalName": upn}); err != nil {
		t.Fatal(err)
	}
	d.refuses("restore_user", map[string]any{"user_id": user}, "AlreadyExists: ", user)
}

func TestRevokeSessions_SaysHowLongAccessLivesOn(t *testing.T) {
	t.Parallel()
	d := openActions(t, 78, nil)
	user := d.members(1)[0]
	result := d.do("revoke_sessions", map[string]any{"user_id": user})
	if message, _ := result["message"].(string); !strings.Contains(message, "up to an hour") {
		t.Errorf("the message is %q", message)
	}
	if w := d.writes(); len(w) != 1 || w[0].Path != "/v1.0/users/"+user+"/revokeSignInSessions" || w[0].Body != "" {
		t.Errorf("written: %+v", w)
	}
	if d.record(user).Text("signInSessionsValidFromDateTime") == "" {
		t.Error("the tenant does not know of it")
	}
}
