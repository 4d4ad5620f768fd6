package graph

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// groupWriters are the permissions that change every group.
func groupWriters() []string {
	return append(graphsim.ReadPermissions(), "GroupMember.ReadWrite.All", "Group.ReadWrite.All", "RoleManagement.ReadWrite.Directory")
}

// added adds an object to a simulated tenant.
func added(t testing.TB, add func(map[string]any) (string, error), properties map[string]any) string {
	t.Helper()
	id, err := add(properties)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newGroup(t testing.TB, sim *graphsim.Server, properties map[string]any) string {
	t.Helper()
	all := map[string]any{"displayName": "Made here", "mailNickname": "made", "mailEnabled": false, "securityEnabled": true}
	for name, value := range properties {
		all[name] = value
	}
	return added(t, sim.Tenant().AddGroup, all)
}

// relation is one of the two that bind objects to a group.
type relation struct {
	name   string
	add    func(*Client, context.Context, string, string) (Receipt, error)
	remove func(*Client, context.Context, string, string) (Receipt, error)
	has    func(*Client, context.Context, string, string) (bool, error)
}

func relations() []relation {
	return []relation{
		{"members", (*Client).AddGroupMember, (*Client).RemoveGroupMember, (*Client).HasGroupMember},
		{"owners", (*Client).AddGroupOwner, (*Client).RemoveGroupOwner, (*Client).HasGroupOwner},
	}
}

func (r relation) expect(t *testing.T, c *Client, group, object string, want bool) {
	t.Helper()
	if has, err := r.has(c, t.Context(), group, object); err != nil || has != want {
		t.Errorf("%s: %v, %v, want %v", r.name, has, err, want)
	}
}

func TestGroupLinks_AreWrittenAndRead(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 3, Permissions: groupWriters()})
	c, census := simClient(t, sim), sim.Census()
	user, other := census.Users[0].ID(), census.Users[1].ID()
	var app string
	for _, sp := range census.ServicePrincipals {
		app = sp.ID()
	}
	for _, r := range relations() {
		group := newGroup(t, sim, nil)
		for _, object := range []string{other, user, app} {
			r.expect(t, c, group, object, false)
			receipt, err := r.add(c, t.Context(), group, CloudOf("graph.microsoft.com").Reference(object))
			if err != nil || receipt.RequestID == "" {
				t.Fatalf("%s: %+v, %v", r.name, receipt, err)
			}
			r.expect(t, c, group, object, true)
			if _, err = r.add(c, t.Context(), group, CloudOf("graph.microsoft.com").Reference(object)); !LinkExists(err) || Unclear(err) {
				t.Errorf("%s, twice: %v", r.name, err)
			}
		}
		for _, object := range []string{user, app} {
			if receipt, err := r.remove(c, t.Context(), group, object); err != nil || receipt.RequestID == "" {
				t.Fatalf("%s: %+v, %v", r.name, receipt, err)
			}
			r.expect(t, c, group, object, false)
			if _, err := r.remove(c, t.Context(), group, object); !Missing(err) && !LinkMissing(err) || Unclear(err) {
				t.Errorf("%s, twice: %v", r.name, err)
			}
		}
		r.expect(t, c, group, other, true)
		if _, err := r.add(c, t.Context(), group, CloudOf("graph.microsoft.com").Reference("00000000-0000-4000-8000-000000000000")); !Missing(err) {
			t.Errorf("%s, an object that is not there: %v", r.name, err)
		}
	}
}

func TestGroupLinks_RefusalsAreTold(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 3, Permissions: graphsim.ReadPermissions()})
	group := newGroup(t, sim, nil)
	c, users := simClient(t, sim), sim.Census().Users
	if _, err := c.AddGroupMember(t.Context(), group, CloudOf("graph.microsoft.com").Reference(users[0].ID())); !Denied(err) || QuotaExceeded(err) {
		t.Errorf("without the permission: %v", err)
	}
	sim.SetPermissions(groupWriters()...)
	sim.ExpireTokens()
	for _, u := range users[:100] {
		if err := sim.Tenant().AddOwner(group, u.ID()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.AddGroupOwner(t.Context(), group, CloudOf("graph.microsoft.com").Reference(users[100].ID())); !QuotaExceeded(err) || Denied(err) {
		t.Errorf("the hundred and first owner: %v", err)
	}
	alone := newGroup(t, sim, nil)
	if err := sim.Tenant().AddOwner(alone, users[0].ID()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.RemoveGroupOwner(t.Context(), alone, users[0].ID()); !LastOwner(err) {
		t.Errorf("the last owner: %v", err)
	}
	sim.Fail(graphsim.Fault{Method: http.MethodPost, PathContains: "/$ref", Status: 409, Code: "Directory_ConcurrencyViolation"})
	if _, err := c.AddGroupMember(t.Context(), group, CloudOf("graph.microsoft.com").Reference(users[0].ID())); !Collided(err) || Unclear(err) {
		t.Errorf("a collision: %v", err)
	}
}

func TestGroupLinks_ALostAnswerIsUnclear(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 3, Permissions: groupWriters()})
	c, user := simClient(t, sim), sim.Census().Users[0].ID()
	for _, f := range []graphsim.Fault{{Kind: graphsim.AnswerLost}, {Kind: graphsim.AnswerLost, Status: 504}, {Kind: graphsim.Drop}, {Status: 503},
		{Kind: graphsim.BadJSON}, {Kind: graphsim.HTMLBody, Status: 200}} {
		group := newGroup(t, sim, nil)
		f.Method, f.PathContains = http.MethodPost, "/$ref"
		sim.ClearFaults()
		sim.Fail(f)
		if _, err := c.AddGroupMember(t.Context(), group, CloudOf("graph.microsoft.com").Reference(user)); !Unclear(err) {
			t.Errorf("%+v: %v", f, err)
		}
		if has, err := c.HasGroupMember(t.Context(), group, user); err != nil || has != (f.Kind == graphsim.AnswerLost) {
			t.Errorf("%+v: a member: %v, %v", f, has, err)
		}
	}
}

