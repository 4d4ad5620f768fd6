//go:build unix

package main_test

import (
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// What the connector does not do is refused, for good where its kind is known at all, and the next task is done.
func TestService_RefusesWhatItDoesNotDo(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	group := v2.ResourceId_builder{ResourceType: "group", Resource: s.sim.Census().Groups[0].ID()}.Build()
	application, _ := openRole(t, s.sim)
	app := v2.ResourceId_builder{ResourceType: "enterprise_application", Resource: application[len("enterprise_application:"):]}.Build()
	for _, task := range []conductoronesim.Task{
		conductoronesim.CreateResource(v2.Resource_builder{Id: group}.Build()),
		conductoronesim.DeleteResource(group),
		conductoronesim.RotateCredentials(group, conductoronesim.RandomPassword),
		conductoronesim.IssueCredential(app, "service_principal_credential", "client_secret", time.Time{}),
		conductoronesim.CreateAccount("managed_identity", accountForm("noor.robot"), conductoronesim.RandomPassword),
	} {
		if refused := s.refused(task, codes.Unimplemented); !refused.NonRetryable {
			t.Errorf("%s may be tried again", refused.Type)
		}
	}
	for _, unknown := range []*v1.Task{
		v1.Task_builder{EventFeed: &v1.Task_EventFeedTask{}}.Build(),
		v1.Task_builder{CompactSyncs: &v1.Task_CompactSyncs{}}.Build(),
	} {
		s.refused(conductoronesim.Raw(unknown), codes.Unknown, "unsupported task type")
	}
	s.refused(conductoronesim.Raw(v1.Task_builder{CreateTicketTask: v1.Task_CreateTicketTask_builder{
		TicketRequest: &v2.TicketRequest{}, TicketSchema: &v2.TicketSchema{}}.Build()}.Build()), codes.Unknown, "ticketing is not enabled")
	s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
}

// E17: where provisioning is not switched on, every task that grants, creates or removes is refused for good, and nothing
// is sent. Syncs, events and actions go on.
func TestE17_WithoutProvisioningNothingIsGrantedCreatedOrRemoved(t *testing.T) {
	t.Parallel()
	s := newService(t, startTenant(t, accountsTenant()), conductoronesim.Options{}).begin()
	user, rights := grantable(t, s.sim)
	full := s.synced(conductoronesim.SyncOptions{})
	principal := row(t, full.resources, "user:"+user, &v2.Resource{})
	held := row(t, full.grants, only(full.grants.ids(), "group")[0], &v2.Grant{})
	for _, task := range []conductoronesim.Task{
		conductoronesim.Grant(row(t, full.entitlements, rights[0].id, &v2.Entitlement{}), principal),
		conductoronesim.Revoke(held),
		conductoronesim.CreateAccount("user", accountForm("noor.new"), conductoronesim.RandomPassword),
		conductoronesim.RotateCredentials(userNamed(user), conductoronesim.RandomPassword),
		conductoronesim.DeleteResource(userNamed(user)),
		conductoronesim.CreateResource(v2.Resource_builder{Id: userNamed(user)}.Build()),
		conductoronesim.IssueCredential(userNamed(user), "service_principal_credential", "client_secret", time.Time{}),
	} {
		refused := s.refused(task, codes.FailedPrecondition, "provisioning is not enabled")
		if n := len(s.sim.History()); n > 0 || !refused.NonRetryable {
			t.Errorf("%s: the tenant was asked %d times; it may be tried again: %v", refused.Type, n, !refused.NonRetryable)
		}
	}
	if got := s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"user"}}); got.resources["user:"+user] != full.resources["user:"+user] {
		t.Errorf("the user has changed: %s", got.resources["user:"+user])
	}
	done[*v2.ListEventFeedsResponse](s, conductoronesim.EventFeeds())
	s.sim.ResetHistory()
	s.invoke(conductoronesim.InvokeAction("disable_user", "", map[string]any{"user_id": user}))
	s.wantWritten("PATCH /users/" + user)
}
