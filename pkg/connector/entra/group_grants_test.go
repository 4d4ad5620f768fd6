package entra

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// Kinds of group, as properties that differ from those of a security group.
func microsoft365() map[string]any {
	return map[string]any{"groupTypes": []string{"Unified"}, "mailEnabled": true, "securityEnabled": false, "mail": "made@contoso.com"}
}

func dynamicGroup() map[string]any {
	return map[string]any{"groupTypes": []string{"DynamicMembership"}, "membershipRule": `(user.department -eq "x")`}
}

func TestE04_MembersAndOwnersAreGrantedAndRevoked(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(21))
	user, owner := connector.ResourceID(typeUser, d.users(2)[0]), d.users(2)[1]
	app := connector.ResourceID(typeApplication, d.servicePrincipal("Application"))
	identity := connector.ResourceID(typeManagedIdentity, d.servicePrincipal("ManagedIdentity"))
	nested := connector.ResourceID(typeGroup, d.group(nil))
	security, unified, roles, dynamic := d.group(nil), d.group(microsoft365()), d.group(map[string]any{"isAssignableToRole": true}), d.group(dynamicGroup())
	for _, group := range []string{security, unified, roles, dynamic} {
		if err := d.sim.Tenant().AddOwner(group, owner); err != nil {
			t.Fatal(err)
		}
	}
	d.roundTrip(1, []rightTo{
		{security, slugMembers, user}, {security, slugMembers, app}, {security, slugMembers, identity}, {security, slugMembers, nested},
		{security, slugOwners, user}, {security, slugOwners, app}, {security, slugOwners, identity},
		{unified, slugMembers, user}, {unified, slugOwners, user},
		{roles, slugMembers, user}, {roles, slugMembers, app}, {roles, slugOwners, user},
		{dynamic, slugOwners, user},
	}...)
}

func TestE04_WhatAGroupDoesNotAllowIsRefusedBeforeAnyWrite(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(21))
	user := connector.ResourceID(typeUser, d.users(1)[0])
	app := connector.ResourceID(typeApplication, d.servicePrincipal("Application"))
	nested := connector.ResourceID(typeGroup, d.group(nil))
	synced := map[string]any{"onPremisesSyncEnabled": true}
	syncedList := map[string]any{"onPremisesSyncEnabled": true, "mailEnabled": true, "securityEnabled": false}
	restricted := map[string]any{"isManagementRestricted": true}
	for name, test := range map[string]struct {
		group  map[string]any
		slug   string
		holder *v2.ResourceId
		says   string
		grants bool // only a grant is refused
	}{
		"members of a dynamic group":            {dynamicGroup(), slugMembers, user, "membership rule", false},
		"members of a synced group":             {synced, slugMembers, user, "synced from an on-premises directory", false},
		"owners of a synced group":              {synced, slugOwners, user, "synced from an on-premises directory", false},
		"members of a synced list":              {syncedList, slugMembers, user, "synced from an on-premises directory", false},
		"members of a restricted group":         {restricted, slugMembers, user, "restricted management administrative unit", false},
		"owners of a restricted group":          {restricted, slugOwners, user, "restricted management administrative unit", false},
		"a group in a Microsoft 365 group":      {microsoft365(), slugMembers, nested, "can only be users", true},
		"an app in a Microsoft 365 group":       {microsoft365(), slugMembers, app, "can only be users", true},
		"a group in a role-assignable group":    {map[string]any{"isAssignableToRole": true}, slugMembers, nested, "no group can be in it", true},
		"a group as owner":                      {nil, slugOwners, nested, "a group cannot own a group", true},
		"a role as a member":                    {nil, slugMembers, connector.ResourceID(typeRole, nobody), "cannot be given", true},
		"an application in a distribution list": {map[string]any{"mailEnabled": true, "securityEnabled": false}, slugMembers, app, "an application has none", true},
	} {
		r := rightTo{d.group(test.group), test.slug, test.holder}
		d.writes()
		_, err := d.grant(r)
		refusedPlainly(t, name, err, codes.FailedPrecondition, test.says)
		if !test.grants {
			_, err = d.revoke(r)
			refusedPlainly(t, name+", revoked", err, codes.FailedPrecondition, test.says)
		}
		d.wrote(name, 0)
	}
}

