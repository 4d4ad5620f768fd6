package entra

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	logs "go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// A name or a path in the place of an object id goes no further, and does not pass for somebody who has no
// right any more.
func TestRights_NameObjectsByTheirIDs(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(66), nil)
	d.sim.ResetHistory()
	for _, row := range rightRows(t, d.sim) {
		for _, id := range []string{"noor@contoso.com", "..", "../" + row.holder.GetResource(), row.holder.GetResource() + "/$ref", "me"} {
			astray, elsewhere := row, row
			astray.holder = connector.ResourceID(row.holder.GetResourceType(), id)
			elsewhere.resource = connector.ResourceID(row.resource.GetResourceType(), id)
			for _, r := range []rightRow{astray, elsewhere} {
				_, granting := d.grant(r)
				_, revoking := d.revoke(r.bare())
				if status.Code(granting) != codes.InvalidArgument || status.Code(revoking) != codes.InvalidArgument {
					t.Errorf("%s, %s: %v, %v", row.name, id, granting, revoking)
				}
			}
		}
	}
	if sent := graphPaths(d.sim); len(sent) > 0 {
		t.Errorf("asked for: %v", sent)
	}
}

// unfound answers a removal like Graph does where it knows nothing of what is to be removed.
func unfound(path string) graphsim.Fault {
	return graphsim.Fault{Method: http.MethodDelete, PathContains: path, Status: http.StatusNotFound, Code: "Request_ResourceNotFound", Times: -1}
}

// Where Graph does not know what is to be removed, and whether it is there cannot be read, nothing is known: it
// is not taken for gone.
func TestRights_ARefusalIsNoProofWhereReadingFails(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(67), nil)
	for _, row := range rightRows(t, d.sim) {
		if row.resource.GetResourceType() == typeLicense {
			continue // which is refused in other words
		}
		if err := d.task(row, true); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		d.sim.Fail(unfound("/v1.0/"))
		d.sim.Fail(graphsim.Fault{Method: http.MethodGet, PathContains: "/v1.0/", Skip: readsBeforeRemoval(row), Status: http.StatusServiceUnavailable, Times: -1})
		if err := d.task(row, false); status.Code(err) != codes.Unavailable {
			t.Errorf("%s: %v", row.name, err)
		}
		d.sim.ClearFaults()
		if !row.held(t, d.sim) {
			t.Fatalf("%s is not held", row.name)
		}
	}
}

// readsBeforeRemoval is how many requests a revoke takes before it writes.
func readsBeforeRemoval(row rightRow) int {
	if strings.Contains(row.slug, slugOwners) {
		return 0
	}
	return 1
}

// A role's grant whose metadata cannot be read does not end every assignment.
func TestRoleRevokes_RefuseMetadataThatIsNoList(t *testing.T) {
	t.Parallel()
	g := grant.NewGrant(v2.Resource_builder{Id: connector.ResourceID(typeRole, nobody)}.Build(), slugAssigned, connector.ResourceID(typeUser, nobody),
		grant.WithGrantMetadata(map[string]any{"assignments": "all"}))
	if ids, err := namedAssignments(g); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("%v, %v", ids, err)
	}
}

// A user whom one replica does not know yet is not taken for deleted.
func TestE03_WhoIsThereIsNotTakenForDeleted(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, graphsim.Options{Seed: 29})
	id := a.someone(false)
	fault := unfound("/users/")
	fault.Times = 2
	a.sim.Fail(fault)
	if gone, err := a.remove(id); err != nil || gone {
		t.Errorf("there was none: %v, %v", gone, err)
	}
	if len(a.sim.Census().Users) > 0 && a.there(id) {
		t.Error("the user is there still")
	}
	a.sim.ClearFaults()
	other := a.someone(false)
	a.sim.Fail(unfound("/users/"))
	if _, err := a.remove(other); status.Code(err) != codes.Unavailable {
		t.Errorf("%v", err)
	}
}

// there says whether the directory has a user.
func (a *accounts) there(id string) bool {
	for _, u := range a.sim.Census().Users {
		if u.ID() == id {
			return true
		}
	}
	return false
}

// A method that is listed still has not gone, whatever the request to delete it was answered.
func TestRevokeMFA_WhatIsListedIsNotGone(t *testing.T) {
	t.Parallel()
	d := openActions(t, 103, nil)
	user := d.members(1)[0]
	d.withMethods(user, methodTypes()[:2]...)
	d.sim.Fail(unfound("/authentication/"))
	result, failure := d.invoke("revoke_mfa", map[string]any{"user_id": user})
	if failure != "" || result["success"] != false || result["deleted_count"] != 0.0 {
		t.Errorf("%v, %s", result, failure)
	}
}

// The recycle bin has other objects than users: restore_user asks for none of these.
func TestRestoreUser_RestoresNothingElse(t *testing.T) {
	t.Parallel()
	d := openActions(t, 104, nil)
	group, err := d.sim.Tenant().AddGroup(map[string]any{"displayName": "G", "securityEnabled": true})
	if err != nil {
		t.Fatal(err)
	}
	d.refuses("restore_user", map[string]any{"user_id": group}, "NotFound: ", group)
	d.wrote(0)
}

// A group that somebody else owns was not made by the same call, however like it is.
func TestCreateGroup_TakesNobodysGroup(t *testing.T) {
	t.Parallel()
	d := openActions(t, 105, nil)
	users := d.members(2)
	theirs := made(t, d.do("create_group", map[string]any{"displayName": "Zz Board", "group_type": "security", "owner": resourceArg(typeUser, users[0])}))
	ours := made(t, d.do("create_group", map[string]any{"displayName": "Zz Board", "group_type": "security", "owner": resourceArg(typeUser, users[1])}))
	if ours == theirs {
		t.Error("it takes a group that somebody else owns for its own")
	}
}

// The audit line does not say that a write failed where nobody knows.
func TestAudit_SaysWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	lost, unread := errors.New("the connection broke"), errors.New("and reading failed")
	for want, ch := range map[connector.Outcome]change{
		connector.Unknown: {write: func(context.Context) (graph.Receipt, error) { return graph.Receipt{}, lost },
			holds: func(context.Context) (bool, error) { return false, unread }},
		connector.Failed: {write: func(context.Context) (graph.Receipt, error) {
			return graph.Receipt{}, &graph.Error{Status: http.StatusForbidden, Code: "Authorization_RequestDenied"}
		}},
		connector.Recovered: {write: func(context.Context) (graph.Receipt, error) { return graph.Receipt{}, lost },
			holds: func(context.Context) (bool, error) { return true, nil }},
	} {
		core, lines := logs.New(zap.InfoLevel)
		got, _ := (&Connector{}).apply(ctxzap.ToContext(t.Context(), zap.New(core)), ch)
		if written := lines.All(); got != want || len(written) != 1 || written[0].ContextMap()["outcome"] != string(want) {
			t.Errorf("%s: %s, %v", want, got, written)
		}
	}
}
