//go:build unix

package servicekit

import (
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// Each action is listed, and each is done with the writes that it takes; its result can be asked for afterwards.
func doesEachAction(t *testing.T, c Connector) {
	d := serve(t, c)
	cases := d.account.Actions(t)
	var names, want []string
	for _, resourceType := range append([]string{""}, c.ActionsOf...) {
		for _, schema := range Done[*v2.ListActionSchemasResponse](d.Service, conductoronesim.ActionSchemas(resourceType)).GetSchemas() {
			names = append(names, schema.GetName())
		}
	}
	for _, a := range cases {
		want = append(want, a.Action)
	}
	if names, want = inOrder(names), inOrder(want); !slices.Equal(names, want) {
		t.Errorf("the actions are %q, want %q", names, want)
	}
	schema := Done[*v2.GetActionSchemaResponse](d.Service, conductoronesim.ActionSchema("disable_user")).GetSchema()
	if args := schema.GetArguments(); len(args) != 1 || args[0].GetName() != "user_id" {
		t.Errorf("the arguments of disable_user are %v", args)
	}
	for _, a := range cases {
		d.account.ResetHistory()
		answer := d.Invoke(conductoronesim.InvokeAction(a.Action, a.ResourceType, a.Args))
		if written := d.account.Written(); len(written) != a.Writes {
			t.Errorf("%s took the writes %q, want %d", a.Action, written, a.Writes)
		}
		text, err := protojson.Marshal(answer.GetResponse())
		if err != nil || !answer.GetResponse().GetFields()["success"].GetBoolValue() {
			t.Errorf("%s: %s, %v", a.Action, text, err)
		}
		for _, word := range a.Words {
			if !strings.Contains(string(text), word) {
				t.Errorf("%s: %q is not in the result %s", a.Action, word, text)
			}
		}
	}
}

// inOrder are texts in order, each once.
func inOrder(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }

// An action that fails names what is wrong, and an action and a result that are not there are NotFound.
func saysWhatIsWrongWithAnAction(t *testing.T, c Connector) {
	d := serve(t, c)
	d.Refused(conductoronesim.InvokeAction("enable_user", "", map[string]any{"user_id": "me"}), codes.Unknown, "InvalidArgument: the argument user_id ")
	d.Refused(conductoronesim.InvokeAction("launch_rocket", "", nil), codes.NotFound, "launch_rocket")
	d.Refused(conductoronesim.ActionSchema("launch_rocket"), codes.NotFound, "launch_rocket")
	d.Refused(conductoronesim.ActionStatus("disable_user", "no-such-id"), codes.NotFound, "no-such-id")
}

// What is granted, revoked and changed shows in the feed, once, with the entitlement and the principal that a sync shows.
func showsChangesInTheFeed(t *testing.T, c Connector) {
	d := serve(t, c)
	d.WantFeeds(c.Feed)
	user := d.account.Newcomer(t)
	right := d.account.Rights(t, user)[0]
	full := d.Synced(conductoronesim.SyncOptions{})
	entitlement := Row(t, full.Entitlements, right.ID, &v2.Entitlement{})
	principal := Row(t, full.Resources, c.User+":"+user, &v2.Resource{})
	_, cursor := d.Events(c.Feed, "")

	granted := Done[*v2.GrantManagerServiceGrantResponse](d.Service, conductoronesim.Grant(entitlement, principal)).GetGrants()[0]
	d.Invoke(conductoronesim.InvokeAction("disable_user", "", map[string]any{"user_id": user}))
	Done[*v2.GrantManagerServiceRevokeResponse](d.Service, conductoronesim.Revoke(granted))
	events, cursor := d.Events(c.Feed, cursor)
	grants := Kept(events, (*v2.Event).GetCreateGrantEvent)
	revokes := Kept(events, (*v2.Event).GetCreateRevokeEvent)
	changes := Kept(events, (*v2.Event).GetResourceChangeEvent)
	if len(grants) != 1 || len(revokes) != 1 || len(changes) == 0 {
		t.Fatalf("%d grants, %d revokes and %d changes", len(grants), len(revokes), len(changes))
	}
	for what, got := range map[string][2]proto.Message{
		"entitlement of the grant":  {grants[0].GetEntitlement().GetResource().GetId(), entitlement.GetResource().GetId()},
		"principal of the grant":    {grants[0].GetPrincipal().GetId(), principal.GetId()},
		"entitlement of the revoke": {revokes[0].GetEntitlement().GetResource().GetId(), entitlement.GetResource().GetId()},
		"principal of the revoke":   {revokes[0].GetPrincipal().GetId(), principal.GetId()},
		"resource of the change":    {changes[0].GetResourceId(), principal.GetId()},
	} {
		if !proto.Equal(got[0], got[1]) {
			t.Errorf("the %s is %v, want %v", what, got[0], got[1])
		}
	}
	if grants[0].GetEntitlement().GetId() != entitlement.GetId() || revokes[0].GetEntitlement().GetId() != entitlement.GetId() {
		t.Errorf("the entitlements are %s and %s, want %s", grants[0].GetEntitlement().GetId(), revokes[0].GetEntitlement().GetId(), entitlement.GetId())
	}
	again, _ := d.Events(c.Feed, cursor)
	for _, e := range again {
		if !slices.ContainsFunc(events, func(other *v2.Event) bool { return other.GetId() == e.GetId() }) {
			t.Errorf("without a change there is a new event %s", e.GetId())
		}
	}
}

// Where the feed is disabled, by flag or by variable, there is none, and the log is never asked for.
func disablesTheFeed(t *testing.T, c Connector, byVariable bool) {
	d := open(t, c, nil)
	var args []string
	if byVariable {
		d.Env["BATON_"+strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(c.WithoutFeed, "--"), "-", "_"))] = "true"
	} else {
		args = []string{c.WithoutFeed}
	}
	d.Begin(args...)
	d.WantFeeds()
	d.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{c.User}})
	if n := d.account.Asked(c.LogMark); n > 0 {
		t.Errorf("the log was asked for %d times", n)
	}
}
