package entra

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// rightsDesk is where a test grants and revokes, through gRPC, on a simulated tenant.
type rightsDesk struct {
	t      *testing.T
	sim    *graphsim.Server
	c      *Connector
	clock  *testkit.QuickClock
	client types.ConnectorClient
}

// rightPermissions are what reading takes, and what changes of applications, roles and licences take.
func rightPermissions() []string {
	return append(graphsim.ReadPermissions(), "AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All",
		"Directory.Read.All", "RoleManagement.ReadWrite.Directory", "LicenseAssignment.ReadWrite.All", "Synchronization.ReadWrite.All")
}

// rightsTenant is small, and has a group that may hold roles.
func rightsTenant(seed uint64) graphsim.Options {
	return graphsim.Options{Seed: seed, Users: 50, Groups: 40, Memberships: 200, Apps: 12, Assignments: 90, WithoutLimits: true}
}

func openRightsDesk(t *testing.T, o graphsim.Options, turn func(*config.Entra)) *rightsDesk {
	t.Helper()
	o.Permissions = rightPermissions()
	clock := &testkit.QuickClock{}
	o.Now = clock.Now
	sim := startTenant(t, o)
	cfg := settingsOf(sim)
	if turn != nil {
		turn(cfg)
	}
	c := connectAs(t, sim, cfg, clock)
	return &rightsDesk{t: t, sim: sim, c: c, clock: clock, client: testkit.Serve(context.Background(), t, c)}
}

// synced is what a whole sync finds, which has to be what the tenant holds.
func (d *rightsDesk) synced() *testkit.Contents {
	d.t.Helper()
	path := filepath.Join(d.t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), d.t, connectAs(d.t, d.sim, settingsOf(d.sim), &testkit.QuickClock{}), path); err != nil {
		d.t.Fatal(err)
	}
	got := testkit.Read(context.Background(), d.t, path)
	testkit.Compare(d.t, got, expect(readCensus(d.t, d.sim)).Rows)
	return got
}

func (d *rightsDesk) grant(r rightRow) (*v2.GrantManagerServiceGrantResponse, error) {
	return d.client.Grant(context.Background(), v2.GrantManagerServiceGrantRequest_builder{
		Principal: v2.Resource_builder{Id: r.holder}.Build(), Entitlement: r.entitlement()}.Build())
}

func (d *rightsDesk) revoke(g *v2.Grant) (*v2.GrantManagerServiceRevokeResponse, error) {
	return d.client.Revoke(context.Background(), v2.GrantManagerServiceRevokeRequest_builder{Grant: g}.Build())
}

// written counts the writes that the tenant took since the last time, and forgets them.
func (d *rightsDesk) written() int {
	n := 0
	for _, r := range d.sim.History() {
		if r.Method != http.MethodGet && r.Status >= 200 && r.Status < 300 && strings.HasPrefix(r.Path, "/v1.0/") {
			n++
		}
	}
	d.sim.ResetHistory()
	return n
}

// rightRow is a right that can be granted, and somebody who does not have it.
type rightRow struct {
	name     string
	resource *v2.ResourceId
	slug     string
	holder   *v2.ResourceId
	syncer   func(*Connector) connectorbuilder.ResourceProvisionerV2Limited
}

func (r rightRow) entitlement() *v2.Entitlement {
	return v2.Entitlement_builder{Id: connector.EntitlementID(r.resource, r.slug), Resource: v2.Resource_builder{Id: r.resource}.Build()}.Build()
}

func (r rightRow) id() string {
	return connector.EntitlementID(r.resource, r.slug) + ":" + r.holder.GetResourceType() + ":" + r.holder.GetResource()
}

// bare is the grant of the row as a control plane may send it: without metadata.
func (r rightRow) bare() *v2.Grant {
	return v2.Grant_builder{Id: r.id(), Entitlement: r.entitlement(), Principal: v2.Resource_builder{Id: r.holder}.Build()}.Build()
}

// held says whether the tenant has the row.
func (r rightRow) held(t *testing.T, sim *graphsim.Server) bool {
	t.Helper()
	return r.copies(t, sim) > 0
}

