//go:build unix

package main_test

import (
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// right is an entitlement, and the write that granting and revoking it takes.
type right struct{ id, grant, revoke string }

// Each kind of right is granted and revoked with what the last sync brought, in one write each. The same task once more
// is a success without a write that says so, and the next sync shows it.
func TestService_GrantsAndRevokesEachKindOfRight(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	user, rights := grantable(t, s.sim)
	before := s.synced(conductoronesim.SyncOptions{})
	principal := row(t, before.resources, "user:"+user, &v2.Resource{})
	answers := map[string]*v2.Grant{}
	for _, r := range rights {
		task := conductoronesim.Grant(row(t, before.entitlements, r.id, &v2.Entitlement{}), principal)
		s.sim.ResetHistory()
		answer := done[*v2.GrantManagerServiceGrantResponse](s, task)
		s.wantWritten(r.grant)
		if len(answer.GetGrants()) != 1 || answer.GetGrants()[0].GetId() != r.id+":user:"+user {
			t.Fatalf("the grant of %s brought %v", r.id, answer.GetGrants())
		}
		answers[r.id] = answer.GetGrants()[0]
		wantNote(t, s.do(task), &v2.GrantAlreadyExists{})
		s.wantWritten()
	}
	after := s.synced(conductoronesim.SyncOptions{})
	for _, r := range rights {
		grant := row(t, after.grants, answers[r.id].GetId(), &v2.Grant{})
		if !proto.Equal(grant.GetEntitlement().GetResource().GetId(), answers[r.id].GetEntitlement().GetResource().GetId()) {
			t.Errorf("%s: the grant was of %v", grant.GetId(), answers[r.id].GetEntitlement().GetResource().GetId())
		}
		task := conductoronesim.Revoke(grant)
		s.sim.ResetHistory()
		done[*v2.GrantManagerServiceRevokeResponse](s, task)
		s.wantWritten(r.revoke)
		wantNote(t, s.do(task), &v2.GrantAlreadyRevoked{})
		s.wantWritten()
	}
	wantSame(t, s.synced(conductoronesim.SyncOptions{}), before)
}

// grantable adds a user who has no right, and lists what the user can be given.
func grantable(t *testing.T, sim *graphsim.Server) (user string, rights []right) {
	t.Helper()
	must := func(id string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	user = must(sim.Tenant().AddUser(map[string]any{"displayName": "Added", "userPrincipalName": "added@contoso.com", "userType": "Member",
		"accountEnabled": true, "usageLocation": "DE"}))
	group := must(sim.Tenant().AddGroup(map[string]any{"displayName": "Made here", "mailNickname": "made", "mailEnabled": false, "securityEnabled": true}))
	_ = must("", sim.Tenant().AddOwner(group, sim.Census().Users[20].ID())) // the last owner stays
	application, appRole := openRole(t, sim)
	app := application[len("enterprise_application:"):]
	role := sim.Census().RoleDefinitions[0].ID()
	return user, []right{
		{"group:" + group + ":members", "POST /groups/" + group + "/members/$ref", "DELETE /groups/" + group + "/members/" + user + "/$ref"},
		{"group:" + group + ":owners", "POST /groups/" + group + "/owners/$ref", "DELETE /groups/" + group + "/owners/" + user + "/$ref"},
		{appRole, "POST /servicePrincipals/" + app + "/appRoleAssignedTo", "DELETE /servicePrincipals/" + app + "/appRoleAssignedTo/*"},
		{application + ":owners", "POST /servicePrincipals/" + app + "/owners/$ref", "DELETE /servicePrincipals/" + app + "/owners/" + user + "/$ref"},
		{"role:" + role + ":assigned", "POST /roleManagement/directory/roleAssignments", "DELETE /roleManagement/directory/roleAssignments/*"},
		{"license:a403ebcc-fae0-4ca2-8c8c-7a907fd6c235:assigned", "POST /users/" + user + "/assignLicense", "POST /users/" + user + "/assignLicense"},
	}
}

// wantNote checks that a task succeeded with a note.
func wantNote(t *testing.T, result conductoronesim.Result, note proto.Message) {
	t.Helper()
	if notes := result.Annotations; result.Status != codes.OK || !notes.Contains(note) {
		t.Errorf("%s: %v, %s, with the notes %v; want a %T", result.Type, result.Status, result.Message, notes, note)
	}
}

// What cannot be granted or revoked is refused for good, and nothing is written.
func TestService_RefusesRightsForGood(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	user, rights := grantable(t, s.sim)
	full := s.synced(conductoronesim.SyncOptions{})
	entitlement := func(id string) *v2.Entitlement { return row(t, full.entitlements, id, &v2.Entitlement{}) }
	principal := func(id string) *v2.Resource { return row(t, full.resources, id, &v2.Resource{}) }
	ruled := ""
	for _, g := range s.sim.Census().Groups {
		if g.Text("membershipRule") != "" {
			ruled = "group:" + g.ID() + ":members"
		}
	}
	unknown := entitlement(rights[0].id)
	unknown.SetId(rights[0].id + "-of-old")
	for what, c := range map[string]struct {
		task  conductoronesim.Task
		code  codes.Code
		words string
	}{
		"a group whose members a rule decides": {conductoronesim.Grant(entitlement(ruled), principal("user:"+user)), codes.FailedPrecondition, "rule"},
		"the last owner": {conductoronesim.Revoke(row(t, full.grants, rights[1].id+":user:"+s.sim.Census().Users[20].ID(), &v2.Grant{})),
			codes.FailedPrecondition, "last owner"},
		"who cannot be a member": {conductoronesim.Grant(entitlement(rights[0].id), principal(only(full.resources.ids(), "role")[0])), codes.FailedPrecondition, "type role"},
		"an unknown entitlement": {conductoronesim.Grant(unknown, principal("user:"+user)), codes.InvalidArgument, "members-of-old"},
	} {
		if refused := s.refused(c.task, c.code, c.words); !refused.NonRetryable {
			t.Errorf("%s may be tried again", what)
		}
	}
}

// Of an entitlement and a principal the ids are enough.
func TestService_GrantsByIDsAlone(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	user, rights := grantable(t, s.sim)
	group := rights[0].id[:len(rights[0].id)-len(":members")]
	bare := v2.Entitlement_builder{Id: rights[0].id, Slug: "members", Resource: v2.Resource_builder{Id: v2.ResourceId_builder{
		ResourceType: "group", Resource: group[len("group:"):]}.Build()}.Build()}.Build()
	principal := v2.Resource_builder{Id: v2.ResourceId_builder{ResourceType: "user", Resource: user}.Build()}.Build()
	s.sim.ResetHistory()
	answer := done[*v2.GrantManagerServiceGrantResponse](s, conductoronesim.Grant(bare, principal))
	s.wantWritten(rights[0].grant)
	done[*v2.GrantManagerServiceRevokeResponse](s, conductoronesim.Revoke(answer.GetGrants()[0]))
	s.wantWritten(rights[0].revoke)
}
