package entra

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// newMember makes a user who is a member of a group and of nothing else.
func newMember(t *testing.T, d *rightsDesk, group string) *v2.ResourceId {
	t.Helper()
	id, err := d.sim.Tenant().AddUser(map[string]any{"displayName": "Added", "userPrincipalName": "added@example.com", "userType": "Member",
		"accountEnabled": true, "usageLocation": "DE"})
	if err == nil && group != "" {
		err = d.sim.Tenant().AddMember(group, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return connector.ResourceID(typeUser, id)
}

// named are the ids of the assignments that metadata among annotations names.
func named(t *testing.T, notes annotations.Annotations) []string {
	t.Helper()
	ids, err := namedAssignments(v2.Grant_builder{Annotations: notes}.Build())
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// narrow gives the row's holder the role within a scope, and returns the id of the assignment.
func narrow(t *testing.T, d *rightsDesk, row rightRow) string {
	t.Helper()
	id, err := d.sim.Tenant().AddRoleAssignment(row.resource.GetResource(), row.holder.GetResource(), "/administrativeUnits/"+nobody)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestRoleGrants_AreTenantWide: an assignment within a scope is not enough for a grant, and a revoke ends
// exactly what the grant names.
func TestRoleGrants_AreTenantWide(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(41), nil)
	row := rightRows(t, d.sim)[5]
	before := narrow(t, d, row)
	d.written()
	made, err := d.grant(row)
	d.want("grant", err, 1, made.GetAnnotations(), nil)
	both := named(t, made.GetGrants()[0].GetAnnotations())
	if len(both) != 2 || !slices.Contains(both, before) {
		t.Errorf("the grant names %v, and not %s and another", both, before)
	}
	if listed := named(t, d.synced().Grants[row.id()].GetAnnotations()); !slices.Equal(listed, both) {
		t.Errorf("the sync names %v, the grant %v", listed, both)
	}
	d.written()
	wide := slices.DeleteFunc(slices.Clone(both), func(id string) bool { return id == before })
	g := row.bare()
	g.SetAnnotations(roleGrant(rolePair{row.resource.GetResource(), row.holder.GetResource()}, typeUser, []scoped{{ID: wide[0], Scope: "/"}}).GetAnnotations())
	gone, err := d.revoke(g)
	d.want("revoke", err, 1, gone.GetAnnotations(), nil)
	if ended := named(t, gone.GetAnnotations()); !slices.Equal(ended, wide) {
		t.Errorf("the answer names %v, want %v", ended, wide)
	}
	if left := named(t, d.synced().Grants[row.id()].GetAnnotations()); !slices.Equal(left, []string{before}) {
		t.Errorf("%v are left, want %s", left, before)
	}
	d.written()
	again, err := d.revoke(g)
	d.want("revoke again", err, 0, again.GetAnnotations(), &v2.GrantAlreadyRevoked{})
}

// TestRoleGrants_WithoutMetadataAllAreEnded, at every scope.
func TestRoleGrants_WithoutMetadataAllAreEnded(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(42), nil)
	row := rightRows(t, d.sim)[5]
	narrow(t, d, row)
	if err := d.task(row, true); err != nil {
		t.Fatal(err)
	}
	d.written()
	gone, err := d.revoke(row.bare())
	d.want("revoke", err, 2, gone.GetAnnotations(), nil)
	if ended := named(t, gone.GetAnnotations()); len(ended) != 2 || row.held(t, d.sim) {
		t.Errorf("ended %v", ended)
	}
}

func TestRoleGrants_RefuseWhatCannotBe(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(43), nil)
	row := rightRows(t, d.sim)[5]
	off, plain := row, row
	for _, r := range d.sim.Census().RoleDefinitions {
		if r.Get("isEnabled") == false {
			off.resource = connector.ResourceID(typeRole, r.ID())
		}
	}
	for _, g := range d.sim.Census().Groups {
		if g.Get("isAssignableToRole") != true {
			plain.holder = connector.ResourceID(typeGroup, g.ID())
		}
	}
	goneRole, goneUser, goneGroup, wrong := row, row, row, row
	goneRole.resource = connector.ResourceID(typeRole, nobody)
	goneUser.holder = connector.ResourceID(typeUser, nobody)
	goneGroup.holder = connector.ResourceID(typeGroup, nobody)
	wrong.holder = connector.ResourceID(typeLicense, skuForAll)
	for _, test := range []struct {
		row  rightRow
		word string
	}{
		{off, "is disabled"}, {plain, "not made role-assignable"}, {goneRole, "is gone"}, {goneUser, "was deleted"},
		{goneGroup, "is gone"}, {wrong, "type license"},
	} {
		d.written()
		_, err := d.grant(test.row)
		d.refusedWith(err, codes.FailedPrecondition, test.word)
	}
}

// TestRoleGrants_RevokeAtTheGroup: who has a role as a member of a group loses it there.
func TestRoleGrants_RevokeAtTheGroup(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(44), nil)
	group := rightRows(t, d.sim)[6]
	mine := group
	mine.holder = newMember(t, d, group.holder.GetResource())
	if err := d.task(group, true); err != nil {
		t.Fatal(err)
	}
	derived := d.synced().Grants[mine.id()]
	if derived == nil {
		t.Fatal("the role does not reach the member")
	}
	for _, g := range []*v2.Grant{derived, mine.bare()} {
		d.written()
		_, err := d.revoke(g)
		d.refusedWith(err, codes.FailedPrecondition, group.holder.GetResource(), "revoke the membership")
	}
}