// copies is how often the tenant has the row.
func (r rightRow) copies(t *testing.T, sim *graphsim.Server) int {
	t.Helper()
	census, n := sim.Census(), 0
	resource, holder := r.resource.GetResource(), r.holder.GetResource()
	count := func(is bool) {
		if is {
			n++
		}
	}
	for _, a := range census.RoleAssignments {
		count(a.Text("roleDefinitionId") == resource && a.Text("principalId") == holder)
	}
	for _, app := range census.ServicePrincipals {
		for _, a := range app.AppRoleAssignedTo {
			count(app.ID() == resource && slugAssignment+a.AppRoleID == r.slug && a.PrincipalID == holder)
		}
		for _, o := range app.Owners {
			count(app.ID() == resource && slugOwners == r.slug && o.ID == holder)
		}
	}
	for _, sku := range skusOf(t, census, holder) {
		count(sku == resource)
	}
	return n
}

// skusOf are the products that a user was given directly.
func skusOf(t *testing.T, census *graphsim.Census, userID string) (skus []string) {
	t.Helper()
	i := slices.IndexFunc(census.Users, func(u graphsim.Record) bool { return u.ID() == userID })
	if i < 0 {
		return nil
	}
	var u censusUser
	b, err := json.Marshal(census.Users[i])
	if err == nil {
		err = json.Unmarshal(b, &u)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range u.Licenses {
		if l.ByGroup == nil {
			skus = append(skus, l.SkuID)
		}
	}
	return skus
}

func applicationRights(c *Connector) connectorbuilder.ResourceProvisionerV2Limited {
	return &applicationSyncer{c}
}
func roleRights(c *Connector) connectorbuilder.ResourceProvisionerV2Limited { return &roleSyncer{c} }
func licenseRights(c *Connector) connectorbuilder.ResourceProvisionerV2Limited {
	return &licenseSyncer{c}
}

// TestRights_AreGrantedAndRevokedOnce is the life of each kind of right.
func TestRights_AreGrantedAndRevokedOnce(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(31), nil)
	rows := rightRows(t, d.sim)
	for _, row := range rows {
		d.written()
		first, err := d.grant(row)
		d.want("grant "+row.name, err, 1, first.GetAnnotations(), nil)
		if g := first.GetGrants(); len(g) != 1 || g[0].GetId() != row.id() {
			t.Errorf("%s: the grant is %v, want %s", row.name, g, row.id())
		}
		again, err := d.grant(row)
		d.want("grant again "+row.name, err, 0, again.GetAnnotations(), &v2.GrantAlreadyExists{})
	}
	there := d.synced()
	for _, row := range rows {
		listed := there.Grants[row.id()]
		if listed == nil {
			t.Fatalf("%s: the next sync does not show it", row.name)
		}
		d.written()
		gone, err := d.revoke(listed)
		d.want("revoke "+row.name, err, 1, gone.GetAnnotations(), nil)
		goneAgain, err := d.revoke(listed)
		d.want("revoke again "+row.name, err, 0, goneAgain.GetAnnotations(), &v2.GrantAlreadyRevoked{})
	}
	left := d.synced()
	for _, row := range rows {
		if left.Grants[row.id()] != nil || row.held(t, d.sim) {
			t.Errorf("%s: it is held still", row.name)
		}
	}
}

// want checks what a call wrote, and its note to the SDK.
func (d *rightsDesk) want(what string, err error, writes int, notes annotations.Annotations, note proto.Message) {
	d.t.Helper()
	if err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	if n := d.written(); n != writes {
		d.t.Errorf("%s: %d writes, want %d", what, n, writes)
	}
	already := notes.Contains(&v2.GrantAlreadyExists{}) || notes.Contains(&v2.GrantAlreadyRevoked{})
	if (note != nil) != already || note != nil && !notes.Contains(note) {
		d.t.Errorf("%s: annotations %v", what, notes)
	}
}

// refusedWith checks that a call was refused in a sentence that has the words, and that nothing was written.
func (d *rightsDesk) refusedWith(err error, code codes.Code, words ...string) {
	d.t.Helper()
	if status.Code(err) != code {
		d.t.Errorf("%v, want %s", err, code)
	}
	for _, w := range words {
		if err != nil && !strings.Contains(err.Error(), w) {
			d.t.Errorf("%q does not say %q", err, w)
		}
	}
	if n := d.written(); n != 0 {
		d.t.Errorf("%d writes", n)
	}
}
