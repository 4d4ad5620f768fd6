package onelogin

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// number is an id as the census has it.
func number(t testing.TB, id ID) int64 {
	t.Helper()
	n, err := strconv.ParseInt(string(id), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func numbersOf[T row](t testing.TB, rows []T) []int64 {
	t.Helper()
	out := make([]int64, 0, len(rows))
	for _, r := range rows {
		out = append(out, number(t, ID(r.rowID())))
	}
	slices.Sort(out)
	return out
}

func idOf(n int64) ID { return ID(strconv.FormatInt(n, 10)) }

func TestEverythingThatTheAccountHoldsIsRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{Seed: 3, Users: 1300, Roles: 12, PageSize: 97, LastActionField: true})
	census := r.sim.Census()
	users := all(t, func(cursor string) (Page[User], error) { return r.ListUsers(t.Context(), true, cursor) })
	checkUsers(t, users, census)
	checkLists(t, r, census)
	for _, want := range census.Roles {
		id := idOf(want.ID)
		for relation, ids := range map[RoleRelation][]int64{RoleUsers: want.Members, RoleAdmins: want.Admins} {
			got := all(t, func(cursor string) (Page[Holder], error) { return r.ListRoleHolders(t.Context(), id, relation, cursor) })
			if !slices.Equal(numbersOf(t, got), ids) {
				t.Errorf("the %s of role %s: %d are read, %d are there", relation, id, len(got), len(ids))
			}
		}
		apps := all(t, func(cursor string) (Page[App], error) { return r.ListRoleApps(t.Context(), id, cursor) })
		if !slices.Equal(numbersOf(t, apps), want.Apps) {
			t.Errorf("the apps of role %s: %v are read, %v are there", id, numbersOf(t, apps), want.Apps)
		}
	}
	for _, want := range census.Apps {
		got := all(t, func(cursor string) (Page[AppUser], error) { return r.ListAppUsers(t.Context(), idOf(want.ID), cursor) })
		if !slices.Equal(numbersOf(t, got), want.Users) {
			t.Errorf("the users of app %d: %d are read, %d are there", want.ID, len(got), len(want.Users))
		}
	}
	for _, want := range census.Privileges {
		for relation, ids := range map[PrivilegeRelation][]int64{PrivilegeUsers: want.Users, PrivilegeRoles: want.Roles} {
			got := all(t, func(cursor string) (Page[ID], error) {
				return r.ListPrivilegeHolders(t.Context(), ID(want.ID), relation, cursor)
			})
			if fmt.Sprint(got) != fmt.Sprint(ids) {
				t.Errorf("the %s of privilege %s: %v are read, %v are there", relation, want.ID, got, ids)
			}
		}
	}
}

func checkUsers(t *testing.T, users []User, census *oneloginsim.Census) {
	t.Helper()
	if len(users) != len(census.Users) {
		t.Fatalf("%d users are read, %d are there", len(users), len(census.Users))
	}
	for i, u := range users {
		want := census.Users[i]
		if number(t, u.ID) != want.ID || u.Username != want.Username || u.Email != want.Email || len(u.Lacks) != 0 ||
			int64(*u.Status) != want.Status || int64(*u.State) != want.State {
			t.Errorf("user %d is read as %+v", want.ID, u)
		}
		if group := want.Group; group == 0 && u.GroupID != "" || group != 0 && u.GroupID != idOf(group) {
			t.Errorf("user %d is read in group %q and is in %d", want.ID, u.GroupID, group)
		}
		for name, field := range map[string]string{"firstname": u.FirstName, "title": u.Title, "company": u.Company, "department": u.Department,
			"manager_user_id": string(u.ManagerUserID), "manager_ad_id": string(u.ManagerADID), "external_id": u.ExternalID} {
			if v := want.Fields[name]; v == nil && field != "" || v != nil && fmt.Sprint(v) != field {
				t.Errorf("%s of user %d is read as %q and is %v", name, want.ID, field, v)
			}
		}
		if len(u.CustomAttributes) != len(census.Attributes) {
			t.Errorf("user %d is read with the custom attributes %v", want.ID, u.CustomAttributes)
		}
		if u.CreatedAt.Year() == 2000 || u.LastLogin.Year() == 2000 {
			t.Errorf("user %d is read with a placeholder for never", want.ID)
		}
	}
}

func checkLists(t *testing.T, r *rig, census *oneloginsim.Census) {
	t.Helper()
	roles := all(t, func(cursor string) (Page[Role], error) { return r.ListRoles(t.Context(), cursor) })
	groups := all(t, func(cursor string) (Page[Group], error) { return r.ListGroups(t.Context(), cursor) })
	apps := all(t, func(cursor string) (Page[App], error) { return r.ListApps(t.Context(), cursor) })
	privileges := all(t, func(cursor string) (Page[Privilege], error) { return r.ListPrivileges(t.Context(), cursor) })
	attributes := all(t, func(cursor string) (Page[Attribute], error) { return r.ListAttributes(t.Context(), cursor) })
	for what, n := range map[string][2]int{"roles": {len(roles), len(census.Roles)}, "groups": {len(groups), len(census.Groups)}, "apps": {len(apps), len(census.Apps)},
		"privileges": {len(privileges), len(census.Privileges)}, "attributes": {len(attributes), len(census.Attributes)}} {
		if n[0] != n[1] || n[0] == 0 {
			t.Errorf("%d %s are read, %d are there", n[0], what, n[1])
		}
	}
	for i, role := range roles {
		if want := census.Roles[i]; role.Name != want.Name || role.Apps == nil || len(*role.Apps) != len(want.Apps) {
			t.Errorf("role %d is read as %+v", want.ID, role)
		}
	}
	for i, app := range apps {
		got, err := r.GetApp(t.Context(), app.ID)
		want := census.Apps[i]
		if err != nil || got.Name != want.Name || len(got.RoleIDs) != len(want.Roles) || (got.Provisioning != nil && *got.Provisioning.Enabled) != want.Provisioned {
			t.Errorf("app %d is read as %+v, %v", want.ID, got, err)
		}
	}
	for i, p := range privileges {
		if want := census.Privileges[i]; string(p.ID) != want.ID || p.Name != want.Name || p.Policy.Version != "2018-05-18" || len(p.Policy.Statement) != 1 {
			t.Errorf("privilege %s is read as %+v", want.ID, p)
		}
	}
}
