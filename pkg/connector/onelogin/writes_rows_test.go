package onelogin

import (
	"context"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// writeRow is a right that a test gives and takes.
type writeRow struct {
	name     string
	resource *v2.ResourceId
	slug     string
	holder   *v2.ResourceId
	// there says whether the account has the right.
	there func() bool
}

func (r writeRow) entitlement() *v2.Entitlement {
	return v2.Entitlement_builder{Id: connector.EntitlementID(r.resource, r.slug), Resource: v2.Resource_builder{Id: r.resource}.Build()}.Build()
}

func (r writeRow) principal() *v2.Resource { return v2.Resource_builder{Id: r.holder}.Build() }

// id is the id that the SDK gives the grant.
func (r writeRow) id() string {
	return connector.EntitlementID(r.resource, r.slug) + ":" + r.holder.GetResourceType() + ":" + r.holder.GetResource()
}

func (r writeRow) bare() *v2.Grant {
	return v2.Grant_builder{Id: r.id(), Entitlement: r.entitlement(), Principal: r.principal()}.Build()
}

func (d *writeDesk) provisioner(r writeRow) connectorbuilder.ResourceProvisionerV2Limited {
	switch r.resource.GetResourceType() {
	case typeRole:
		return &roleSyncer{c: d.c}
	case typeApp:
		return &appSyncer{c: d.c}
	}
	return &privilegeSyncer{c: d.c}
}

func (d *writeDesk) grant(ctx context.Context, r writeRow) (annotations.Annotations, error) {
	grants, notes, err := d.provisioner(r).Grant(ctx, r.principal(), r.entitlement())
	if err == nil && (len(grants) != 1 || grants[0].GetId() != r.id()) {
		d.t.Errorf("%s: the grants that were made: %v, want %s", r.name, grants, r.id())
	}
	return notes, err
}

func (d *writeDesk) revoke(ctx context.Context, r writeRow) (annotations.Annotations, error) {
	return d.provisioner(r).Revoke(ctx, r.bare())
}

// rows are rights of every kind that nobody has yet.
func (d *writeDesk) rows() []writeRow {
	d.t.Helper()
	census := d.sim.Census()
	user := d.people(3)
	role := d.sim.Account().AddRole("Made here: a/b")
	app, privilege := census.Apps[1].ID, census.Privileges[0].ID
	for _, p := range census.Privileges[0].Users {
		user = slices.DeleteFunc(user, func(id int64) bool { return id == p })
	}
	if len(user) < 1 {
		d.t.Fatalf("seed %d: nobody is without the first privilege", d.seedOf())
	}
	person, ofRole := connector.ResourceID(typeUser, numbered(user[0])), connector.ResourceID(typeRole, numbered(role))
	right := connector.ResourceID(typePrivilege, privilege)
	holds := func(of func(oneloginsim.PrivilegeRecord) []int64, id int64) func() bool {
		return func() bool { return slices.Contains(of(d.sim.Census().Privileges[0]), id) }
	}
	return []writeRow{
		{"role member", ofRole, slugMember, person, func() bool { return slices.Contains(d.role(role).Members, user[0]) }},
		{"role admin", ofRole, slugAdmin, person, func() bool { return slices.Contains(d.role(role).Admins, user[0]) }},
		{"app of a role", connector.ResourceID(typeApp, numbered(app)), slugAssigned, ofRole, func() bool { return slices.Contains(d.role(role).Apps, app) }},
		{"privilege of a user", right, slugAssigned, person, holds(func(p oneloginsim.PrivilegeRecord) []int64 { return p.Users }, user[0])},
		{"privilege of a role", right, slugAssigned, ofRole, holds(func(p oneloginsim.PrivilegeRecord) []int64 { return p.Roles }, role)},
	}
}