// activated is a tenant in which Graph refuses to end an assignment, and Privileged Identity Management says
// that its holder has activated it.
type activated struct{ next http.RoundTripper }

func (a activated) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/roleAssignmentScheduleInstances") {
		return canned(req, http.StatusOK, `{"value":[{"id":"i1","assignmentType":"Activated","memberType":"Direct","directoryScopeId":"/"}]}`), nil
	}
	if req.Method == http.MethodDelete {
		return canned(req, http.StatusBadRequest, `{"error":{"code":"Request_BadRequest","message":"The assignment cannot be removed."}}`), nil
	}
	return a.next.RoundTrip(req)
}

func canned(req *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
}

func TestRoleGrants_SayThatAnAssignmentIsActivated(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(45), nil)
	row := rightRows(t, d.sim)[5]
	if err := d.task(row, true); err != nil {
		t.Fatal(err)
	}
	c, err := newConnector(settingsOf(d.sim), func(string) bool { return true },
		surroundings{base: activated{d.sim.Client().Transport}, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	d.c = c
	d.written()
	d.refusedWith(d.task(row, false), codes.FailedPrecondition, "has activated", "eligibility")
	// A tenant without it says what Graph said.
	d.c = connectTo(t, d.sim, &testkit.QuickClock{})
	d.sim.Fail(graphsim.Fault{Method: http.MethodDelete, Status: 400, Message: "Not this one."})
	d.refusedWith(d.task(row, false), codes.InvalidArgument, "Not this one.")
}

// TestRoleGrants_UnreadableMetadataEndsNothing: it must not pass for none, which ends all.
func TestRoleGrants_UnreadableMetadataEndsNothing(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(46), nil)
	row := rightRows(t, d.sim)[5]
	if err := d.task(row, true); err != nil {
		t.Fatal(err)
	}
	g := row.bare()
	g.SetAnnotations(roleGrant(rolePair{"r", "p"}, typeUser, []scoped{{Scope: "/"}}).GetAnnotations())
	d.written()
	_, err := d.revoke(g)
	d.refusedWith(err, codes.FailedPrecondition, "without an id")
	if !row.held(t, d.sim) {
		t.Error("it was ended")
	}
}
