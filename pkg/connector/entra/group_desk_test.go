package entra

import (
	"context"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// groupDesk is a tenant whose groups are changed through the connector, behind gRPC.
type groupDesk struct {
	t      *testing.T
	sim    *graphsim.Server
	c      *Connector
	clock  *testkit.QuickClock
	client types.ConnectorClient

	network *http.Client // by which the connector sends
}

// writableTenant is the options of a tenant that lets the connector write.
func writableTenant(seed uint64) graphsim.Options {
	o := smallTenant(seed)
	o.Permissions = append(graphsim.ReadPermissions(), graphsim.WritePermissions()...)
	o.DirectoryRoles = []string{"Exchange Administrator"}
	return o
}

func openDesk(t *testing.T, o graphsim.Options) *groupDesk {
	t.Helper()
	d := &groupDesk{t: t, clock: &testkit.QuickClock{}}
	o.Now = d.clock.Now
	d.sim = startTenant(t, o)
	d.network = d.sim.Client()
	d.c = connectOver(t, d.network.Transport, settingsOf(d.sim), d.clock)
	d.client = testkit.Serve(t.Context(), t, d.c)
	return d
}

// group adds a group to the tenant: a security group but for the properties given.
func (d *groupDesk) group(properties map[string]any) string {
	d.t.Helper()
	all := map[string]any{"displayName": "Made here", "mailNickname": "made", "mailEnabled": false, "securityEnabled": true}
	maps.Copy(all, properties)
	id, err := d.sim.Tenant().AddGroup(all)
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// users are the ids of ordinary users with a mail address.
func (d *groupDesk) users(n int) []string {
	d.t.Helper()
	var ids []string
	for _, u := range d.sim.Census().Users {
		if u.Text("mail") != "" && len(ids) < n {
			ids = append(ids, u.ID())
		}
	}
	if len(ids) < n {
		d.t.Fatalf("the tenant has %d users with a mail address, not %d", len(ids), n)
	}
	return ids
}

// servicePrincipal is one of the kind that Graph names.
func (d *groupDesk) servicePrincipal(kind string) string {
	d.t.Helper()
	for _, sp := range d.sim.Census().ServicePrincipals {
		if sp.Text("servicePrincipalType") == kind {
			return sp.ID()
		}
	}
	d.t.Fatalf("the tenant has no service principal of the kind %s", kind)
	return ""
}

// linked are the members or owners of a group, in the directory itself.
func (d *groupDesk) linked(group, slug string) []string {
	d.t.Helper()
	for _, g := range d.sim.Census().Groups {
		if g.ID() != group {
			continue
		}
		refs := g.Members
		if slug == slugOwners {
			refs = g.Owners
		}
		var ids []string
		for _, r := range refs {
			ids = append(ids, r.ID)
		}
		slices.Sort(ids)
		return ids
	}
	d.t.Fatalf("there is no group %s", group)
	return nil
}

// rightTo is the right that a test gives and takes.
type rightTo struct {
	group, slug string
	holder      *v2.ResourceId
}

func (r rightTo) entitlement() *v2.Entitlement {
	id := connector.ResourceID(typeGroup, r.group)
	return v2.Entitlement_builder{Id: connector.EntitlementID(id, r.slug), Resource: v2.Resource_builder{Id: id}.Build()}.Build()
}

func (r rightTo) principal() *v2.Resource { return v2.Resource_builder{Id: r.holder}.Build() }

func (r rightTo) row() *v2.Grant {
	return v2.Grant_builder{Id: r.grantID(), Entitlement: r.entitlement(), Principal: r.principal()}.Build()
}

// grantID is the id that the SDK gives the grant.
func (r rightTo) grantID() string {
	return strings.Join([]string{typeGroup, r.group, r.slug, r.holder.GetResourceType(), r.holder.GetResource()}, ":")
}

func (d *groupDesk) grant(r rightTo) (annotations.Annotations, error) {
	resp, err := d.client.Grant(d.t.Context(), v2.GrantManagerServiceGrantRequest_builder{Entitlement: r.entitlement(), Principal: r.principal()}.Build())
	if err == nil && (len(resp.GetGrants()) != 1 || resp.GetGrants()[0].GetId() != r.grantID()) {
		d.t.Errorf("the grants that were made: %v, want %s", resp.GetGrants(), r.grantID())
	}
	return resp.GetAnnotations(), err
}

func (d *groupDesk) revoke(r rightTo) (annotations.Annotations, error) {
	resp, err := d.client.Revoke(d.t.Context(), v2.GrantManagerServiceRevokeRequest_builder{Grant: r.row()}.Build())
	return resp.GetAnnotations(), err
}

// synced checks whether a sync finds the rights.
func (d *groupDesk) synced(want bool, rights ...rightTo) {
	d.t.Helper()
	path := filepath.Join(d.t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), d.t, connectTo(d.t, d.sim, d.clock), path); err != nil {
		d.t.Fatal(err)
	}
	found := testkit.Read(context.Background(), d.t, path).Grants
	for _, r := range rights {
		if g := found[r.grantID()]; (g != nil && testkit.Direct(g)) != want {
			d.t.Errorf("%s is synced: %v, want %v", r.grantID(), !want, want)
		}
	}
	d.sim.ResetHistory()
}

// writes are the requests that changed something, or tried to, since they were last asked for.
func (d *groupDesk) writes() []graphsim.Request {
	var out []graphsim.Request
	for _, r := range d.sim.History() {
		toGraph := strings.HasPrefix(r.Path, "/v1.0/") && r.Method != http.MethodGet
		toExchange := strings.HasPrefix(r.Path, "/adminapi/") && !strings.Contains(r.Body, `"Get-`)
		if toGraph || toExchange {
			out = append(out, r)
		}
	}
	d.sim.ResetHistory()
	return out
}

// wrote checks how many writes there were.
func (d *groupDesk) wrote(what string, n int) {
	d.t.Helper()
	if w := d.writes(); len(w) != n {
		d.t.Errorf("%s: %d writes, want %d: %+v", what, len(w), n, w)
	}
}

// roundTrip grants, grants again, revokes and revokes again, with a sync after all that changes something. It is
// told how many writes the second grant and the second revoke may take.
func (d *groupDesk) roundTrip(again int, rights ...rightTo) {
	d.t.Helper()
	d.synced(false, rights...)
	for _, r := range rights {
		notes, err := d.grant(r)
		d.expect("grant", r, notes, err, false)
		d.wrote("grant", 1)
	}
	d.synced(true, rights...)
	for _, r := range rights {
		notes, err := d.grant(r)
		d.expect("grant again", r, notes, err, notes.Contains(&v2.GrantAlreadyExists{}))
		d.wrote("grant again", again)
	}
	for _, r := range rights {
		notes, err := d.revoke(r)
		d.expect("revoke", r, notes, err, false)
		d.wrote("revoke", 1)
	}
	d.synced(false, rights...)
	for _, r := range rights {
		notes, err := d.revoke(r)
		d.expect("revoke again", r, notes, err, notes.Contains(&v2.GrantAlreadyRevoked{}))
		d.wrote("revoke again", again)
	}
}

// expect checks an answer: a success, with a note where it was done again.
func (d *groupDesk) expect(what string, r rightTo, notes annotations.Annotations, err error, noted bool) {
	d.t.Helper()
	if err != nil || noted != strings.HasSuffix(what, "again") || !noted && len(notes) > 0 {
		d.t.Errorf("%s %s: %v, %v", what, r.grantID(), notes, err)
	}
}
