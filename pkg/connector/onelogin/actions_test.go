package onelogin

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func TestActions_AreThese(t *testing.T) {
	t.Parallel()
	all := handlers{}
	if err := (&Connector{}).GlobalActions(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	want := []string{"disable_user", "enable_user", "lock_user", "log_out_user", "set_manager", "unlock_user", "update_profile", "update_user"}
	if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, want) {
		t.Errorf("the actions are %q", got)
	}
}

// Each status before, and what enabling and disabling makes of it: a lock, or a password that is missing, is not undone.
func TestActions_EnableAndDisable(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 30, nil, nil)
	id := d.people(1)[0]
	for before, after := range map[int64]struct{ enabled, disabled int64 }{0: {1, 2}, 1: {1, 2}, 2: {1, 2}, 3: {3, 2}, 4: {4, 2}, 5: {5, 2}, 7: {7, 2}, 8: {8, 2}} {
		for name, want := range map[string]int64{"enable_user": after.enabled, "disable_user": after.disabled} {
			if err := d.sim.Account().UpdateUser(id, map[string]any{"status": before}); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				d.sim.ResetHistory()
				if _, err := d.act(t.Context(), name, map[string]any{"user_id": numbered(id)}); err != nil || d.user(id).Status != want {
					t.Errorf("%s of status %d: %v, it is %d, want %d", name, before, err, d.user(id).Status, want)
				}
			}
			d.wrote(name+" again", 0)
		}
	}
}

func TestActions_LockUnlockAndLogOut(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 31, nil, nil)
	id := d.people(1)[0]
	args := map[string]any{"user_id": numbered(id)}
	do := func(name string, args map[string]any, writes int) {
		t.Helper()
		d.sim.ResetHistory()
		if _, err := d.act(t.Context(), name, args); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		d.wrote(name, writes)
	}
	do("unlock_user", args, 0)
	do("lock_user", args, 1)
	if !strings.Contains(d.sent.last("locked_until"), `"locked_until":0`) || d.user(id).Status != 3 {
		t.Errorf("sent was %s", d.sent.last("locked_until"))
	}
	do("unlock_user", args, 1)
	do("lock_user", map[string]any{"user_id": numbered(id), "minutes": 90}, 1)
	if !strings.Contains(d.sent.last("locked_until"), `"locked_until":90`) {
		t.Errorf("sent was %s", d.sent.last("locked_until"))
	}
	do("unlock_user", args, 1)
	do("log_out_user", args, 1)
	if d.user(id).Status != 1 {
		t.Errorf("the status is %d", d.user(id).Status)
	}
}

// A null clears, what is not named stays, and the result names what was written.
func TestActions_UpdateUser(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 32, nil, nil)
	id := d.people(1)[0]
	before := d.user(id)
	result, err := d.act(t.Context(), "update_user", map[string]any{"user_id": numbered(id),
		"user_profile": `{"title": null, "department": "Sales/West", "custom_attributes": {"office": "north", "cost_center": null}}`})
	if err != nil {
		t.Fatal(err)
	}
	if got := jsonText(result["updated_fields"]); got != `["custom_attributes.cost_center","custom_attributes.office","department","title"]` {
		t.Errorf("the updated fields are %s", got)
	}
	after := d.user(id)
	attributes := jsonText(after.Fields["custom_attributes"])
	if after.Fields["title"] != nil || after.Fields["department"] != "Sales/West" || after.Fields["company"] != before.Fields["company"] ||
		!strings.Contains(attributes, `"office":"north"`) || !strings.Contains(attributes, "employee_number") || strings.Contains(attributes, `"cost_center":"`) {
		t.Errorf("the user is %v", after.Fields)
	}
	result, err = d.act(t.Context(), "update_profile", map[string]any{"user_id": numbered(id), "title": "Boss", "company": "", "department": nil})
	if err != nil || jsonText(result["updated_fields"]) != `["title"]` || d.user(id).Fields["title"] != "Boss" || d.user(id).Fields["department"] != "Sales/West" {
		t.Errorf("%v, %v, %v", result, err, d.user(id).Fields)
	}
	d.sim.ResetHistory()
	if result, err := d.act(t.Context(), "update_profile", map[string]any{"user_id": numbered(id)}); err != nil || jsonText(result["updated_fields"]) != "[]" {
		t.Errorf("nothing to change: %v, %v", result, err)
	}
	d.wrote("nothing", 0)
}

// A manager is named by id, address or username, and taken away by an empty text.
func TestActions_SetManager(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 33, nil, nil)
	ids := d.people(2)
	user, manager := ids[0], d.user(ids[1])
	named := d.sim.Account().AddUser(map[string]any{"username": "17", "email": "seventeen@acme.example"})
	for identifier, want := range map[string]any{numbered(manager.ID): manager.ID, manager.Email: manager.ID, strings.ToUpper(manager.Username): manager.ID, "17": named, "": nil} {
		if _, err := d.act(t.Context(), "set_manager", map[string]any{"user_id": numbered(user), "manager": identifier}); err != nil {
			t.Errorf("%q: %v", identifier, err)
		}
		if got := d.user(user).Fields["manager_user_id"]; !sameValue(got, want) {
			t.Errorf("%q: the manager is %v, want %v", identifier, got, want)
		}
	}
}

