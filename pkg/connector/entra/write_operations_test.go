package entra

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/crypto/providers/jwk"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	logs "go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// bench is a tenant on which each operation can be done, and the traffic that it sees.
type bench struct {
	t        *testing.T
	sim      *graphsim.Server
	traffic  bytes.Buffer
	groups   *groupDesk
	rights   *rightsDesk
	actions  *actionDesk
	accounts *accounts
}

func openBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t}
	clock := &testkit.QuickClock{}
	o := rightsTenant(81)
	o.Users = 110
	o.Permissions, o.DirectoryRoles, o.Traffic, o.Now = everyWrite(), []string{"Global Administrator"}, &b.traffic, clock.Now
	b.sim = startTenant(t, o)
	cfg := settingsOf(b.sim)
	c := connectAs(t, b.sim, cfg, clock)
	client := testkit.Serve(t.Context(), t, c)
	vault, _, err := (&jwk.JWKEncryptionProvider{}).GenerateKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.groups = &groupDesk{t: t, sim: b.sim, c: c, clock: clock, client: client}
	b.rights = &rightsDesk{t: t, sim: b.sim, c: c, clock: clock, client: client}
	b.actions = &actionDesk{t: t, sim: b.sim, clock: clock, client: client}
	b.accounts = &accounts{t: t, sim: b.sim, client: client, clock: clock, vault: vault,
		open: func(*v2.EncryptedData) (*v2.PlaintextData, error) {
			return v2.PlaintextData_builder{Name: "password", Bytes: []byte("closed")}.Build(), nil
		}}
	return b
}

// narrow leaves the application some permissions and directory roles, and forgets what was before.
func (b *bench) narrow(permissions, roles []string) {
	b.t.Helper()
	b.sim.SetPermissions(permissions...)
	if err := b.sim.SetDirectoryRoles(roles...); err != nil {
		b.t.Fatal(err)
	}
	b.sim.ExpireTokens()
	b.sim.ResetHistory()
	b.traffic.Reset()
}

func (b *bench) widen() { b.narrow(everyWrite(), []string{"Global Administrator"}) }

const (
	rowMembers, rowOwners = "members of security", "owners of these groups"
	rowRoleGroup          = "the same of a role-assignable group"
	rowExchange           = "members and owners of distribution lists"
)

func groupWritings() []writing {
	roles := map[string]any{"isAssignableToRole": true}
	group := func(kind map[string]any, slug string, holder func(*bench) *v2.ResourceId) func(*bench) []step {
		return func(b *bench) []step { return b.groupSteps(b.groups.group(kind), slug, holder(b)) }
	}
	reads, tenant := []string{"GroupMember.Read.All"}, []string{"User.Read.All"} // which shows the tenant, too
	return []writing{
		{name: "a user in a group", rows: []string{rowMembers}, reads: reads, begin: group(nil, slugMembers, aUser)},
		{name: "a user in a Microsoft 365 group", rows: []string{rowMembers}, reads: reads, begin: group(microsoft365(), slugMembers, aUser)},
		{name: "a group in a group", rows: []string{rowMembers}, reads: reads, begin: group(nil, slugMembers, aGroup)},
		{name: "an application in a group", rows: []string{rowMembers}, reads: reads, begin: group(nil, slugMembers, anApp)},
		{name: "a user in a group with roles", rows: []string{rowMembers, rowRoleGroup}, reads: reads, begin: group(roles, slugMembers, aUser)},
		{name: "a user owns a group", rows: []string{rowOwners}, reads: reads, begin: group(nil, slugOwners, aUser)},
		{name: "an application owns a group", rows: []string{rowOwners}, reads: reads, begin: group(nil, slugOwners, anApp)},
		{name: "a user owns a group with roles", rows: []string{rowOwners, rowRoleGroup}, reads: reads, begin: group(roles, slugOwners, aUser)},
		{name: "a user in a distribution list", rows: []string{rowExchange}, reads: reads, also: tenant, begin: group(distributionList(), slugMembers, aUser)},
		{name: "a user owns a distribution list", rows: []string{rowExchange}, reads: reads, also: tenant, begin: group(distributionList(), slugOwners, aUser)},
		{name: "a user in a mail-enabled security group", rows: []string{rowExchange}, reads: reads, also: tenant, begin: group(mailEnabledSecurity(), slugMembers, aUser)},
	}
}