// refusedPlainly checks a refusal: its code, one line, and what it says.
func refusedPlainly(t *testing.T, name string, err error, code codes.Code, says ...string) {
	t.Helper()
	if status.Code(err) != code {
		t.Errorf("%s: %v, want %s", name, err, code)
		return
	}
	text := status.Convert(err).Message()
	for _, part := range says {
		if !strings.Contains(text, part) || strings.Contains(text, "\n") {
			t.Errorf("%s: %q does not say %q in one sentence", name, text, part)
		}
	}
}

func TestE04_WhatGraphRefusesIsExplained(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(21))
	users := d.users(2)
	user := connector.ResourceID(typeUser, users[0])
	group, roles := d.group(nil), d.group(map[string]any{"isAssignableToRole": true})
	if err := d.sim.Tenant().AddOwner(group, users[0]); err != nil {
		t.Fatal(err)
	}
	_, err := d.revoke(rightTo{group, slugOwners, user})
	refusedPlainly(t, "the last owner", err, codes.FailedPrecondition, "last owner", "add another owner first")
	_, err = d.grant(rightTo{group, slugMembers, connector.ResourceID(typeUser, "00000000-0000-4000-8000-000000000000")})
	refusedPlainly(t, "a user who is gone", err, codes.FailedPrecondition, "deleted after the last sync")
	_, err = d.grant(rightTo{"00000000-0000-4000-8000-000000000000", slugMembers, user})
	refusedPlainly(t, "a group that is gone", err, codes.FailedPrecondition, "deleted after the last sync")
	if notes, err := d.revoke(rightTo{"00000000-0000-4000-8000-000000000000", slugMembers, user}); err != nil || !notes.Contains(&v2.GrantAlreadyRevoked{}) {
		t.Errorf("a group that is gone has no members: %v, %v", notes, err)
	}
	_, err = d.grant(rightTo{group, "guests", user})
	refusedPlainly(t, "an entitlement that groups do not have", err, codes.InvalidArgument, "guests")
	for permissions, says := range map[string]string{"": "GroupMember.ReadWrite.All", "GroupMember.ReadWrite.All": "RoleManagement.ReadWrite.Directory"} {
		d.sim.SetPermissions(append(graphsim.ReadPermissions(), permissions)...)
		d.sim.ExpireTokens()
		of := map[string]string{"": group, "GroupMember.ReadWrite.All": roles}[permissions]
		_, err = d.grant(rightTo{of, slugMembers, user})
		refusedPlainly(t, "without "+says, err, codes.PermissionDenied, says)
	}
	_, err = d.grant(rightTo{group, slugOwners, connector.ResourceID(typeUser, users[1])})
	refusedPlainly(t, "an owner", err, codes.PermissionDenied, "Group.ReadWrite.All")
}

func TestE04_AHundredOwnersAreFull(t *testing.T) {
	t.Parallel()
	o := writableTenant(22)
	o.Users = 130
	d := openDesk(t, o)
	group, users := d.group(nil), d.users(101)
	for _, u := range users[:100] {
		if err := d.sim.Tenant().AddOwner(group, u); err != nil {
			t.Fatal(err)
		}
	}
	_, err := d.grant(rightTo{group, slugOwners, connector.ResourceID(typeUser, users[100])})
	refusedPlainly(t, "one more", err, codes.FailedPrecondition, "as many owners")
	if notes, err := d.grant(rightTo{group, slugOwners, connector.ResourceID(typeUser, users[0])}); err != nil || !notes.Contains(&v2.GrantAlreadyExists{}) {
		t.Errorf("one of them: %v, %v", notes, err)
	}
}

