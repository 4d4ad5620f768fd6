//go:build unix

package main_test

import (
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// What cannot be granted or revoked is refused for good, and nothing is written.
func TestService_RefusesRightsForGood(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	user := newcomer(t, s.sim)
	rights := account{s.sim}.Rights(t, user)
	full := s.Synced(conductoronesim.SyncOptions{})
	entitlement := func(id string) *v2.Entitlement { return servicekit.Row(t, full.Entitlements, id, &v2.Entitlement{}) }
	principal := func(id string) *v2.Resource { return servicekit.Row(t, full.Resources, id, &v2.Resource{}) }
	ruled := ""
	for _, g := range s.sim.Census().Groups {
		if g.Text("membershipRule") != "" {
			ruled = "group:" + g.ID() + ":members"
		}
	}
	unknown := entitlement(rights[0].ID)
	unknown.SetId(rights[0].ID + "-of-old")
	for what, c := range map[string]struct {
		task  conductoronesim.Task
		code  codes.Code
		words string
	}{
		"a group whose members a rule decides": {conductoronesim.Grant(entitlement(ruled), principal("user:"+user)), codes.FailedPrecondition, "rule"},
		"the last owner": {conductoronesim.Revoke(servicekit.Row(t, full.Grants, rights[1].ID+":user:"+s.sim.Census().Users[20].ID(), &v2.Grant{})),
			codes.FailedPrecondition, "last owner"},
		"who cannot be a member": {conductoronesim.Grant(entitlement(rights[0].ID), principal(servicekit.Only(full.Resources.IDs(), "role")[0])), codes.FailedPrecondition, "type role"},
		"an unknown entitlement": {conductoronesim.Grant(unknown, principal("user:"+user)), codes.InvalidArgument, "members-of-old"},
	} {
		if refused := s.Refused(c.task, c.code, c.words); !refused.NonRetryable {
			t.Errorf("%s may be tried again", what)
		}
	}
}