func TestGetGroup_TellsWhatDecidesOverChanges(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 3})
	c := simClient(t, sim)
	for name, test := range map[string]struct {
		properties map[string]any
		is         func(GroupState) bool
	}{
		"security":     {nil, func(g GroupState) bool { return g.SecurityEnabled && !g.MailEnabled && !g.Dynamic() }},
		"unified":      {map[string]any{"groupTypes": []string{"Unified"}, "mailEnabled": true}, func(g GroupState) bool { return g.Microsoft365() }},
		"dynamic":      {map[string]any{"groupTypes": []string{"DynamicMembership"}, "membershipRule": "x"}, func(g GroupState) bool { return g.Dynamic() }},
		"synced":       {map[string]any{"onPremisesSyncEnabled": true}, func(g GroupState) bool { return g.OnPremisesSyncEnabled }},
		"for roles":    {map[string]any{"isAssignableToRole": true}, func(g GroupState) bool { return g.IsAssignableToRole }},
		"restricted":   {map[string]any{"isManagementRestricted": true}, func(g GroupState) bool { return g.IsManagementRestricted }},
		"hidden":       {map[string]any{"groupTypes": []string{"Unified"}, "mailEnabled": true, "visibility": "HiddenMembership"}, func(g GroupState) bool { return g.HiddenMembership() }},
		"mail":         {map[string]any{"mailEnabled": true}, func(g GroupState) bool { return g.MailEnabledSecurity() }},
		"distribution": {map[string]any{"mailEnabled": true, "securityEnabled": false}, func(g GroupState) bool { return g.Distribution() }},
	} {
		id := newGroup(t, sim, test.properties)
		if g, err := c.GetGroup(t.Context(), id); err != nil || g.ID != id || !test.is(g) {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
	if _, err := c.GetGroup(t.Context(), "00000000-0000-4000-8000-000000000000"); !Missing(err) {
		t.Errorf("a group that is not there: %v", err)
	}
	for _, f := range []graphsim.Fault{{Kind: graphsim.BadJSON}, {Status: 403}, {Status: 500, Times: -1}} {
		sim.ClearFaults()
		sim.Fail(f)
		if g, err := c.GetGroup(t.Context(), sim.Census().Groups[0].ID()); err == nil || g.ID != "" {
			t.Errorf("%+v: %+v", f, g)
		}
	}
}

func TestGetTenant_IsTheOneOfTheTokens(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 3})
	got, err := simClient(t, sim).GetTenant(t.Context())
	if err != nil || got.ID != sim.Options().TenantID || !strings.Contains(got.InitialDomain(), ".") {
		t.Errorf("%+v, %v", got, err)
	}
	if (Tenant{ID: "x"}).InitialDomain() != "x" {
		t.Error("a tenant without a domain goes by its id")
	}
	sim.Fail(graphsim.Fault{PathContains: "/organization", Status: 403, Code: "Authorization_RequestDenied"})
	if _, err := simClient(t, sim).GetTenant(t.Context()); !Denied(err) {
		t.Errorf("got %v", err)
	}
}

// TestUnclear: only what may have happened is that.
func TestUnclear(t *testing.T) {
	for err, want := range map[error]bool{
		&Error{Status: 504}: true, &Error{Status: 500}: true, &Error{Status: 408}: true, errors.New("connection reset"): true,
		&Error{Status: 400}: false, &Error{Status: 409}: false, &SignInError{}: false, context.Canceled: false,
		&transport.PausedError{}: false,
	} {
		if Unclear(err) != want {
			t.Errorf("%v: want %v", err, want)
		}
	}
}
