package onelogin

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// writers are all writes; each can be done again.
func writers() map[string]func(ctx context.Context, r *rig, at places) error {
	return map[string]func(ctx context.Context, r *rig, at places) error{
		"create": func(ctx context.Context, r *rig, _ places) error {
			_, err := r.CreateUser(ctx, map[string]any{"username": "x"})
			return err
		},
		"update": func(ctx context.Context, r *rig, at places) error {
			_, err := r.UpdateUser(ctx, at.user, map[string]any{"title": "x"}, MappingsSync)
			return err
		},
		"delete":   func(ctx context.Context, r *rig, at places) error { return r.DeleteUser(ctx, at.user) },
		"lock":     func(ctx context.Context, r *rig, at places) error { return r.LockUser(ctx, at.user, 0) },
		"unlock":   func(ctx context.Context, r *rig, at places) error { return r.UnlockUser(ctx, at.user) },
		"log out":  func(ctx context.Context, r *rig, at places) error { return r.LogOutUser(ctx, at.user) },
		"password": func(ctx context.Context, r *rig, at places) error { return r.SetPassword(ctx, at.user, "12345678") },
		"add": func(ctx context.Context, r *rig, at places) error {
			return r.AddRoleHolders(ctx, at.role, RoleUsers, []ID{at.user})
		},
		"remove": func(ctx context.Context, r *rig, at places) error {
			return r.RemoveRoleHolders(ctx, at.role, RoleAdmins, []ID{at.user})
		},
		"apps": func(ctx context.Context, r *rig, at places) error { return r.SetRoleApps(ctx, at.role, []ID{at.app}) },
		"assign": func(ctx context.Context, r *rig, at places) error {
			return r.AssignPrivilege(ctx, at.privilege, PrivilegeUsers, []ID{at.user})
		},
		"take": func(ctx context.Context, r *rig, at places) error {
			return r.RemovePrivilege(ctx, at.privilege, PrivilegeRoles, at.role)
		},
	}
}

func TestEveryWriteIsSentOnceAndTellsWhatItKnows(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	at := placesOf(t, r.sim)
	for name, write := range writers() {
		for what, trouble := range troubles() {
			if what == "429" || what == "empty object" || what == "no body" || what == "bad json" || what == "html 200" || what == "cut" {
				continue // what was refused for the rate is sent again; the others are answers to a write that was done
			}
			trouble.fault.PathContains, trouble.fault.Times = "/api/", -1
			r.sim.ResetHistory()
			r.sim.Fail(trouble.fault)
			err := write(t.Context(), r, at)
			r.sim.ClearFaults()
			unclear := what == "drop" || trouble.status >= 500
			if err == nil || Unclear(err) != unclear || len(r.sim.Writes()) != 0 {
				t.Errorf("%s, with %s: %v, unclear %v", name, what, err, Unclear(err))
			}
			sent := slices.DeleteFunc(r.sim.History(), func(req oneloginsim.Request) bool { return strings.HasPrefix(req.Path, "/auth/") })
			if len(sent) != 1 {
				t.Errorf("%s, with %s: sent %d times", name, what, len(sent))
			}
		}
		r.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.AnswerLost, PathContains: "/api/"})
		if err := write(t.Context(), r, at); name != "delete" && name != "take" && name != "remove" && !Unclear(err) {
			t.Errorf("%s, with the answer lost: %v", name, err)
		}
		r.sim.ClearFaults()
	}
}

func TestAnIDThatIsNoneIsNotSent(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	for _, id := range []ID{"", ".", ".."} {
		at := places{id, id, id, id, id}
		for name, write := range writers() {
			if name == "create" {
				continue
			}
			if err := write(t.Context(), r, at); err == nil {
				t.Errorf("%s of %q was sent", name, id)
			}
		}
	}
	if _, err := r.GetUser(t.Context(), "1/apps?x=#y"); !Missing(err) {
		t.Errorf("%v", err)
	}
	for _, req := range r.sim.Writes() {
		t.Errorf("%s %s", req.Method, req.Path)
	}
}

func TestTheTextOfAnErrorHoldsIDsOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	secret := "Zebra.Quagga"
	r.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.Drop, Times: -1, PathContains: "/api/"})
	_, found := r.FindUsers(once(t), "email", secret+"@acme.example")
	_, created := r.CreateUser(once(t), map[string]any{"username": secret})
	_, updated := r.UpdateUser(once(t), "17", map[string]any{"email": secret}, MappingsLater)
	password := r.SetPassword(once(t), "17", secret)
	for _, err := range []error{found, created, updated, password} {
		if err == nil || strings.Contains(err.Error(), "Zebra") || !strings.HasPrefix(err.Error(), "onelogin: ") {
			t.Errorf("%v", err)
		}
	}
}