// What is wrong is refused with the name of the argument, and nothing is written.
func TestActions_WrongArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 34, func(o *oneloginsim.Options) { o.DuplicateStatus = 400 }, nil)
	ids := d.people(2)
	id, other := numbered(ids[0]), d.user(ids[1])
	profile := func(text string) map[string]any { return map[string]any{"user_id": id, "user_profile": text} }
	for _, wrong := range []struct {
		name  string
		args  map[string]any
		code  codes.Code
		words string
	}{
		{"enable_user", nil, codes.InvalidArgument, "user_id is missing"},
		{"enable_user", map[string]any{"user_id": "noor@acme.example"}, codes.InvalidArgument, "has to be the OneLogin id of a user, a number"},
		{"disable_user", map[string]any{"user_id": "../roles/1"}, codes.InvalidArgument, "user_id"},
		{"disable_user", map[string]any{"user_id": id, "colour": "red"}, codes.InvalidArgument, "colour is not an argument"},
		{"disable_user", map[string]any{"user_id": "4711"}, codes.NotFound, "no user with the id 4711"},
		{"enable_user", map[string]any{"user_id": "4711"}, codes.NotFound, "no user with the id 4711"},
		{"lock_user", map[string]any{"user_id": "4711"}, codes.NotFound, "no user with the id 4711"},
		{"unlock_user", map[string]any{"user_id": "4711"}, codes.NotFound, "no user with the id 4711"},
		{"log_out_user", map[string]any{"user_id": "4711"}, codes.NotFound, "no user with the id 4711"},
		{"update_profile", map[string]any{"user_id": "4711", "title": "x"}, codes.NotFound, "no user with the id 4711"},
		{"lock_user", map[string]any{"user_id": id, "minutes": -1}, codes.InvalidArgument, "minutes has to be from 0"},
		{"lock_user", map[string]any{"user_id": id, "minutes": "ten"}, codes.InvalidArgument, "minutes has to be a whole number"},
		{"lock_user", map[string]any{"user_id": id, "minutes": 0.5}, codes.InvalidArgument, "minutes has to be a whole number"},
		{"lock_user", map[string]any{"user_id": id, "minutes": 1e300}, codes.InvalidArgument, "minutes has to be a whole number"},
		{"update_user", profile("{}"), codes.InvalidArgument, "names no field"},
		{"update_user", profile("[]"), codes.InvalidArgument, "has to be a JSON object"},
		{"update_user", profile(`{"manager_user_id": 1}`), codes.InvalidArgument, "set_manager"},
		{"update_user", profile(`{"status": 1}`), codes.InvalidArgument, "enable_user"},
		{"update_user", profile(`{"password": "x"}`), codes.InvalidArgument, "rotating"},
		{"update_user", profile(`{"group_id": 1}`), codes.InvalidArgument, "security policy"},
		{"update_user", profile(`{"role_ids": [1]}`), codes.InvalidArgument, "granted"},
		{"update_user", profile(`{"comment": "x"}`), codes.InvalidArgument, "not one of the fields"},
		{"update_user", profile(`{"email": null}`), codes.InvalidArgument, "cannot be cleared"},
		{"update_user", profile(`{"email": "nobody"}`), codes.InvalidArgument, "email address"},
		{"update_user", profile(`{"title": ""}`), codes.InvalidArgument, "null clears"},
		{"update_user", profile(`{"title": 7}`), codes.InvalidArgument, "has to be a text"},
		{"update_user", profile(`{"custom_attributes": {"nobody": "x"}}`), codes.InvalidArgument, "no custom attribute of the account"},
		{"update_user", profile(`{"custom_attributes": "x"}`), codes.InvalidArgument, "has to be an object"},
		{"update_user", profile(`{"email": "` + other.Email + `"}`), codes.AlreadyExists, "another user"},
		{"update_profile", map[string]any{"user_id": id, "username": other.Username}, codes.AlreadyExists, "another user"},
		{"update_profile", map[string]any{"user_id": id, "email": "nobody"}, codes.InvalidArgument, "email"},
		{"set_manager", map[string]any{"user_id": id}, codes.InvalidArgument, "manager is missing"},
		{"set_manager", map[string]any{"user_id": id, "manager": "nobody@acme.example"}, codes.InvalidArgument, "whom the account does not have"},
		{"set_manager", map[string]any{"user_id": id, "manager": "4711"}, codes.InvalidArgument, "whom the account does not have"},
		{"set_manager", map[string]any{"user_id": id, "manager": id}, codes.InvalidArgument, "their own manager"},
	} {
		_, err := d.act(t.Context(), wrong.name, wrong.args)
		if status.Code(err) != wrong.code || !strings.Contains(err.Error(), wrong.words) || !strings.HasPrefix(err.Error(), wrong.code.String()) {
			t.Errorf("%s %v: %v", wrong.name, wrong.args, err)
		}
	}
	d.wrote("wrong arguments", 0)
}