func aUser(b *bench) *v2.ResourceId  { return connector.ResourceID(typeUser, b.groups.users(1)[0]) }
func aGroup(b *bench) *v2.ResourceId { return connector.ResourceID(typeGroup, b.groups.group(nil)) }
func anApp(b *bench) *v2.ResourceId {
	return connector.ResourceID(typeApplication, b.groups.servicePrincipal("Application"))
}

func (b *bench) groupSteps(group, slug string, holder *v2.ResourceId) []step {
	b.t.Helper()
	if err := b.sim.Tenant().AddOwner(group, b.groups.users(2)[1]); err != nil {
		b.t.Fatal(err)
	}
	r := rightTo{group, slug, holder}
	return []step{
		{name: "grant", do: func() error { _, err := b.groups.grant(r); return err }},
		{name: "revoke", do: func() error { _, err := b.groups.revoke(r); return err }},
	}
}

func rightWritings() []writing {
	apps, roles := []string{"Application.Read.All"}, []string{"RoleManagement.Read.Directory"}
	appRole, owner, role, licence := []string{"roles of an enterprise"}, []string{"owners of an enterprise"}, []string{"directory roles"}, []string{"licences"}
	adds := []string{"to add one"}
	return []writing{
		{name: "an application's role, to a user", rows: appRole, reads: apps, begin: rightSteps("application role, user")},
		{name: "an application's role, to a group", rows: appRole, reads: apps, begin: rightSteps("application role, group")},
		{name: "an application's role, to an application", rows: appRole, reads: apps, begin: rightSteps("application role, application")},
		{name: "a user owns an application", rows: owner, when: adds, reads: apps, begin: rightSteps("application owner, user")},
		{name: "an application owns an application", rows: owner, when: adds, reads: apps, begin: rightSteps("application owner, application")},
		{name: "a directory role, to a user", rows: role, reads: roles, begin: rightSteps("directory role, user")},
		{name: "a directory role, to a group", rows: role, reads: slices.Concat(roles, []string{"GroupMember.Read.All"}), begin: rightSteps("directory role, group")},
		{name: "a directory role, to an application", rows: role, reads: roles, begin: rightSteps("directory role, application")},
		{name: "a licence", rows: licence, reads: []string{"User.Read.All"}, begin: rightSteps("licence, user")},
		{name: "SCIM provisioning", rows: []string{"run of an application's SCIM", "roles of an enterprise"}, reads: apps, begin: provisioningSteps},
	}
}

func (b *bench) rightRow(name string) rightRow {
	b.t.Helper()
	rows := rightRows(b.t, b.sim)
	i := slices.IndexFunc(rows, func(r rightRow) bool { return r.name == name })
	if i < 0 {
		b.t.Fatalf("no right is called %s", name)
	}
	return rows[i]
}

func rightSteps(name string) func(*bench) []step {
	return func(b *bench) []step {
		row := b.rightRow(name)
		revoke := step{name: "revoke", do: func() error { _, err := b.rights.revoke(row.bare()); return err }}
		if row.slug == slugOwners {
			revoke.without = []string{"Directory.Read.All"} // only to add one takes it
		}
		return []step{{name: "grant", do: func() error { _, err := b.rights.grant(row); return err }}, revoke}
	}
}

// provisioningSteps take the warning for the refusal: what goes wrong with provisioning fails no grant.
func provisioningSteps(b *bench) []step {
	row := b.rightRow("application role, user")
	jobFor(b.t, b.rights, row, "Active")
	b.rights.c.switches.scheduleSCIM = true
	warned := func(do func(context.Context) error) func() error {
		return func() error {
			core, written := logs.New(zap.WarnLevel)
			if err := do(ctxzap.ToContext(context.Background(), zap.New(core))); err != nil {
				return fmt.Errorf("%s: %w", status.Code(err), err)
			}
			for _, l := range written.All() {
				return fmt.Errorf("PermissionDenied: %s: %v", l.Message, l.ContextMap())
			}
			return nil
		}
	}
	const jobs = "/synchronization/"
	return []step{
		{name: "grant", only: jobs, do: warned(func(ctx context.Context) error {
			_, _, err := row.syncer(b.rights.c).Grant(ctx, v2.Resource_builder{Id: row.holder}.Build(), row.entitlement())
			return err
		})},
		{name: "revoke", only: jobs, do: warned(func(ctx context.Context) error {
			_, err := row.syncer(b.rights.c).Revoke(ctx, row.bare())
			return err
		})},
	}
}