func TestE04_FiftyGrantsAndFiftyRevokesAtOnce(t *testing.T) {
	t.Parallel()
	o := writableTenant(23)
	o.Users, o.WriteHold = 130, time.Millisecond
	d := openDesk(t, o)
	group, users := d.group(nil), d.users(100)
	out, in := users[:50], users[50:]
	for _, u := range out {
		if err := d.sim.Tenant().AddMember(group, u); err != nil {
			t.Fatal(err)
		}
	}
	d.writes()
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if notes, err := d.revoke(rightTo{group, slugMembers, connector.ResourceID(typeUser, out[i])}); err != nil || len(notes) != 0 {
				t.Errorf("revoke: %v, %v", notes, err)
			}
		})
		all.Go(func() {
			if notes, err := d.grant(rightTo{group, slugMembers, connector.ResourceID(typeUser, in[i])}); err != nil || len(notes) != 0 {
				t.Errorf("grant: %v, %v", notes, err)
			}
		})
	}
	all.Wait()
	d.wrote("a hundred changes", 100)
	want := slices.Sorted(slices.Values(in))
	if got := d.linked(group, slugMembers); !slices.Equal(got, want) {
		t.Errorf("%d members in the end, want the %d that were granted", len(got), len(want))
	}
}

func TestE04_AGroupThatWasJustMadeIsWaitedFor(t *testing.T) {
	t.Parallel()
	o := writableTenant(24)
	o.ReplicationDelay = 10 * time.Second
	d := openDesk(t, o)
	group, user := d.group(nil), d.users(1)[0]
	if notes, err := d.grant(rightTo{group, slugMembers, connector.ResourceID(typeUser, user)}); err != nil || len(notes) != 0 {
		t.Fatalf("%v, %v", notes, err)
	}
	if got := d.linked(group, slugMembers); !slices.Equal(got, []string{user}) {
		t.Errorf("members %v", got)
	}
}

// What was written a moment ago is not everywhere yet: a revoke that follows at once ends right all the same.
func TestE04_ChangesThatFollowEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	o := writableTenant(24)
	o.ReplicationDelay = 10 * time.Second
	d := openDesk(t, o)
	for _, slug := range []string{slugMembers, slugOwners} {
		group, users := d.group(nil), d.users(2)
		if err := d.sim.Tenant().AddOwner(group, users[1]); err != nil {
			t.Fatal(err)
		}
		r := rightTo{group, slug, connector.ResourceID(typeUser, users[0])}
		for range 2 {
			notes, err := d.grant(r)
			d.expect("grant", r, notes, err, false)
			notes, err = d.grant(r)
			d.expect("grant again", r, notes, err, notes.Contains(&v2.GrantAlreadyExists{}))
			notes, err = d.revoke(r)
			d.expect("revoke", r, notes, err, false)
			notes, err = d.revoke(r)
			d.expect("revoke again", r, notes, err, notes.Contains(&v2.GrantAlreadyRevoked{}))
		}
		if slices.Contains(d.linked(group, slug), users[0]) {
			t.Errorf("%s: it is still there", slug)
		}
	}
}

func TestE04_OthersWhoChangeTheGroupAreWaitedFor(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(24))
	r := rightTo{d.group(nil), slugMembers, connector.ResourceID(typeUser, d.users(1)[0])}
	collision := graphsim.Fault{PathContains: "/$ref", Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation", Times: 3}
	d.writes()
	d.sim.Fail(collision)
	if notes, err := d.grant(r); err != nil || len(notes) != 0 {
		t.Errorf("grant: %v, %v", notes, err)
	}
	d.sim.Fail(collision)
	if notes, err := d.revoke(r); err != nil || len(notes) != 0 {
		t.Errorf("revoke: %v, %v", notes, err)
	}
	d.wrote("three refusals each", 8)
}
