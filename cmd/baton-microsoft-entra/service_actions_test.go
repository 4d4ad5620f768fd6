//go:build unix

package main_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// Each action is listed, and each is done with the writes that it takes; its result can be asked for afterwards.
func TestService_DoesEachAction(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	var names []string
	for _, resourceType := range []string{"", "group"} {
		for _, schema := range done[*v2.ListActionSchemasResponse](s, conductoronesim.ActionSchemas(resourceType)).GetSchemas() {
			names = append(names, schema.GetName())
		}
	}
	slices.Sort(names)
	if want := slices.Sorted(slices.Values(actionNames())); !slices.Equal(slices.Compact(names), want) {
		t.Errorf("the actions are %q, want %q", names, want)
	}
	schema := done[*v2.GetActionSchemaResponse](s, conductoronesim.ActionSchema("check_upn")).GetSchema()
	if args := schema.GetArguments(); len(args) != 1 || args[0].GetName() != "proposed_upn" {
		t.Errorf("the arguments of check_upn are %v", args)
	}
	for _, c := range actionCases(t, s.sim) {
		resourceType := ""
		if c.action == "create_group" {
			resourceType = "group"
		}
		s.sim.ResetHistory()
		answer := s.invoke(conductoronesim.InvokeAction(c.action, resourceType, c.args))
		if n := changesOf(s.sim); n != c.writes {
			t.Errorf("%s took %d writes, want %d", c.action, n, c.writes)
		}
		text, err := protojson.Marshal(answer.GetResponse())
		if err != nil || !answer.GetResponse().GetFields()["success"].GetBoolValue() {
			t.Errorf("%s: %s, %v", c.action, text, err)
		}
		for _, word := range c.words {
			if !strings.Contains(string(text), word) {
				t.Errorf("%s: %q is not in the result %s", c.action, word, text)
			}
		}
	}
}

// An action that fails names what is wrong, and an action and a result that are not there are NotFound.
func TestService_SaysWhatIsWrongWithAnAction(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	s.refused(conductoronesim.InvokeAction("enable_user", "", map[string]any{"user_id": "me"}), codes.Unknown, "InvalidArgument: the argument user_id ")
	s.refused(conductoronesim.InvokeAction("create_group", "group", map[string]any{"displayName": "No type"}), codes.Unknown, "InvalidArgument: the argument group_type ")
	s.refused(conductoronesim.InvokeAction("launch_rocket", "", nil), codes.NotFound, "launch_rocket")
	s.refused(conductoronesim.ActionSchema("launch_rocket"), codes.NotFound, "launch_rocket")
	s.refused(conductoronesim.ActionSchema("create_group"), codes.NotFound, "create_group") // of one resource type: only the list has it
	s.refused(conductoronesim.ActionStatus("check_upn", "no-such-id"), codes.NotFound, "no-such-id")
}

// invoke has an action done to its end, which is asked for where it takes more than a moment, and then once more.
func (s *service) invoke(task conductoronesim.Task) *v2.GetActionStatusResponse {
	s.t.Helper()
	invoked := done[*v2.InvokeActionResponse](s, task)
	for deadline := time.Now().Add(patience / 3); ; {
		answer := done[*v2.GetActionStatusResponse](s, conductoronesim.ActionStatus(invoked.GetName(), invoked.GetId()))
		switch {
		case answer.GetStatus() == v2.BatonActionStatus_BATON_ACTION_STATUS_COMPLETE && answer.GetName() == invoked.GetName():
			return answer
		case answer.GetStatus() == v2.BatonActionStatus_BATON_ACTION_STATUS_FAILED, time.Now().After(deadline):
			s.t.Fatalf("%s is %v: %v", answer.GetName(), answer.GetStatus(), answer.GetResponse())
		}
	}
}
