package onelogin

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// userOf is a user as the account has one.
func userOf(t testing.TB, r *rig, id ID) oneloginsim.UserRecord {
	t.Helper()
	for _, u := range r.sim.Census().Users {
		if u.ID == number(t, id) {
			return u
		}
	}
	t.Fatalf("no user %s", id)
	return oneloginsim.UserRecord{}
}

func TestTheLifeOfAUser(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{LastActionField: true})
	u, err := r.CreateUser(t.Context(), map[string]any{"username": "ana", "email": "ana@acme.example", "firstname": "Ana", "custom_attributes": map[string]any{"office": "3"}})
	if err != nil || u.ID == "" || *u.Status != StatusPasswordPending || *u.State != StateApproved {
		t.Fatalf("%+v, %v", u, err)
	}
	if _, err := r.CreateUser(t.Context(), map[string]any{"username": "ANA"}); statusOf(err) != http.StatusUnprocessableEntity || !strings.Contains(err.Error(), "field username") {
		t.Errorf("a second one of that name: %v", err)
	}
	same, err := r.FindUsers(t.Context(), "username", "ana")
	if err != nil || len(same) != 1 || same[0].ID != u.ID {
		t.Errorf("%+v, %v", same, err)
	}
	if err := r.SetPassword(t.Context(), u.ID, "correct horse 7"); err != nil {
		t.Error(err)
	}
	if err := r.SetPassword(t.Context(), u.ID, "short"); statusOf(err) != http.StatusUnprocessableEntity || strings.Contains(err.Error(), "short'") {
		t.Errorf("a short password: %v", err)
	}
	changed, err := r.UpdateUser(t.Context(), u.ID, map[string]any{"status": StatusSuspended, "title": nil, "manager_user_id": 7}, MappingsLater)
	if err != nil || *changed.Status != StatusSuspended || changed.FirstName != "Ana" || changed.ManagerUserID != "7" {
		t.Errorf("%+v, %v", changed, err)
	}
	if err := r.LockUser(t.Context(), u.ID, 2*time.Hour); err != nil || userOf(t, r, u.ID).Status != 3 {
		t.Errorf("locked: %+v, %v", userOf(t, r, u.ID), err)
	}
	if err := r.UnlockUser(t.Context(), u.ID); err != nil || userOf(t, r, u.ID).Status != 1 {
		t.Errorf("unlocked: %+v, %v", userOf(t, r, u.ID), err)
	}
	if err := r.LogOutUser(t.Context(), u.ID); err != nil {
		t.Error(err)
	}
	if err := r.DeleteUser(t.Context(), u.ID); err != nil {
		t.Error(err)
	}
	if err := r.DeleteUser(t.Context(), u.ID); !Missing(err) {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestRoleHolders(t *testing.T) {
	t.Parallel()
	for _, repeat := range []int{0, http.StatusUnprocessableEntity} {
		r := newRig(t, oneloginsim.Options{RepeatStatus: repeat})
		census := r.sim.Census()
		role := idOf(census.Roles[1].ID) // has nobody
		users := []ID{idOf(census.Users[0].ID), idOf(census.Users[1].ID)}
		for relation, held := range map[RoleRelation]func() []int64{
			RoleUsers:  func() []int64 { return r.sim.Census().Roles[1].Members },
			RoleAdmins: func() []int64 { return r.sim.Census().Roles[1].Admins },
		} {
			if err := r.AddRoleHolders(t.Context(), role, relation, users); err != nil || len(held()) != 2 {
				t.Errorf("%s added: %v, %v", relation, held(), err)
			}
			if err := r.AddRoleHolders(t.Context(), role, relation, users[:1]); statusOf(err) != repeat || len(held()) != 2 {
				t.Errorf("%s added again: %v, %v", relation, held(), err)
			}
			if err := r.RemoveRoleHolders(t.Context(), role, relation, users[:1]); err != nil || !slices.Equal(held(), []int64{census.Users[1].ID}) {
				t.Errorf("%s removed: %v, %v", relation, held(), err)
			}
			if err := r.RemoveRoleHolders(t.Context(), role, relation, users[:1]); statusOf(err) != repeat || len(held()) != 1 {
				t.Errorf("%s removed again: %v, %v", relation, held(), err)
			}
			if err := r.RemoveRoleHolders(t.Context(), role, relation, []ID{"1"}); !Missing(err) {
				t.Errorf("nobody removed: %v", err)
			}
		}
	}
}

func TestRoleAppsAndPrivileges(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	census := r.sim.Census()
	role, user, privilege := idOf(census.Roles[0].ID), idOf(census.Users[3].ID), ID(census.Privileges[1].ID) // held by nobody
	apps := []ID{idOf(census.Apps[0].ID), idOf(census.Apps[2].ID)}
	for range 2 {
		if err := r.SetRoleApps(t.Context(), role, apps); err != nil || len(r.sim.Census().Roles[0].Apps) != 2 {
			t.Errorf("%v, %v", r.sim.Census().Roles[0].Apps, err)
		}
	}
	if err := r.SetRoleApps(t.Context(), role, nil); err != nil || len(r.sim.Census().Roles[0].Apps) != 0 {
		t.Errorf("%v, %v", r.sim.Census().Roles[0].Apps, err)
	}
	for relation, holder := range map[PrivilegeRelation]ID{PrivilegeUsers: user, PrivilegeRoles: idOf(census.Roles[5].ID)} {
		for range 2 {
			if err := r.AssignPrivilege(t.Context(), privilege, relation, []ID{holder}); err != nil {
				t.Error(err)
			}
		}
		page, err := r.ListPrivilegeHolders(t.Context(), privilege, relation, "")
		if err != nil || !slices.Contains(page.Items, holder) {
			t.Errorf("%+v, %v", page, err)
		}
		if err := r.RemovePrivilege(t.Context(), privilege, relation, holder); err != nil {
			t.Error(err)
		}
		if err := r.RemovePrivilege(t.Context(), privilege, relation, holder); !Missing(err) {
			t.Errorf("removed twice: %v", err)
		}
	}
}

func TestMappingsGiveBackWhatWasTaken(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{LastActionField: true})
	var mapped, role int64
	for _, found := range r.sim.Census().Roles {
		if len(found.Mapped) > 0 {
			mapped, role = found.Mapped[0], found.ID
		}
	}
	member := func() bool {
		page := all(t, func(cursor string) (Page[Holder], error) {
			return r.ListRoleHolders(t.Context(), idOf(role), RoleUsers, cursor)
		})
		return slices.Contains(numbersOf(t, page), mapped)
	}
	if err := r.RemoveRoleHolders(t.Context(), idOf(role), RoleUsers, []ID{idOf(mapped)}); err != nil || member() {
		t.Fatalf("not removed: %v", err)
	}
	if _, err := r.UpdateUser(t.Context(), idOf(mapped), map[string]any{"custom_attributes": map[string]any{"c1_last_action": "now"}}, MappingsSync); err != nil || !member() {
		t.Errorf("the mapping did not give it back: %v", err)
	}
}
