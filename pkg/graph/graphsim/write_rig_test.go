package graphsim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// writer starts a tenant whose application may do everything.
func writer(t *testing.T, o graphsim.Options) *rig {
	t.Helper()
	if o.Permissions == nil {
		o.Permissions = append(graphsim.EveryReadPermission(), graphsim.WritePermissions()...)
	}
	return start(t, o)
}

// write sends a write and wants a status, and some words of the message where it is refused.
func (r *rig) write(method, path, body string, status int, words string) answer {
	r.t.Helper()
	a := r.send(method, path, body, nil)
	if a.status != status || !strings.Contains(a.Error.Message, words) {
		r.t.Errorf("%s %s %s: %d %.300s, want %d %s", method, path, body, a.status, a.body, status, words)
	}
	return a
}

// ref is a $ref body.
func (r *rig) ref(id string) string { return `{"@odata.id":"` + r.address(id) + `"}` }

func (r *rig) address(id string) string { return r.URL() + "/v1.0/directoryObjects/" + id }

// group finds a group of the seed that is like that.
func (r *rig) group(like func(graphsim.Record) bool) graphsim.Record {
	r.t.Helper()
	return record(r.t, r.Census().Groups, like)
}

// plain is a security group without oddities.
func plain(g graphsim.Record) bool {
	types, _ := g.Get("groupTypes").([]string)
	return len(types) == 0 && g.Get("mailEnabled") == false && g.Get("onPremisesSyncEnabled") == nil && g.Get("isAssignableToRole") != true
}

// outsider is a user who is not in a group.
func (r *rig) outsider(g graphsim.Record) string {
	return record(r.t, r.Census().Users, func(u graphsim.Record) bool { return !has(g.Members, u.ID()) && !has(g.Owners, u.ID()) }).ID()
}

func has(refs []graphsim.Ref, id string) bool {
	return slices.ContainsFunc(refs, func(ref graphsim.Ref) bool { return ref.ID == id })
}

func (r *rig) again(g graphsim.Record) graphsim.Record {
	return r.group(func(o graphsim.Record) bool { return o.ID() == g.ID() })
}
