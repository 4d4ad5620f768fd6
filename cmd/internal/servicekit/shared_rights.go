//go:build unix

package servicekit

import (
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// Each kind of right is granted and revoked with what the last sync brought, in one write each. The same task once more
// is a success without a write that says so, and the next sync shows it.
func grantsAndRevokesEachKindOfRight(t *testing.T, c Connector) {
	d := serve(t, c)
	user := d.account.Newcomer(t)
	rights := d.account.Rights(t, user)
	before := d.Synced(conductoronesim.SyncOptions{})
	principal := Row(t, before.Resources, c.User+":"+user, &v2.Resource{})
	answers := map[string]*v2.Grant{}
	for _, r := range rights {
		task := conductoronesim.Grant(Row(t, before.Entitlements, r.ID, &v2.Entitlement{}), principal)
		d.account.ResetHistory()
		answer := Done[*v2.GrantManagerServiceGrantResponse](d.Service, task)
		d.WantWritten(r.Grant)
		if len(answer.GetGrants()) != 1 || answer.GetGrants()[0].GetId() != r.ID+":"+c.User+":"+user {
			t.Fatalf("the grant of %s brought %v", r.ID, answer.GetGrants())
		}
		answers[r.ID] = answer.GetGrants()[0]
		WantNote(t, d.Do(task), &v2.GrantAlreadyExists{})
		d.WantWritten()
	}
	after := d.Synced(conductoronesim.SyncOptions{})
	for _, r := range rights {
		grant := Row(t, after.Grants, answers[r.ID].GetId(), &v2.Grant{})
		if !proto.Equal(grant.GetEntitlement().GetResource().GetId(), answers[r.ID].GetEntitlement().GetResource().GetId()) {
			t.Errorf("%s: the grant was of %v", grant.GetId(), answers[r.ID].GetEntitlement().GetResource().GetId())
		}
		task := conductoronesim.Revoke(grant)
		d.account.ResetHistory()
		Done[*v2.GrantManagerServiceRevokeResponse](d.Service, task)
		d.WantWritten(r.Revoke)
		WantNote(t, d.Do(task), &v2.GrantAlreadyRevoked{})
		d.WantWritten()
	}
	WantSame(t, d.Synced(conductoronesim.SyncOptions{}), before)
}

// Of an entitlement and a principal the ids are enough.
func grantsByIDsAlone(t *testing.T, c Connector) {
	d := serve(t, c)
	user := d.account.Newcomer(t)
	right := d.account.Rights(t, user)[0]
	d.account.ResetHistory()
	answer := Done[*v2.GrantManagerServiceGrantResponse](d.Service, grantOf(right, c.User, user))
	d.WantWritten(right.Grant)
	Done[*v2.GrantManagerServiceRevokeResponse](d.Service, conductoronesim.Revoke(answer.GetGrants()[0]))
	d.WantWritten(right.Revoke)
}

// grantOf is the task that gives a right to a user, by their ids.
func grantOf(r Right, resourceType, user string) conductoronesim.Task {
	return conductoronesim.Grant(EntitlementOf(r.ID), v2.Resource_builder{Id: ResourceID(resourceType, user)}.Build())
}

// Where provisioning is not switched on, every task that grants, creates or removes is refused for good, and nothing is
// sent. Syncs, events and actions go on.
func refusesToProvision(t *testing.T, c Connector) {
	d := open(t, c, nil)
	d.Begin()
	user := d.account.Newcomer(t)
	right, account := d.account.Rights(t, user)[0], ResourceID(c.User, user)
	full := d.Synced(conductoronesim.SyncOptions{})
	held := v2.Grant_builder{Id: right.ID + ":" + c.User + ":" + user, Entitlement: EntitlementOf(right.ID), Principal: v2.Resource_builder{Id: account}.Build()}.Build()
	for _, task := range []conductoronesim.Task{
		grantOf(right, c.User, user),
		conductoronesim.Revoke(Row(t, full.Grants, full.Grants.IDs()[0], &v2.Grant{})),
		conductoronesim.Revoke(held),
		conductoronesim.CreateAccount(c.User, c.Form("noor.new"), conductoronesim.RandomPassword),
		conductoronesim.RotateCredentials(account, conductoronesim.RandomPassword),
		conductoronesim.DeleteResource(account),
		conductoronesim.CreateResource(v2.Resource_builder{Id: account}.Build()),
		conductoronesim.IssueCredential(account, "credential", "client_secret", time.Time{}),
	} {
		refused := d.Refused(task, codes.FailedPrecondition, "provisioning is not enabled")
		if n := d.account.Asked(""); n > 0 || !refused.NonRetryable {
			t.Errorf("%s: the directory was asked %d times; it may be tried again: %v", refused.Type, n, !refused.NonRetryable)
		}
	}
	got := d.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{c.User}})
	if id := c.User + ":" + user; got.Resources[id] != full.Resources[id] {
		t.Errorf("the user has changed: %s", got.Resources[id])
	}
	d.WantFeeds(c.Feed)
	d.account.ResetHistory()
	d.Invoke(conductoronesim.InvokeAction("disable_user", "", map[string]any{"user_id": user}))
	d.WantWritten(c.Disable)
}
