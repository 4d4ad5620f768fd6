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
		if refused := s.Refused(task, codes.Unimplemented); !refused.NonRetryable {
			t.Errorf("%s may be tried again", refused.Type)
		}
	}
	for _, unknown := range []*v1.Task{
		v1.Task_builder{EventFeed: &v1.Task_EventFeedTask{}}.Build(),
		v1.Task_builder{CompactSyncs: &v1.Task_CompactSyncs{}}.Build(),
	} {
		s.Refused(conductoronesim.Raw(unknown), codes.Unknown, "unsupported task type")
	}
	s.Refused(conductoronesim.Raw(v1.Task_builder{CreateTicketTask: v1.Task_CreateTicketTask_builder{
		TicketRequest: &v2.TicketRequest{}, TicketSchema: &v2.TicketSchema{}}.Build()}.Build()), codes.Unknown, "ticketing is not enabled")
	s.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
}

// An action of groups names what is wrong, and is listed with groups alone.
func TestService_SaysWhatIsWrongWithAnActionOfGroups(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	s.Refused(conductoronesim.InvokeAction("create_group", "group", map[string]any{"displayName": "No type"}), codes.Unknown, "InvalidArgument: the argument group_type ")
	s.Refused(conductoronesim.ActionSchema("create_group"), codes.NotFound, "create_group")
}
