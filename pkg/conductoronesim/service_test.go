package conductoronesim

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"google.golang.org/grpc/codes"
)

func friend(n int) *v2.Entitlement { return entitlement.NewAssignmentEntitlement(thing(n), "friend") }

// TestService_EveryTask sends each kind of task through the SDK's own client and looks at what comes back.
func TestService_EveryTask(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	if got := s.Status(); got != "Not connected" {
		t.Errorf("status %q before anybody came", got)
	}
	run(t, s, "toy")
	for name, c := range map[string]struct {
		task  Task
		check func(*testing.T, Result)
	}{
		"hello": {Hello(), func(t *testing.T, r Result) {
			if m, ok := r.Response.(*v2.ConnectorMetadata); !ok || m.GetDisplayName() != "Toy" {
				t.Errorf("%v", r.Response)
			}
		}},
		"sync":          {FullSync(SyncOptions{SkipGrants: true, ResourceTypes: []string{"thing"}}), wantSync(toyThings)},
		"sqlite":        {FullSync(SyncOptions{StorageEngine: "sqlite"}), wantSync(toyThings)},
		"targeted sync": {TargetedSync(thing(1)), wantSync(1)},
		"grant": {Grant(friend(0), thing(1)), func(t *testing.T, r Result) {
			if m, ok := r.Response.(*v2.GrantManagerServiceGrantResponse); !ok || len(m.GetGrants()) != 1 {
				t.Errorf("%v", r.Response)
			}
		}},
		"revoke":          {Revoke(grant.NewGrant(thing(0), "friend", thingID(1))), wantResponse[*v2.GrantManagerServiceRevokeResponse]},
		"create resource": {CreateResource(thing(7)), wantResponse[*v2.CreateResourceResponse]},
		"delete resource": {DeleteResource(thingID(0)), wantResponse[*v2.DeleteResourceResponse]},
		"account": {CreateAccount("thing", map[string]any{"login": "jane", "email": "jane@example.com"}, RandomPassword), func(t *testing.T, r Result) {
			if len(r.Secrets) != 1 || r.Secrets[0].Name != "password" || string(r.Secrets[0].Value) != toyPassword {
				t.Errorf("secrets %v", r.Secrets)
			}
		}},
		"account without a vault": {CreateAccount("thing", nil, RandomPassword).WithoutVault(), func(t *testing.T, r Result) {
			if len(r.Secrets) != 0 {
				t.Errorf("secrets %v", r.Secrets)
			}
		}},
		"account without a password": {CreateAccount("thing", nil, NoPassword), wantResponse[*v2.CreateAccountResponse]},
		"account with a given password": {CreateAccount("thing", map[string]any{"login": "joe"}, Encrypted).WithPassword("s3cret, sent"), func(t *testing.T, r Result) {
			m, _ := r.Response.(*v2.CreateAccountResponse)
			if got := m.GetSuccess().GetResource().GetDisplayName(); got != "joe s3cret, sent" || len(r.Secrets) != 0 {
				t.Errorf("the toy read %q, secrets %v", got, r.Secrets)
			}
		}},
		"rotate": {RotateCredentials(thingID(1), RandomPassword), func(t *testing.T, r Result) {
			if len(r.Secrets) != 1 || len(r.Secrets[0].Value) != randomPasswordLength {
				t.Errorf("secrets %v", r.Secrets)
			}
		}},
		"actions":         {ActionSchemas(""), wantResponse[*v2.ListActionSchemasResponse]},
		"one action":      {ActionSchema("echo"), wantResponse[*v2.GetActionSchemaResponse]},
		"feeds":           {EventFeeds(), wantResponse[*v2.ListEventFeedsResponse]},
		"events":          {Events("toy", "here", time.Unix(1_700_000_000, 0), 7), wantEvents},
		"action, invoked": {InvokeAction("echo", "", map[string]any{"a": "b"}), wantEcho(s)},
	} {
		t.Run(name, func(t *testing.T) {
			r := result(t, s, c.task)
			if r.Status != codes.OK || r.HandedOut != 1 || r.Reports != 1 || r.Host != "toy" || r.Finished.Before(r.Handed) || r.Handed.Before(r.Queued) {
				t.Fatalf("%+v", r)
			}
			c.check(t, r)
		})
	}
	if got := s.Status(); got != "Connected" {
		t.Errorf("status %q", got)
	}
	noViolations(t, s)
}

func wantResponse[T any](t *testing.T, r Result) {
	if _, ok := r.Response.(T); !ok {
		t.Errorf("response %T", r.Response)
	}
}

func wantEvents(t *testing.T, r Result) {
	m, _ := r.Response.(*v2.ListEventsResponse)
	if m.GetCursor() != "here+7" || len(m.GetEvents()) != 1 || m.GetEvents()[0].GetOccurredAt().GetSeconds() != 1_700_000_000 {
		t.Errorf("%v", m)
	}
}

