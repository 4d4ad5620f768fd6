package entra

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// kindOf is the kind of a field, in one word.
func kindOf(f *configpb.Field) string {
	switch {
	case f.HasBoolField():
		return "bool"
	case f.HasIntField():
		return "int"
	case f.HasStringSliceField():
		return "strings"
	case f.HasResourceIdField():
		return "resource id"
	case f.HasResourceIdSliceField():
		return "resource ids"
	case f.HasResourceField():
		return "resource"
	case f.HasStringField():
		return "string"
	}
	return "?"
}

func described(fields []*configpb.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.GetName()+" "+kindOf(f))
	}
	return strings.Join(out, ", ")
}

func TestActions_AreThoseThatAutomationsKnow(t *testing.T) {
	t.Parallel()
	d := openActions(t, 70, nil)
	resp, err := d.client.ListActionSchemas(context.Background(), &v2.ListActionSchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	extensions := ""
	for n := 1; n <= 15; n++ {
		extensions += fmt.Sprintf(", extensionAttribute%d string", n)
	}
	want := map[string]string{
		"enable_user":  "[ACCOUNT ACCOUNT_ENABLE] user_id string -> success bool",
		"disable_user": "[ACCOUNT ACCOUNT_DISABLE] user_id string -> success bool",
		"update_user":  "[ACCOUNT ACCOUNT_UPDATE_PROFILE] user_id string, user_profile string -> success bool, updated_fields strings",
		"update_profile": "[DYNAMIC] user_id string, mail string, displayName string, jobTitle string, employeeId string, department string, " +
			"companyName string, country string" + extensions + " -> success bool, updated_fields strings",
		"set_manager": "[DYNAMIC] user_id string, manager_identifier string -> success bool",
		"check_upn":   "[DYNAMIC] proposed_upn string -> success bool, available bool, upn string, reason string",
		"create_group": "[RESOURCE_CREATE] displayName string, group_type string, mailNickname string, description string, " +
			"isAssignableToRole bool, owner resource id, userMembers resource ids -> success bool, resource resource",
		"revoke_sessions": "[DYNAMIC] user_id string -> success bool, message string",
		"revoke_mfa":      "[DYNAMIC] user_id string -> success bool, deleted_count int, failed_count int, skipped_count int, results strings",
		"restore_user":    "[DYNAMIC] user_id string -> success bool",
	}
	for _, s := range resp.GetSchemas() {
		var kinds []string
		for _, k := range s.GetActionType() {
			kinds = append(kinds, strings.TrimPrefix(k.String(), "ACTION_TYPE_"))
		}
		got := fmt.Sprintf("%v %s -> %s", kinds, described(s.GetArguments()), described(s.GetReturnTypes()))
		if got != want[s.GetName()] {
			t.Errorf("%s:\n got %s\nwant %s", s.GetName(), got, want[s.GetName()])
		}
		if s.GetDisplayName() == "" || s.GetDescription() == "" {
			t.Errorf("%s is not described", s.GetName())
		}
		if scoped := s.GetResourceTypeId(); (scoped == typeGroup) != (s.GetName() == "create_group") {
			t.Errorf("%s is of the resource type %q", s.GetName(), scoped)
		}
		delete(want, s.GetName())
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestActions_CanBeListedWithoutATenant(t *testing.T) {
	c := &Connector{}
	if len(c.createGroupAction().Schema().GetArguments()) == 0 {
		t.Error("the action has no arguments")
	}
}

// Whatever is wrong with the arguments, the refusal names the argument and nothing is written.
func TestActions_RefuseArgumentsByTheirName(t *testing.T) {
	t.Parallel()
	d := openActions(t, 71, nil)
	user := d.members(1)[0]
	with := func(more ...any) map[string]any {
		args := map[string]any{"user_id": user}
		for i := 0; i < len(more); i += 2 {
			args[more[i].(string)] = more[i+1]
		}
		return args
	}
	group := func(more ...any) map[string]any {
		args := with(more...)
		delete(args, "user_id")
		for name, value := range map[string]any{"displayName": "G", "group_type": "security"} {
			if _, given := args[name]; !given {
				args[name] = value
			}
		}
		return args
	}
	for _, name := range []string{"enable_user", "disable_user", "revoke_sessions", "revoke_mfa", "restore_user", "set_manager", "update_user", "update_profile"} {
		for _, args := range []map[string]any{{}, {"user_id": ""}, {"user_id": nil}, {"user_id": true}, {"user_id": "someone"}, {"user_id": "a/../" + user}} {
			if name == "update_user" {
				args["user_profile"] = "{}"
			}
			d.refuses(name, args, "InvalidArgument: ", "user_id")
		}
		d.refuses(name, with("userid", "x"), "InvalidArgument: ", "userid")
	}
	for _, c := range []struct {
		name string
		args map[string]any
		word string
	}{
		{"set_manager", with(), "manager_identifier"},
		{"set_manager", with("manager_identifier", 7), "manager_identifier"},
		{"update_user", with(), "user_profile"},
		{"update_user", with("user_profile", ""), "user_profile"},
		{"update_user", with("user_profile", "{}"), "user_profile"},
		{"update_user", with("user_profile", map[string]any{}), "user_profile"},
		{"update_user", with("user_profile", "[]"), "user_profile"},
		{"update_user", with("user_profile", "null"), "user_profile"},
		{"update_user", with("user_profile", "{"), "user_profile"},
		{"update_user", with("user_profile", `{"department":"x"} more`), "user_profile"},
		{"update_user", with("user_profile", `{"departement":"x","city":"y"}`), "departement"},
		{"update_user", with("user_profile", `{"department":7}`), "department"},
		{"update_user", with("user_profile", `{"department":""}`), "department"},
		{"update_user", with("user_profile", `{"displayName":null}`), "displayName"},
		{"update_user", with("user_profile", `{"accountEnabled":"true"}`), "accountEnabled"},
		{"update_user", with("user_profile", `{"employeeId":"12345678901234567"}`), "employeeId"},
		{"update_user", with("user_profile", `{"userPrincipalName":"no one"}`), "userPrincipalName"},
		{"update_user", with("user_profile", `{"manager":"x"}`), "set_manager"},
		{"update_user", with("user_profile", `{"passwordProfile":{"password":"x"}}`), "passwordProfile"},
		{"update_user", with("user_profile", `{"ageGroup":"Adult"}`), "ageGroup"},
		{"update_user", with("user_profile", `{"onPremisesExtensionAttributes":{"extensionAttribute16":"x"}}`), "extensionAttribute16"},
		{"update_profile", with("employeeId", "12345678901234567"), "employeeId"},
		{"update_profile", with("extensionAttribute1", strings.Repeat("x", 1025)), "extensionAttribute1"},
		{"update_profile", with("extensionAttribute16", "x"), "extensionAttribute16"},
		{"update_profile", with("jobTitle", 3), "jobTitle"},
		{"check_upn", map[string]any{}, "proposed_upn"},
		{"check_upn", map[string]any{"proposed_upn": "nobody"}, "proposed_upn"},
		{"check_upn", map[string]any{"proposed_upn": "a b@contoso.com"}, "proposed_upn"},
		{"create_group", group("displayName", ""), "displayName"},
		{"create_group", group("displayName", strings.Repeat("x", 257)), "displayName"},
		{"create_group", group("group_type", "dynamic"), "group_type"},
		{"create_group", group("mailNickname", "a b"), "mailNickname"},
		{"create_group", group("isAssignableToRole", "true"), "isAssignableToRole"},
		{"create_group", group("group_type", "microsoft_365", "isAssignableToRole", true), "isAssignableToRole"},
		{"create_group", group("owner", user), "owner"},
		{"create_group", group("owner", resourceArg(typeGroup, user)), "owner"},
		{"create_group", group("owner", resourceArg(typeUser, "me")), "owner"},
		{"create_group", group("userMembers", resourceArg(typeUser, user)), "userMembers"},
		{"create_group", group("userMembers", []any{resourceArg(typeUser, user), resourceArg(typeApplication, user)}), "userMembers"},
		{"create_group", group("members", []any{}), "members"},
	} {
		d.refuses(c.name, c.args, "InvalidArgument: ", c.word)
	}
}

// Nobody is taken for somebody else: the object id of a user who is not there is an error in plain words.
func TestActions_SayWhoIsNotThere(t *testing.T) {
	t.Parallel()
	d := openActions(t, 72, nil)
	const nobody = "00000000-0000-0000-0000-00000000abcd"
	for name, more := range map[string]map[string]any{
		"enable_user": {}, "disable_user": {}, "revoke_sessions": {}, "revoke_mfa": {}, "restore_user": {},
		"set_manager": {"manager_identifier": ""}, "update_user": {"user_profile": `{"city":"x"}`}, "update_profile": {"country": "x"},
	} {
		more["user_id"] = nobody
		d.refuses(name, more, "NotFound: ", nobody)
	}
}

// What concerns an administrator takes a directory role, which the refusal names.
func TestActions_NameTheRoleThatIsMissing(t *testing.T) {
	t.Parallel()
	d := openActions(t, 73, func(o *graphsim.Options) { o.DirectoryRoles = nil })
	users := d.sim.Census().Users
	i := slices.IndexFunc(users, func(u graphsim.Record) bool {
		return d.sim.Tenant().Administrator(u.ID()) && u.Get("onPremisesSyncEnabled") != true
	})
	if i < 0 {
		t.Fatal("the tenant has no administrator")
	}
	admin := users[i].ID()
	if err := d.sim.Tenant().SetAuthMethods(admin, "phoneAuthenticationMethod"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"disable_user", "enable_user", "revoke_sessions"} {
		d.refuses(name, map[string]any{"user_id": admin}, "PermissionDenied: ", "Privileged Authentication Administrator")
	}
	result, failure := d.invoke("revoke_mfa", map[string]any{"user_id": admin})
	if !strings.Contains(fmt.Sprint(result, failure), "Privileged Authentication Administrator") || result["success"] == true {
		t.Errorf("revoke_mfa: %v, %s", result, failure)
	}
}
