package entra

import (
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// What a record says, held against what the directory has when it is read.

// audited is a record of the log: the activity, a target and one property of it, new or, where gone is true, old.
type audited struct {
	activity, kind, id, property, value string
	gone                                bool
}

// tell puts records into the log.
func (l *logTenant) tell(records ...audited) {
	l.t.Helper()
	for _, r := range records {
		is, was := any(`"`+r.value+`"`), any(nil)
		if r.gone {
			is, was = was, is
		}
		_, err := l.sim.Tenant().AddAudit(map[string]any{"activityDisplayName": r.activity, "category": "UserManagement",
			"targetResources": []any{map[string]any{"id": r.id, "type": r.kind, "modifiedProperties": []any{
				map[string]any{"displayName": r.property, "oldValue": was, "newValue": is}}}}})
		if err != nil {
			l.t.Fatal(err)
		}
	}
}

// must stops at an error, and returns the id that came with none.
func (l *logTenant) must(id string, err error) string {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
	return id
}

// user makes a user, whom nothing is tied to.
func (l *logTenant) user(name string) string {
	l.t.Helper()
	return l.must(l.sim.Tenant().AddUser(map[string]any{"displayName": name, "userPrincipalName": name + "@contoso.com", "mailNickname": name, "accountEnabled": true, "usageLocation": "CH"}))
}

// group makes a security group with the properties given.
func (l *logTenant) group(name string, properties map[string]any) string {
	l.t.Helper()
	all := map[string]any{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true}
	for k, v := range properties {
		all[k] = v
	}
	return l.must(l.sim.Tenant().AddGroup(all))
}

// A right that was given to somebody, or over something, that is gone since is no grant: no sync has it.
func TestAuditFeed_GivesNothingToWhatIsGone(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(37), nil)
	r := l.reader(feedAudit)
	user, leaver, group, closed := l.user("stays"), l.user("leaves"), l.group("open", nil), l.group("closed", nil)
	role := l.sim.Census().RoleDefinitions[0].ID()
	l.must("", l.sim.Tenant().DeleteObject(leaver))
	l.must("", l.sim.Tenant().DeleteObject(closed))
	r.rest()
	l.tell(audited{"Add member to group", "User", leaver, "Group.ObjectID", group, false},
		audited{"Add member to group", "User", user, "Group.ObjectID", closed, false},
		audited{"Add member to role", "User", leaver, "Role.TemplateId", role, false})
	wantTexts(t, "given", r.rest(), "changed user:"+leaver, "changed group:"+group, "changed user:"+user, "changed group:"+closed, "changed user:"+leaver)
	l.tell(audited{"Remove member from group", "User", leaver, "Group.ObjectID", group, true})
	wantTexts(t, "taken", r.rest(), "revoke group:"+group+":members:user:"+leaver)
}

// A record of a user's licences does not tell whether the user was given them or a group gives them: group-based
// licensing writes records of the same activity. The user's own states do.
func TestAuditFeed_TellsALicenceByWhatTheHolderHas(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(38), nil)
	r := l.reader(feedAudit)
	tenant := l.sim.Tenant()
	sku := func(part string) string {
		id := strings.Repeat(part, 8) + "-0000-4000-8000-000000000000"
		l.must(tenant.AddSubscribedSku(map[string]any{"skuPartNumber": part, "skuId": id}))
		return id
	}
	direct, through, former := sku("a"), sku("b"), sku("c")
	user, group := l.user("licensed"), l.group("licences", nil)
	l.must("", tenant.AssignLicense(user, direct))
	l.must("", tenant.AssignLicense(group, through))
	l.must("", tenant.AddMember(group, user))
	r.rest()
	changed := func(holder, kind, sku string, gone bool) []string {
		activity := map[string]string{"User": "Change user license", "Group": "Set group license"}[kind]
		l.tell(audited{activity, kind, holder, "AssignedLicense", "[SkuId=" + sku + "]", gone})
		return textsOf(r.rest())
	}
	for name, test := range map[string]struct {
		holder, kind, sku string
		gone              bool
		want              string
	}{
		"given directly":                  {user, "User", direct, false, "grant license:" + direct + ":assigned:user:" + user},
		"given by a group":                {user, "User", through, false, "changed user:" + user},
		"given, and taken since":          {user, "User", former, false, "changed user:" + user},
		"taken":                           {user, "User", former, true, "revoke license:" + former + ":assigned:user:" + user},
		"taken, a group still gives it":   {user, "User", through, true, "changed user:" + user},
		"taken, and given since":          {user, "User", direct, true, "changed user:" + user},
		"given to a group":                {group, "Group", through, false, "grant license:" + through + ":assigned:group:" + group},
		"given to a group, taken since":   {group, "Group", former, false, "changed group:" + group},
		"taken from a group":              {group, "Group", former, true, "revoke license:" + former + ":assigned:group:" + group},
		"taken from a group, given since": {group, "Group", through, true, "changed group:" + group},
	} {
		if got := changed(test.holder, test.kind, test.sku, test.gone); !slices.Equal(got, []string{test.want}) {
			t.Errorf("%s: the events are %q, want %q", name, got, test.want)
		}
	}
}

