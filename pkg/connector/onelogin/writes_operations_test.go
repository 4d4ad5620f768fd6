package onelogin

import (
	"context"
	"errors"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// operation is something that the connector is asked for, with its opposite, so that it can be done again.
type operation struct {
	name string
	do   func(context.Context) error
	// done says whether the account is as the operation wants it.
	done func() bool
	undo func()
	// unseen is one whose effect nobody can read, so that it may be done twice.
	unseen bool
	// again is how many more writes it may take where an answer was lost.
	again int
	// scope is the least that the credential needs.
	scope string
}

// operations are everything that the connector writes.
func (d *writeDesk) operations() []operation {
	return slices.Concat(d.rightOperations(), d.accountOperations(), d.actionOperations())
}

func (d *writeDesk) rightOperations() (all []operation) {
	for _, row := range d.rows() {
		grant := func(ctx context.Context) error { _, err := d.grant(ctx, row); return err }
		revoke := func(ctx context.Context) error { _, err := d.revoke(ctx, row); return err }
		all = append(all,
			operation{name: "grant " + row.name, do: grant, done: row.there, undo: d.must(revoke), scope: scopeManageAll},
			operation{name: "revoke " + row.name, do: revoke, done: func() bool { return !row.there() }, undo: d.must(grant), scope: scopeManageAll})
	}
	return all
}

// must is an operation that has to succeed.
func (d *writeDesk) must(do func(context.Context) error) func() {
	return func() {
		d.t.Helper()
		if err := do(context.Background()); err != nil {
			d.t.Fatalf("seed %d: %v", d.seedOf(), err)
		}
	}
}

// form is an account that somebody asks for.
func form(email string, more map[string]any) *v2.AccountInfo {
	profile := map[string]any{"email": email, "firstname": "Alex", "lastname": "Doe", "title": "Engineer", "custom_attributes": `{"cost_center": "4711"}`}
	for name, value := range more {
		profile[name] = value
	}
	s, err := structpb.NewStruct(profile)
	if err != nil {
		panic(err)
	}
	return v2.AccountInfo_builder{Profile: s}.Build()
}

func randomPassword() *v2.LocalCredentialOptions {
	return v2.LocalCredentialOptions_builder{RandomPassword: v2.LocalCredentialOptions_RandomPassword_builder{Length: 20}.Build()}.Build()
}

// with are the users who have an email address.
func (d *writeDesk) with(email string) (ids []int64) {
	for _, u := range d.sim.Census().Users {
		if strings.EqualFold(u.Email, email) {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

func (d *writeDesk) accountOperations() []operation {
	s := &userSyncer{c: d.c}
	const email = "alex.doe@acme.example"
	remove := func() {
		for _, id := range d.with(email) {
			d.sim.Account().DeleteUser(id)
		}
	}
	victim := d.sim.Account().AddUser(map[string]any{"email": "gone@acme.example"})
	person := d.people(1)[0]
	create := func(ctx context.Context) error {
		_, handed, _, err := s.CreateAccount(ctx, form(email, nil), randomPassword())
		if err == nil && !strings.Contains(d.sent.last(`"password"`), jsonText(string(handed[0].GetBytes()))) {
			return errors.New("the password that was handed over is not the one that was sent last")
		}
		return err
	}
	return []operation{
		{name: "create an account", do: create, done: func() bool { return len(d.with(email)) == 1 }, undo: remove, scope: scopeManageAll, again: 1},
		{name: "create an account without a password", scope: scopeManageUsers, done: func() bool { return len(d.with(email)) == 1 }, undo: remove,
			do: func(ctx context.Context) error {
				_, _, _, err := s.CreateAccount(ctx, form(email, nil), nil)
				return err
			}},
		{name: "delete an account", scope: scopeManageUsers, done: func() bool { return d.user(victim) == nil },
			do: func(ctx context.Context) error {
				_, err := s.Delete(ctx, connector.ResourceID(typeUser, numbered(victim)), nil)
				return err
			},
			undo: func() { victim = d.sim.Account().AddUser(map[string]any{"email": "gone@acme.example"}) }},
		{name: "rotate a password", scope: scopeManageAll, unseen: true, undo: func() {}, done: func() bool { return d.user(person) != nil },
			do: func(ctx context.Context) error {
				handed, _, err := s.Rotate(ctx, connector.ResourceID(typeUser, numbered(person)), randomPassword())
				if err == nil && !strings.Contains(d.sent.last(`"password"`), jsonText(string(handed[0].GetBytes()))) {
					return errors.New("the password that was handed over is not the one that was sent last")
				}
				return err
			}},
	}
}

// actionOperations are the actions, each on an ordinary user.
func (d *writeDesk) actionOperations() []operation {
	ids := d.people(6)
	person, manager := ids[4], ids[5]
	id := numbered(person)
	has := func(field string, want any) func() bool {
		return func() bool { return sameValue(d.user(person).Fields[field], want) }
	}
	set := func(fields map[string]any) func() {
		return func() {
			if err := d.sim.Account().UpdateUser(person, fields); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	do := func(name string, args map[string]any) func(context.Context) error {
		return func(ctx context.Context) error { _, err := d.act(ctx, name, args); return err }
	}
	cost := func() any { return d.user(person).Fields["custom_attributes"] }
	return []operation{
		{name: "disable_user", do: do("disable_user", map[string]any{"user_id": id}), done: has("status", 2), undo: set(map[string]any{"status": int64(1)}), scope: scopeManageUsers},
		{name: "enable_user", do: func(ctx context.Context) error {
			set(map[string]any{"status": int64(2)})()
			return do("enable_user", map[string]any{"user_id": id})(ctx)
		}, done: has("status", 1), undo: func() {}, scope: scopeManageUsers},
		{name: "lock_user", do: do("lock_user", map[string]any{"user_id": id, "minutes": 90}), done: has("status", 3),
			undo: set(map[string]any{"status": int64(1), "locked_until": nil}), scope: scopeManageAll},
		{name: "unlock_user", do: func(ctx context.Context) error {
			set(map[string]any{"status": int64(3)})()
			return do("unlock_user", map[string]any{"user_id": id})(ctx)
		}, done: has("status", 1), undo: set(map[string]any{"status": int64(1), "locked_until": nil}), scope: scopeManageUsers},
		{name: "log_out_user", do: do("log_out_user", map[string]any{"user_id": id}), done: func() bool { return true }, undo: func() {}, unseen: true, scope: scopeManageUsers},
		{name: "update_user", do: do("update_user", map[string]any{"user_id": id, "user_profile": map[string]any{"title": "Boss", "custom_attributes": map[string]any{"office": "7"}}}),
			done: func() bool {
				text := jsonText(cost())
				return has("title", "Boss")() && strings.Contains(text, `"office":"7"`) && strings.Contains(text, "cost_center")
			}, undo: set(map[string]any{"title": "Engineer"}), scope: scopeManageUsers},
		{name: "update_profile", do: do("update_profile", map[string]any{"user_id": id, "department": "Sales"}), done: has("department", "Sales"),
			undo: set(map[string]any{"department": "Research"}), scope: scopeManageUsers},
		{name: "set_manager", do: do("set_manager", map[string]any{"user_id": id, "manager": d.user(manager).Email}), done: has("manager_user_id", manager),
			undo: set(map[string]any{"manager_user_id": nil}), scope: scopeManageUsers},
	}
}
