package entra

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

func accountWritings() []writing {
	admins := []string{"administrator"}
	users := []string{"User.Read.All"}
	one := func(name string, do func(b *bench, user string) error, admin bool) func(*bench) []step {
		return func(b *bench) []step {
			user := b.accounts.someone(admin)
			return []step{{name: name, do: func() error { return do(b, user) }}}
		}
	}
	create := func(b *bench, user string) error {
		_, _, err := b.accounts.create(form(map[string]any{"manager": user}), randomPassword())
		return err
	}
	remove := func(b *bench, user string) error { _, err := b.accounts.remove(user); return err }
	rotate := func(b *bench, user string) error { _, err := b.accounts.rotate(user, randomPassword()); return err }
	return []writing{
		{name: "create an account", rows: []string{"create an account"}, also: users, begin: one("create", create, false)},
		{name: "delete an account", rows: []string{"delete an account"}, begin: one("delete", remove, false)},
		{name: "delete an administrator", rows: []string{"delete an account"}, when: admins, begin: one("delete", remove, true)},
		{name: "a new password", rows: []string{"a new password"}, begin: one("rotate", rotate, false)},
		{name: "a new password for an administrator", rows: []string{"a new password"}, when: admins, begin: one("rotate", rotate, true)},
	}
}

func actionWritings() []writing {
	const department = `{"department":"Made here"}`
	admins := []string{"administrator"}
	return []writing{
		onUserAction("`enable_user`", nil, false, "disable_user", "enable_user"),
		onUserAction("`enable_user`", admins, true, "disable_user", "enable_user"),
		actionWriting("`update_user`", nil, "update_user", func(b *bench) map[string]any {
			return map[string]any{"user_id": b.accounts.someone(true), "user_profile": department}
		}),
		actionWriting("`update_user`", admins, "update_user", func(b *bench) map[string]any {
			return map[string]any{"user_id": b.accounts.someone(true), "user_profile": `{"accountEnabled":false,"department":"Made here"}`}
		}),
		actionWriting("`update_profile`", nil, "update_profile", func(b *bench) map[string]any {
			return map[string]any{"user_id": b.accounts.someone(true), "jobTitle": "Made here", "extensionAttribute3": "three"}
		}),
		actionWriting("`set_manager`", nil, "set_manager", func(b *bench) map[string]any {
			users := b.actions.members(2)
			return map[string]any{"user_id": users[0], "manager_identifier": b.actions.record(users[1]).Text("userPrincipalName")}
		}),
		readingAction(actionWriting("`check_upn`", nil, "check_upn", func(b *bench) map[string]any {
			return map[string]any{"proposed_upn": b.actions.record(b.actions.members(1)[0]).Text("userPrincipalName")}
		})),
		createGroupWriting(nil, "security", 3), createGroupWriting(nil, "microsoft_365", 3),
		createGroupWriting([]string{"more than 20"}, "security", 22), createGroupWriting([]string{"role-assignable"}, "security", 3),
		onUserAction("`revoke_sessions`", nil, false, "revoke_sessions"), onUserAction("`revoke_sessions`", admins, true, "revoke_sessions"),
		onUserAction("`revoke_mfa`", nil, false, "revoke_mfa"), onUserAction("`revoke_mfa`", admins, true, "revoke_mfa"),
		{name: "restore_user", rows: []string{"`restore_user`"}, begin: func(b *bench) []step {
			user := b.actions.members(1)[0]
			b.actions.deleteUser(user)
			return []step{b.actionStep("restore_user", map[string]any{"user_id": user})}
		}},
	}
}

// onUserAction is what some actions do, one after the other, to an administrator or somebody else.
func onUserAction(row string, when []string, admin bool, names ...string) writing {
	var reads []string
	if slices.Contains(names, "enable_user") {
		reads = []string{"User.Read.All"}
	}
	return writing{name: fmt.Sprintf("%s, of an administrator: %t", strings.Join(names, " and "), admin), rows: []string{row}, when: when,
		reads: reads, begin: func(b *bench) (steps []step) {
			user := b.accounts.someone(admin)
			b.actions.withMethods(user, methodTypes()[:3]...)
			for _, name := range names {
				steps = append(steps, b.actionStep(name, map[string]any{"user_id": user}))
			}
			return steps
		}}
}

func actionWriting(row string, when []string, name string, args func(*bench) map[string]any) writing {
	return writing{name: name + " " + strings.Join(when, ""), rows: []string{row}, when: when, reads: []string{"User.Read.All"},
		begin: func(b *bench) []step { return []step{b.actionStep(name, args(b))} }}
}

func readingAction(w writing) writing {
	w.onlyReads = true
	return w
}

func createGroupWriting(when []string, kind string, members int) writing {
	w := actionWriting("`create_group`", when, "create_group", func(b *bench) map[string]any {
		users := b.actions.members(members + 1)
		return map[string]any{"displayName": "Made here", "group_type": kind, "isAssignableToRole": slices.Contains(when, "role-assignable"),
			"owner": resourceArg(typeUser, users[0]), "userMembers": memberArgs(users[1:])}
	})
	w.name += kind
	if w.reads = nil; slices.Contains(when, "more than 20") {
		w.reads = []string{"GroupMember.Read.All"} // the row names it for the others
	}
	return w
}

// actionStep takes a result without success for the refusal, as it says what stays.
func (b *bench) actionStep(name string, args map[string]any) step {
	return step{name: name, do: func() error {
		result, failure := b.actions.invoke(name, args)
		if failure != "" {
			return errors.New(failure)
		}
		if result["success"] != true {
			return fmt.Errorf("PermissionDenied, as the result tells: %v", result)
		}
		return nil
	}}
}
