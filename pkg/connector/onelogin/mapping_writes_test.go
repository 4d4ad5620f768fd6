package onelogin

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	logs "go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// openMappings is an account whose mappings run after each change of a role.
func openMappings(t *testing.T, seed uint64) *writeDesk {
	return openWriting(t, seed, func(o *oneloginsim.Options) { o.LastActionField = true }, func(s *switches) { s.applyUserMappings = true })
}

// warnings are what is logged while something is done.
func warnings(do func(context.Context)) *logs.ObservedLogs {
	core, written := logs.New(zap.WarnLevel)
	do(ctxzap.ToContext(context.Background(), zap.New(core)))
	return written
}

// After each change of a role the user is touched with a new value, the other custom attributes stay, and the mappings
// have run at once. What changes nothing touches nobody.
func TestO13_EachRoleChangeRunsTheMappingsOfTheUser(t *testing.T) {
	t.Parallel()
	d := openMappings(t, 130)
	rows := d.rows()
	mapped := d.sim.Account().AddRole("By a mapping")
	d.sim.Account().AddMapping("title", "Mapped", mapped)
	user := idOf(t, rows[0].holder.GetResource())
	if err := d.sim.Account().UpdateUser(user, map[string]any{"title": "Mapped"}); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	touched := func(what string) {
		t.Helper()
		attributes := jsonText(d.user(user).Fields["custom_attributes"])
		value := d.lastAction(user)
		if value == "" || seen[value] || !strings.Contains(attributes, `"cost_center":"`) {
			t.Errorf("after %s the custom attributes are %s", what, attributes)
		}
		seen[value] = true
		d.wrote(what, 2)
	}
	for _, row := range rows[:2] {
		d.sim.ResetHistory()
		if _, err := d.grant(t.Context(), row); err != nil || !row.there() {
			t.Fatalf("grant %s: %v", row.name, err)
		}
		touched("grant " + row.name)
		if _, err := d.grant(t.Context(), row); err != nil {
			t.Errorf("grant %s again: %v", row.name, err)
		}
		d.wrote("grant again", 0)
		if _, err := d.revoke(t.Context(), row); err != nil || row.there() {
			t.Errorf("revoke %s: %v", row.name, err)
		}
		touched("revoke " + row.name)
	}
	if r := d.role(mapped); len(r.Mapped) != 1 || r.Mapped[0] != user {
		t.Errorf("the mapping has given its role to %v", r.Mapped)
	}
	for _, row := range rows[2:] {
		d.sim.ResetHistory()
		if _, err := d.grant(t.Context(), row); err != nil {
			t.Errorf("grant %s: %v", row.name, err)
		}
		d.wrote("grant "+row.name, 1) // no role of a user changes
	}
}

// lastAction is what the user was touched with.
func (d *writeDesk) lastAction(user int64) string {
	var attributes map[string]string
	decodeInto(d.t, jsonText(d.user(user).Fields["custom_attributes"]), &attributes)
	return attributes[lastAction]
}

// A role that a mapping gives is back at once: the revoke says so.
func TestO13_ARoleThatAMappingGivesIsToldAsSuch(t *testing.T) {
	t.Parallel()
	d := openMappings(t, 131)
	row := d.rows()[0]
	user := idOf(t, row.holder.GetResource())
	role := idOf(t, row.resource.GetResource())
	d.sim.Account().AddMapping("email", d.user(user).Email, role)
	if _, err := d.grant(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	_, err := d.revoke(t.Context(), row)
	if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "a mapping of the account gave it back") || !row.there() {
		t.Errorf("%v, there: %v", err, row.there())
	}
}

// A failed touch after a role was changed is a warning: neither does it undo the change nor fail it.
func TestO13_AFailedTouchWarns(t *testing.T) {
	t.Parallel()
	d := openMappings(t, 132)
	row := d.rows()[0]
	for _, fault := range []oneloginsim.Fault{{Method: "PUT", Status: http.StatusForbidden}, {Method: "PUT", Times: -1, Status: http.StatusInternalServerError}, {Method: "PUT", Status: http.StatusUnprocessableEntity}} {
		d.sim.Fail(fault)
		written := warnings(func(ctx context.Context) {
			if _, err := d.grant(ctx, row); err != nil || !row.there() {
				t.Errorf("grant with %+v: %v", fault, err)
			}
			if _, err := d.revoke(ctx, row); err != nil || row.there() {
				t.Errorf("revoke with %+v: %v", fault, err)
			}
		})
		d.sim.ClearFaults()
		if written.FilterMessageSnippet("mappings of the user were not run").Len() == 0 {
			t.Errorf("%+v: the warnings are %v", fault, written.All())
		}
	}
}

// Any one fault: the role is changed, once, whatever becomes of the touch.
func TestO13_AnyOneFaultLeavesTheRoleRight(t *testing.T) {
	t.Parallel()
	d := openMappings(t, 133)
	row := d.rows()[0]
	grant := operation{name: "grant", do: func(ctx context.Context) error { _, err := d.grant(ctx, row); return err }, done: row.there, unseen: true,
		undo: d.must(func(ctx context.Context) error { _, err := d.revoke(ctx, row); return err })}
	d.sim.ResetHistory()
	if err := grant.do(t.Context()); err != nil {
		t.Fatal(err)
	}
	for at := range len(d.sim.History()) {
		for _, fault := range writeFaults() {
			grant.undo()
			d.survives(grant, fault, at, 0)
			if n := d.sim.Traffic()["POST /api/2/roles/{id}/users"]; n < 1 || n > 3 {
				t.Errorf("%d at %+v: the role was written %d times", at, fault, n)
			}
		}
	}
}

// Without the field the option fails the validation, and says what is missing.
func TestO13_WithoutTheFieldValidationFails(t *testing.T) {
	t.Parallel()
	for _, field := range []bool{false, true} {
		d := openWriting(t, 134, func(o *oneloginsim.Options) { o.LastActionField = field }, func(s *switches) { s.applyUserMappings = true })
		_, err := d.c.Validate(t.Context())
		if field && err != nil {
			t.Errorf("with the field: %v", err)
		}
		if !field && (status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "--apply-user-mappings") || !strings.Contains(err.Error(), lastAction)) {
			t.Errorf("without the field: %v", err)
		}
	}
	d := openWriting(t, 134, nil, func(s *switches) { s.applyUserMappings = true })
	d.sim.Fail(oneloginsim.Fault{PathContains: "custom_attributes", Status: http.StatusForbidden, Message: "Forbidden"})
	_, err := d.c.Validate(t.Context())
	refused(t, err, codes.PermissionDenied, "may not read custom user fields", "or leave out --apply-user-mappings")
}

// Two changes of one user's custom attributes that meet lose neither, though each writes all of them.
func TestUserAttributes_TwoChangesAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	d := openMappings(t, 135)
	rows := d.rows()[:2]
	id := rows[0].holder.GetResource()
	update := writeRow{name: "update", resource: connector.ResourceID(typeUser, id), holder: rows[0].holder}
	d.together(append(rows, update), func(r writeRow) error {
		if r.name != "update" {
			_, err := d.grant(t.Context(), r)
			return err
		}
		_, err := d.act(t.Context(), "update_user", map[string]any{"user_id": id, "user_profile": `{"custom_attributes": {"office": "north"}}`})
		return err
	})
	user := idOf(t, id)
	if text := jsonText(d.user(user).Fields["custom_attributes"]); !strings.Contains(text, `"office":"north"`) || !strings.Contains(text, lastAction) || !strings.Contains(text, "cost_center") {
		t.Errorf("the custom attributes are %s", text)
	}
}
