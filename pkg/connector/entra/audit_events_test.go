package entra

import (
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// allRights are rights of every kind that nobody has yet.
func allRights(b *bench) []rightRow {
	rows := rightRows(b.t, b.sim)
	group := connector.ResourceID(typeGroup, b.groups.group(nil))
	people := b.groups.users(3)
	if err := b.sim.Tenant().AddOwner(group.GetResource(), people[2]); err != nil { // the last owner stays
		b.t.Fatal(err)
	}
	rights := func(c *Connector) connectorbuilder.ResourceProvisionerV2Limited { return &groupSyncer{c} }
	for name, holder := range map[string]*v2.ResourceId{
		"member, user": connector.ResourceID(typeUser, people[0]), "member, group": aGroup(b), "member, application": anApp(b),
		"member, managed identity": connector.ResourceID(typeManagedIdentity, b.groups.servicePrincipal("ManagedIdentity")),
	} {
		rows = append(rows, rightRow{name, group, slugMembers, holder, rights})
	}
	return append(rows, rightRow{"owner, user", group, slugOwners, connector.ResourceID(typeUser, people[1]), rights},
		rightRow{"owner, application", group, slugOwners, anApp(b), rights})
}

// Each grant and revoke that is done is told with the ids of the next sync's rows. Where a record does not say which
// side is which, a change is told instead: of two groups, two applications, roles by another id, and of half of the
// licences.
func TestAuditFeed_TellsOfRightsAsTheNextSyncHasThem(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.narrow(append(everyWrite(), "AuditLog.Read.All"), []string{"Global Administrator"})
	r := &reader{t: t, client: b.rights.client, feed: feedAudit}
	rows := allRights(b)
	r.rest()
	const rounds = 4
	told := map[string]int{}
	annotated := map[string][]*v2.Event{}
	note := func() {
		for _, e := range r.rest() {
			told[textOf(e)]++
			if e.HasCreateGrantEvent() {
				annotated[strings.TrimPrefix(textOf(e), "grant ")] = append(annotated[strings.TrimPrefix(textOf(e), "grant ")], e)
			}
		}
	}
	for range rounds {
		for _, row := range rows {
			if _, err := b.rights.grant(row); err != nil {
				t.Fatalf("grant %s: %v", row.name, err)
			}
		}
		note()
		for _, row := range rows {
			if _, err := b.rights.revoke(row.bare()); err != nil {
				t.Fatalf("revoke %s: %v", row.name, err)
			}
		}
		note()
	}
	for _, row := range rows {
		if _, err := b.rights.grant(row); err != nil {
			t.Fatalf("grant %s: %v", row.name, err)
		}
	}
	synced := b.rights.synced()
	for _, row := range rows {
		unclear := row.slug == slugAssigned || row.name == "member, group" || row.name == "application owner, application"
		for _, what := range []string{"grant ", "revoke "} {
			if n := told[what+row.id()]; n > rounds || n < 1 || n < rounds && !unclear {
				t.Errorf("%s: %s%s was told %d times of %d", row.name, what, row.id(), n, rounds)
			}
		}
		g := synced.Grants[row.id()]
		if g == nil {
			t.Errorf("%s: the sync has no %s", row.name, row.id())
			continue
		}
		for _, e := range annotated[row.id()] {
			got := e.GetCreateGrantEvent()
			if !sameAnnotations(got.GetAnnotations(), g.GetAnnotations()) {
				t.Errorf("%s: the event carries %v, the grant %v", row.name, got.GetAnnotations(), g.GetAnnotations())
			}
			if got.GetPrincipal().GetDisplayName() == "" || row.slug != got.GetEntitlement().GetSlug() || !proto.Equal(got.GetEntitlement().GetResource().GetId(), row.resource) {
				t.Errorf("%s: the event is %v", row.name, got)
			}
		}
	}
}

// sameAnnotations compares what a grant passes on; metadata is what an event does not have.
func sameAnnotations(a, b []*anypb.Any) bool {
	expandable := func(list []*anypb.Any) []string {
		var out []string
		for _, m := range list {
			if m.MessageIs(&v2.GrantExpandable{}) || m.MessageIs(&v2.GrantImmutable{}) {
				out = append(out, string(m.GetValue()))
			}
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(expandable(a), expandable(b))
}

func TestAuditFeed_TellsOfChangedObjects(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(35), nil)
	r := l.reader(feedAudit)
	tenant := l.sim.Tenant()
	r.rest()
	made := func(id string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	did := func(err error) {
		t.Helper()
		made("", err)
	}
	user := made(tenant.AddUser(map[string]any{"displayName": "U", "userPrincipalName": "u@contoso.com", "mailNickname": "u", "accountEnabled": true}))
	group := made(tenant.AddGroup(map[string]any{"displayName": "G", "mailNickname": "g", "mailEnabled": false, "securityEnabled": true}))
	app := made(tenant.AddServicePrincipal(map[string]any{"displayName": "A", "appId": "11111111-2222-4333-8444-555555555555", "servicePrincipalType": "Application"}))
	identity := made(tenant.AddServicePrincipal(map[string]any{"displayName": "M", "appId": "11111111-2222-4333-8444-666666666666", "servicePrincipalType": "ManagedIdentity"}))
	role := made(tenant.AddRoleDefinition(map[string]any{"displayName": "R", "isBuiltIn": false, "isEnabled": true}))
	wantTexts(t, "added", r.rest(), "changed user:"+user, "changed group:"+group, "changed enterprise_application:"+app,
		"changed managed_identity:"+identity, "changed role:"+role)
	did(tenant.Update(user, map[string]any{"accountEnabled": false}))
	did(tenant.Update(group, map[string]any{"displayName": "H"}))
	wantTexts(t, "updated", r.rest(), "changed user:"+user, "changed user:"+user, "changed group:"+group)
	for _, id := range []string{user, group, app, identity} {
		did(tenant.DeleteObject(id))
	}
	gone := r.rest()
	wantTexts(t, "deleted", gone, "changed user:"+user, "changed group:"+group, "changed enterprise_application:"+app, "changed managed_identity:"+app,
		"changed enterprise_application:"+identity, "changed managed_identity:"+identity)
	ids := map[string]bool{}
	for _, e := range gone {
		ids[e.GetId()] = true
	}
	if len(ids) != len(gone) {
		t.Errorf("%d events have %d ids", len(gone), len(ids))
	}
}

// property is a property of a target that is new, or that is gone where gone is true.
func property(name, value string, gone bool) graph.ModifiedProperty {
	if gone {
		return graph.ModifiedProperty{Name: name, Old: `"` + value + `"`}
	}
	return graph.ModifiedProperty{Name: name, New: `"` + value + `"`}
}

// Ids of the objects of the table below.
const (
	idUser, idOther   = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
	idGroup, idInner  = "00000000-0000-4000-8000-000000000003", "00000000-0000-4000-8000-000000000004"
	idApp, idIdentity = "00000000-0000-4000-8000-000000000005", "00000000-0000-4000-8000-000000000006"
	idGone, idAD      = "00000000-0000-4000-8000-000000000007", "00000000-0000-4000-8000-000000000008"
	idRole, idKey     = "00000000-0000-4000-8000-000000000009", "00000000-0000-4000-8000-00000000000a"
	idSKU, idLocal    = "00000000-0000-4000-8000-00000000000b", "00000000-0000-4000-8000-00000000000c"
)

func tableObjects(c *Connector) auditObjects {
	objects := map[string]graph.DirectoryObject{}
	for _, o := range []graph.DirectoryObject{
		{ID: idUser, Type: graph.TypeUser, AssignedLicenses: []graph.AssignedLicense{{SkuID: strings.ToUpper(idKey)}}}, {ID: idOther, Type: graph.TypeUser}, {ID: idLocal, Type: graph.TypeUser, OnPremisesSyncEnabled: true},
		{ID: idGroup, Type: graph.TypeGroup, AssignedLicenses: []graph.AssignedLicense{{SkuID: idSKU}}}, {ID: idInner, Type: graph.TypeGroup}, {ID: idAD, Type: graph.TypeGroup, OnPremisesSyncEnabled: true},
		{ID: idApp, Type: graph.TypeServicePrincipal, ServicePrincipalType: graph.KindLegacy},
		{ID: idIdentity, Type: graph.TypeServicePrincipal, ServicePrincipalType: graph.KindManagedIdentity},
	} {
		objects[o.ID] = o
	}
	return auditObjects{c: c, found: objects, held: map[graph.RoleGrant]bool{{RoleDefinitionID: idRole, PrincipalID: idOther}: true}}
}

func TestAuditEvents_ReadRecordsOfEveryShape(t *testing.T) {
	t.Parallel()
	target := func(kind, id string, properties ...graph.ModifiedProperty) graph.AuditTarget {
		return graph.AuditTarget{ID: id, Type: kind, Modified: properties}
	}
	targets := func(list ...graph.AuditTarget) []graph.AuditTarget { return list }
	everything := func(string) bool { return true }
	for _, test := range []struct {
		name     string
		activity string
		category string
		targets  []graph.AuditTarget
		sync     func(string) bool
		switches switches
		want     []string
	}{
		{name: "names in capitals", activity: "ADD MEMBER TO GROUP", targets: targets(target("USER", strings.ToUpper(idUser), property("group.objectid", strings.ToUpper(idGroup), false))),
			want: []string{"grant group:" + idGroup + ":members:user:" + idUser}},
		{name: "a group in a group", activity: "Add member to group", targets: targets(target("Group", idInner, property("Group.ObjectID", idGroup, false)), target("Group", idGroup)),
			want: []string{"grant group:" + idGroup + ":members:group:" + idInner}},
		{name: "two groups without a word", activity: "Add member to group", targets: targets(target("Group", idGroup), target("Group", idInner)),
			want: []string{"changed group:" + idGroup, "changed group:" + idInner}},
		{name: "a member that is gone", activity: "Remove member from group", targets: targets(target("User", idGone, property("Group.ObjectID", idGroup, true))),
			want: []string{"revoke group:" + idGroup + ":members:user:" + idGone}},
		{name: "a service principal that is gone is taken out", activity: "Remove member from group", targets: targets(target("ServicePrincipal", idGone, property("Group.ObjectID", idGroup, true))),
			want: []string{"revoke group:" + idGroup + ":members:enterprise_application:" + idGone, "revoke group:" + idGroup + ":members:managed_identity:" + idGone}},
		{name: "a service principal that is gone was put in", activity: "Add member to group", targets: targets(target("ServicePrincipal", idGone, property("Group.ObjectID", idGroup, false))),
			want: []string{"changed enterprise_application:" + idGone, "changed managed_identity:" + idGone, "changed group:" + idGroup}},
		{name: "a device in a group", activity: "Add member to group", targets: targets(target("Device", idGone, property("Group.ObjectID", idGroup, false)), target("Group", idGroup)),
			want: []string{"changed group:" + idGroup}},
		{name: "a group of Active Directory", activity: "Add member to group", targets: targets(target("User", idUser, property("Group.ObjectID", idAD, false))),
			switches: switches{skipADGroups: true}},
		{name: "a member from Active Directory", activity: "Add member to group", targets: targets(target("User", idLocal, property("Group.ObjectID", idGroup, false))),
			switches: switches{skipADGroups: true}},
		{name: "an owner from Active Directory", activity: "Add owner to group", targets: targets(target("User", idLocal, property("Group.ObjectID", idGroup, false))),
			switches: switches{skipADGroups: true}, want: []string{"grant group:" + idGroup + ":owners:user:" + idLocal}},
		{name: "no groups are synced", activity: "Add member to group", targets: targets(target("User", idUser, property("Group.ObjectID", idGroup, false))),
			sync: func(id string) bool { return id != typeGroup }},
		{name: "an application owns another", activity: "Add owner to service principal", targets: targets(target("ServicePrincipal", idApp), target("ServicePrincipal", idIdentity, property("ServicePrincipal.ObjectID", idApp, false))),
			want: []string{"grant enterprise_application:" + idApp + ":owners:managed_identity:" + idIdentity}},
		{name: "an owner where unassigned applications are left out", activity: "Add owner to service principal", switches: switches{skipUnassignedApps: true},
			targets: targets(target("User", idUser, property("ServicePrincipal.ObjectID", idApp, false))), want: []string{"changed user:" + idUser, "changed enterprise_application:" + idApp}},
		{name: "a registration's owner", activity: "Add owner to application", category: "ApplicationManagement", targets: targets(target("User", idUser, property("Application.ObjectID", idGone, false)), target("Application", idGone)),
			want: []string{"changed user:" + idUser}},
		{name: "an application role, the user by property", activity: "Add app role assignment grant to user",
			targets: targets(target("ServicePrincipal", idApp, property("AppRole.Id", idRole, false), property("User.ObjectID", idUser, false))),
			want:    []string{"grant enterprise_application:" + idApp + ":assignment:" + idRole + ":user:" + idUser}},
		{name: "an application role, without its id", activity: "Add app role assignment to group", targets: targets(target("ServicePrincipal", idApp), target("Group", idGroup)),
			want: []string{"changed enterprise_application:" + idApp, "changed group:" + idGroup}},
		{name: "an application role of a managed identity", activity: "Remove app role assignment from service principal",
			targets: targets(target("ServicePrincipal", idIdentity), target("ServicePrincipal", idApp, property("AppRole.Id", idRole, true), property("ServicePrincipal.ObjectID", idIdentity, true))),
			want:    []string{"revoke enterprise_application:" + idApp + ":assignment:" + idRole + ":managed_identity:" + idIdentity}},
		{name: "a directory role", activity: "Add member to role", targets: targets(target("Role", idGone), target("User", idUser, property("Role.ObjectID", idGone, false), property("Role.TemplateId", idRole, false))),
			want: []string{"grant role:" + idRole + ":assigned:user:" + idUser}},
		{name: "a directory role by its object alone", activity: "Add member to role", targets: targets(target("Role", idGone), target("User", idUser)), want: []string{"changed user:" + idUser}},
		{name: "the last scope of a role", activity: "Remove scoped member from role", targets: targets(target("User", idUser, property("Role.TemplateId", idRole, true))), want: []string{"revoke role:" + idRole + ":assigned:user:" + idUser}},
		{name: "one scope of a role", activity: "Remove member from role", targets: targets(target("User", idOther, property("Role.TemplateId", idRole, true))), want: []string{"changed user:" + idOther}},
		{name: "no roles are synced", activity: "Add member to role", targets: targets(target("User", idUser, property("Role.TemplateId", idRole, false))), sync: func(id string) bool { return id != typeRole }},
		{name: "licences, nearly in JSON", activity: "Change user license", targets: targets(target("User", idUser, graph.ModifiedProperty{Name: "AssignedLicense",
			Old: `["[SkuName=A, AccountId=` + idGone + `, SkuId=` + idSKU + `, DisabledPlans=[]]"]`, New: `["[SkuName=B, SkuId=` + idKey + `, DisabledPlans=[]]"]`})),
			want: []string{"revoke license:" + idSKU + ":assigned:user:" + idUser, "grant license:" + idKey + ":assigned:user:" + idUser}},
		{name: "licences, in JSON", activity: "Set group license", targets: targets(target("Group", idGroup, graph.ModifiedProperty{Name: "AssignedLicense", Old: "[]", New: `[{"SkuId":"` + idSKU + `"}]`})),
			want: []string{"grant license:" + idSKU + ":assigned:group:" + idGroup}},
		{name: "licences without a word", activity: "Change user license", targets: targets(target("User", idUser)), want: []string{"changed user:" + idUser}},
		{name: "credentials", activity: "Update application – Certificates and secrets management", category: "ApplicationManagement", targets: targets(target("Application", idGone,
			graph.ModifiedProperty{Name: "KeyDescription", Old: `["[KeyIdentifier=` + idRole + `,KeyType=Password]"]`, New: `["[KeyIdentifier=` + idRole + `,KeyType=Password]","[KeyIdentifier=` + idKey + `,KeyType=Password]"]`})),
			want: []string{"changed service_principal_credential:" + idKey}},
		{name: "an activity of which nothing is known", activity: "Enchant user", category: "UserManagement", targets: targets(target("Other", idUser), target("N/A", "x")), want: []string{"changed user:" + idUser}},
		{name: "an activity of something else", activity: "Update policy", category: "Policy", targets: targets(target("User", idUser))},
	} {
		c := &Connector{switches: test.switches, willSync: everything}
		if test.sync != nil {
			c.willSync = test.sync
		}
		records, ignored := telling([]graph.DirectoryAudit{{ID: "r", Activity: test.activity, Category: test.category, Result: "Success", Targets: test.targets}})
		var events []*v2.Event
		for _, r := range records {
			events = append(events, tableObjects(c).events(r)...)
		}
		if got := textsOf(events); !slices.Equal(got, test.want) || len(records)+ignored != 1 {
			t.Errorf("%s: the events are\n%q, want\n%q", test.name, got, test.want)
		}
	}
}

func TestAuditEvents_SaysNothingOfWhatFailed(t *testing.T) {
	t.Parallel()
	for _, result := range []string{"failure", "timeout", "", "unknownFutureValue"} {
		if records, ignored := telling([]graph.DirectoryAudit{{ID: "r", Activity: "Add member to group", Category: "GroupManagement", Result: result}}); len(records) > 0 || ignored != 1 {
			t.Errorf("%q: %d records are read", result, len(records))
		}
	}
}

// An application that syncs users alone may not read groups: what the records say has to do.
func TestAuditFeed_ReadsWithThePermissionsOfWhatIsSynced(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(36), nil)
	l.sim.SetPermissions("User.Read.All", "AuditLog.Read.All")
	r := readerOf(t, l.connect(typeUser), feedAudit)
	r.rest()
	want := l.change(3, 0)
	wantTexts(t, "of users alone", r.rest(), want)
	all := l.reader(feedAudit)
	wantTexts(t, "of all types", all.rest(), nil...)
	l.sim.SetPermissions(graphsim.EveryReadPermission()...)
	l.sim.ExpireTokens()
	if texts := textsOf(all.rest()); !slices.Contains(texts, want) {
		t.Errorf("with the permissions of all types the events are %q", texts)
	}
}