func wantEcho(s *Server) func(*testing.T, Result) {
	return func(t *testing.T, r Result) {
		m, ok := r.Response.(*v2.InvokeActionResponse)
		if !ok || m.GetResponse().GetFields()["a"].GetStringValue() != "b" {
			t.Fatalf("%v", r.Response)
		}
		again := result(t, s, ActionStatus("echo", m.GetId()))
		if m, ok := again.Response.(*v2.GetActionStatusResponse); !ok || m.GetStatus() != v2.BatonActionStatus_BATON_ACTION_STATUS_COMPLETE {
			t.Errorf("%v", again)
		}
	}
}

// wantSync opens what was uploaded and counts the things in it.
func wantSync(things int) func(*testing.T, Result) {
	return func(t *testing.T, r Result) {
		if len(r.Uploads) != 1 || r.Uploads[0].Debug || r.Uploads[0].Size == 0 || len(r.Uploads[0].SHA256) != 64 {
			t.Fatalf("uploads %+v", r.Uploads)
		}
		ctx := context.Background()
		store, err := dotc1z.NewStore(ctx, r.Uploads[0].Path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(t.TempDir()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{ResourceTypeId: "thing"}.Build())
		if err != nil || len(got.GetList()) != things {
			t.Errorf("%d things, %v", len(got.GetList()), err)
		}
		if err := store.Close(ctx); err != nil {
			t.Error(err)
		}
	}
}

// TestService_Failures shows how tasks fail: with the connector's code and words, and what says that it is final.
func TestService_Failures(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	run(t, s, "broken")
	if r := result(t, s, Grant(friend(1), thing(1))); r.Status != codes.FailedPrecondition || !r.NonRetryable || !strings.Contains(r.Message, "friend of itself") {
		t.Errorf("%+v", r)
	}
	r := result(t, s, FullSync(SyncOptions{}))
	if r.Status == codes.OK || r.NonRetryable || !strings.Contains(r.Message, "consent is missing") || len(r.Uploads) != 0 {
		t.Errorf("%+v", r)
	}
	if got := s.Status(); got != "Error" {
		t.Errorf("status %q after a sync that failed", got)
	}
	if r := result(t, s, Raw(v1.Task_builder{EventFeed: &v1.Task_EventFeedTask{}}.Build())); !strings.Contains(r.Message, "unsupported") {
		t.Errorf("%+v", r)
	}
	noViolations(t, s)
}

// TestService_DebugTaskUploadsTwice: the log comes behind the sync, under the same task.
func TestService_DebugTaskUploadsTwice(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	run(t, s, "toy")
	r := result(t, s, FullSync(SyncOptions{}).WithDebug())
	if r.Status != codes.OK || len(r.Uploads) != 2 || r.Uploads[0].Debug || !r.Uploads[1].Debug {
		t.Fatalf("%+v", r)
	}
	text, err := os.ReadFile(r.Uploads[1].Path)
	if err != nil || !strings.Contains(string(text), `"level":"debug"`) {
		t.Errorf("%v\n%.200s", err, text)
	}
	if all := s.Uploads(); len(all) != 2 || all[0].TaskID != r.ID || all[1].Path != r.Uploads[1].Path {
		t.Errorf("%+v", all)
	}
	noViolations(t, s)
}

// TestService_Batches: with GetTasks, each task still goes out once.
func TestService_Batches(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	var ids []string
	for range 20 {
		ids = append(ids, s.Hand(ActionSchemas("")))
	}
	run(t, s, "toy", "BATON_GET_TASKS=true")
	for _, id := range ids {
		if r := await(t, s, id); r.Status != codes.OK || r.HandedOut != 1 {
			t.Errorf("%+v", r)
		}
	}
	if good, _ := calls(s, "GetTask"); good != 0 {
		t.Errorf("%d calls of GetTask", good)
	}
	if good, _ := calls(s, "GetTasks"); good == 0 {
		t.Error("no call of GetTasks")
	}
	noViolations(t, s)
}

// TestService_TwoHosts: replicas share the tasks, and none has a task that the other has.
func TestService_TwoHosts(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	run(t, s, "toy", "BATON_HOST_ID=pod-0")
	run(t, s, "toy", "BATON_HOST_ID=pod-1")
	until(t, "both said hello", func() bool { good, _ := calls(s, "Hello"); return good == 2 })
	hosts := map[string]int{}
	until(t, "both have done something", func() bool {
		var ids []string
		for range 10 {
			ids = append(ids, s.Hand(ActionSchemas("")))
		}
		for _, id := range ids {
			r := await(t, s, id)
			if r.HandedOut != 1 || r.Reports != 1 {
				t.Errorf("%+v", r)
			}
			hosts[r.Host]++
		}
		return hosts["pod-0"] > 0 && hosts["pod-1"] > 0
	})
	if len(hosts) != 2 {
		t.Errorf("tasks by host: %v", hosts)
	}
	noViolations(t, s)
}