// All scopes of a role and its holder are one grant, which lasts as long as one of them does.
func TestAuditFeed_RevokesARoleWithTheLastOfItsScopes(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(39), nil)
	r := l.reader(feedAudit)
	tenant := l.sim.Tenant()
	user := l.user("admin")
	role := l.must(tenant.AddRoleDefinition(map[string]any{"displayName": "R", "isBuiltIn": false, "isEnabled": true}))
	scoped := l.must(tenant.AddRoleAssignment(role, user, "/administrativeUnits/"+idGone))
	r.rest()
	l.sim.ResetHistory()
	l.tell(audited{"Remove member from role", "User", user, "Role.TemplateId", strings.ToUpper(role), true})
	wantTexts(t, "a scope is left", r.rest(), "changed user:"+user)
	if n := len(graphPaths(l.sim)); n > 3 {
		t.Errorf("%d requests: a page of the log, the objects and the assignments", n)
	}
	l.must("", tenant.DeleteObject(scoped))
	r.rest()
	l.tell(audited{"Remove scoped member from role", "User", user, "Role.TemplateId", role, true})
	wantTexts(t, "none is left", r.rest(), "revoke role:"+role+":assigned:user:"+user)
	l.sim.Fail(graphsim.Fault{PathContains: "/roleAssignments", Status: 503, Times: -1})
	l.tell(audited{"Remove member from role", "User", user, "Role.TemplateId", role, true})
	wantTexts(t, "nobody knows what is left", r.rest(), nil...)
	l.sim.ClearFaults()
	wantTexts(t, "afterwards", r.rest(), "revoke role:"+role+":assigned:user:"+user)
}

// Members that a rule decides on, or another directory, cannot be revoked by hand; a dynamic group's owners can.
func TestAuditFeed_MarksWhatNobodyCanRevoke(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(43), nil)
	r := l.reader(feedAudit)
	user := l.user("somebody")
	dynamic := l.group("ruled", map[string]any{"groupTypes": []string{"DynamicMembership"}, "membershipRule": "user.department -eq \"x\""})
	synced := l.group("synced", map[string]any{"onPremisesSyncEnabled": true})
	r.rest()
	for _, test := range []struct {
		activity, group string
		fixed           bool
	}{
		{"Add member to group", dynamic, true}, {"Add owner to group", dynamic, false},
		{"Add member to group", synced, true}, {"Add owner to group", synced, true},
		{"Add member to group", l.group("plain", nil), false},
	} {
		r.rest()
		l.tell(audited{test.activity, "User", user, "Group.ObjectID", test.group, false})
		events := r.rest()
		if len(events) != 1 || !events[0].HasCreateGrantEvent() {
			t.Fatalf("%s %s: the events are %v", test.activity, test.group, events)
		}
		notes := annotations.Annotations(events[0].GetCreateGrantEvent().GetAnnotations())
		if notes.Contains(&v2.GrantImmutable{}) != test.fixed {
			t.Errorf("%s %s: immutable is %t", test.activity, test.group, !test.fixed)
		}
	}
}

// What the sync leaves out is left out as well where the application may read no applications, since none are synced.
func TestAuditFeed_LeavesOutWithThePermissionsOfWhatIsSynced(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(44), func(cfg *config.Entra) { cfg.SkipAdGroups = true })
	l.sim.SetPermissions("User.Read.All", "GroupMember.Read.All", "AuditLog.Read.All")
	r := readerOf(t, l.connect(typeUser, typeGroup), feedAudit)
	user, cloud, synced := l.user("somebody"), l.group("cloud", nil), l.group("synced", map[string]any{"onPremisesSyncEnabled": true})
	r.rest()
	l.tell(audited{"Add member to group", "User", user, "Group.ObjectID", cloud, false}, audited{"Add member to group", "User", user, "Group.ObjectID", synced, false})
	wantTexts(t, "members", r.rest(), "grant group:"+cloud+":members:user:"+user)
}
