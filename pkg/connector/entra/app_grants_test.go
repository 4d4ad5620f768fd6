package entra

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

const nobody = "99999999-9999-4999-8999-999999999999"

func TestAppGrants_RefuseWhatCannotBe(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(35), nil)
	rows := rightRows(t, d.sim)
	forUser, forApp := rows[0], rows[2]
	disabledApp, disabledRole := disabledRoleIn(t, readCensus(t, d.sim).ServicePrincipals)
	with := func(r rightRow, change func(*rightRow)) rightRow {
		change(&r)
		return r
	}
	for name, test := range map[string]struct {
		row   rightRow
		code  codes.Code
		words []string
	}{
		"a role that is disabled": {with(forUser, func(r *rightRow) {
			r.resource, r.slug = connector.ResourceID(typeApplication, disabledApp), slugAssignment+disabledRole
		}), codes.FailedPrecondition, []string{disabledRole, "is disabled"}},
		"a role that is gone": {with(forUser, func(r *rightRow) { r.slug = slugAssignment + nobody }), codes.FailedPrecondition, []string{"no longer has the role"}},
		"a role for users, to an application": {with(forUser, func(r *rightRow) { r.holder = forApp.holder }),
			codes.FailedPrecondition, []string{"for users and groups"}},
		"a role for applications, to a user": {with(forApp, func(r *rightRow) { r.holder = forUser.holder }), codes.FailedPrecondition, []string{"is for applications"}},
		"an application that is gone": {with(forUser, func(r *rightRow) { r.resource = connector.ResourceID(typeApplication, nobody) }),
			codes.FailedPrecondition, []string{nobody, "is gone"}},
		"a user who is gone": {with(forUser, func(r *rightRow) { r.holder = connector.ResourceID(typeUser, nobody) }),
			codes.FailedPrecondition, []string{nobody, "deleted"}},
		"an owner who is gone":  {with(rows[3], func(r *rightRow) { r.holder = connector.ResourceID(typeUser, nobody) }), codes.FailedPrecondition, []string{"deleted"}},
		"a group as an owner":   {with(rows[3], func(r *rightRow) { r.holder = rows[1].holder }), codes.FailedPrecondition, []string{"type group"}},
		"a licence as a holder": {with(forUser, func(r *rightRow) { r.holder = connector.ResourceID(typeLicense, skuForAll) }), codes.FailedPrecondition, []string{"type license"}},
		"another entitlement":   {with(forUser, func(r *rightRow) { r.slug = "members" }), codes.InvalidArgument, []string{"members"}},
	} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			d.written()
			_, err := d.grant(test.row)
			d.refusedWith(err, test.code, test.words...)
		})
	}
}

func disabledRoleIn(t *testing.T, apps []censusApp) (app, role string) {
	t.Helper()
	for _, a := range apps {
		for _, r := range a.AppRoles {
			if !r.Enabled && a.Kind == "Application" {
				return a.ID, r.ID
			}
		}
	}
	t.Fatal("no role is disabled")
	return "", ""
}

// TestAppGrants_RevokeAtTheGroup: a role that comes through a group is not the holder's to lose.
func TestAppGrants_RevokeAtTheGroup(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(36), nil)
	group := rightRows(t, d.sim)[1]
	member := newMember(t, d, group.holder.GetResource())
	if err := d.task(group, true); err != nil {
		t.Fatal(err)
	}
	mine := group
	mine.holder = member
	derived := d.synced().Grants[mine.id()]
	if derived == nil {
		t.Fatal("the role does not reach the member")
	}
	d.written()
	_, err := d.revoke(derived)
	d.refusedWith(err, codes.FailedPrecondition, group.holder.GetResource(), "revoke the membership")
	if err := d.task(group, false); err != nil {
		t.Fatal(err)
	}
	if err := d.task(mine, false); err != nil {
		t.Errorf("what is gone is revoked already: %v", err)
	}
}
