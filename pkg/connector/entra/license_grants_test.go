package entra

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// licenseRow is the licence of a product for a user.
func licenseRow(sku, user string) rightRow {
	return rightRow{"licence", connector.ResourceID(typeLicense, sku), slugAssigned, connector.ResourceID(typeUser, user), licenseRights}
}

// TestLicenseGrants_EachRefusalHasItsSentence: what Graph refuses, and what is known beforehand.
func TestLicenseGrants_EachRefusalHasItsSentence(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(51), nil)
	user := newMember(t, d, "").GetResource()
	tenant := d.sim.Tenant()
	nowhere, err := tenant.AddUser(map[string]any{"displayName": "Nowhere", "userPrincipalName": "nowhere@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	says := func(message string) *graphsim.Fault {
		return &graphsim.Fault{PathContains: "/assignLicense", Status: 400, Code: "Request_BadRequest", Message: message}
	}
	group := licenseRow(skuForAll, user)
	group.holder = connector.ResourceID(typeGroup, d.sim.Census().Groups[0].ID())
	for name, test := range map[string]struct {
		row   rightRow
		fault *graphsim.Fault
		words []string
	}{
		"no usage location": {licenseRow(skuForAll, nowhere), nil, []string{nowhere, "usageLocation"}},
		"a usage location where it is not offered": {licenseRow(skuForAll, user),
			says("License assignment cannot be done for user with invalid usage location."), []string{"usageLocation"}},
		"no seat":            {licenseRow("6fd2c87f-b296-42f0-b197-1e91e994b900", user), nil, []string{"no seat", user}},
		"exclusive services": {licenseRow(addExclusive(t, d, user), user), nil, []string{"exclude"}},
		"a service that another needs": {licenseRow(skuForAll, user),
			says("License assignment failed because service plan a depends on the service plan(s) b."), []string{"depends on"}},
		"a user who is gone": {licenseRow(skuForAll, nobody), nil, []string{nobody, "is gone"}},
		"a group":            {group, nil, []string{"licences of group", "admin center"}},
	} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			if test.fault != nil {
				d.sim.Fail(*test.fault)
			}
			d.written()
			_, err := d.grant(test.row)
			d.refusedWith(err, codes.FailedPrecondition, test.words...)
			d.sim.ClearFaults()
		})
	}
}

// addExclusive gives a user a product, and adds one whose service cannot be had beside it.
func addExclusive(t *testing.T, d *rightsDesk, user string) string {
	t.Helper()
	const e5, smallExchange = "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
	_, err := d.sim.Tenant().AddSubscribedSku(map[string]any{"skuId": newSku(0), "skuPartNumber": "EXCHANGE", "appliesTo": "User", "consumedUnits": 0,
		"capabilityStatus": "Enabled", "prepaidUnits": map[string]int{"enabled": 10},
		"servicePlans": []map[string]string{{"servicePlanId": smallExchange, "servicePlanName": "EXCHANGE_S_STANDARD"}}})
	if err == nil {
		err = d.sim.Tenant().AssignLicense(user, e5)
	}
	if err != nil {
		t.Fatal(err)
	}
	return newSku(0)
}

// TestLicenseGrants_AreRevokedAtTheGroup where a group gives them; what is given directly as well is taken.
func TestLicenseGrants_AreRevokedAtTheGroup(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(52), nil)
	var row rightRow
	for _, u := range readCensus(t, d.sim).Users {
		for _, l := range u.Licenses {
			if l.ByGroup != nil && len(u.Licenses) == 1 {
				row = licenseRow(l.SkuID, u.ID)
			}
		}
	}
	if row.holder == nil {
		t.Fatal("nobody has a licence through a group alone")
	}
	d.written()
	_, err := d.revoke(row.bare())
	d.refusedWith(err, codes.FailedPrecondition, "member of group", "revoke the membership")
	mine := licenseRow(skuForAll, row.holder.GetResource())
	if err := d.task(mine, true); err != nil {
		t.Fatal(err)
	}
	d.sim.Fail(graphsim.Fault{PathContains: "/assignLicense", Status: 400,
		Message: "User license is inherited from a group membership and it cannot be removed directly from the user."})
	d.written()
	_, err = d.revoke(mine.bare())
	d.refusedWith(err, codes.FailedPrecondition, "through a group")
	// That there is none is believed only where it is not seen.
	d.sim.Fail(graphsim.Fault{PathContains: "/assignLicense", Times: 2, Status: 400, Message: "User does not have a corresponding license."})
	if err := d.task(mine, false); err != nil || mine.held(t, d.sim) {
		t.Error(err)
	}
}

// TestLicenseGrants_LeaveServicesAsTheyAre: who has a licence with services switched off keeps it so.
func TestLicenseGrants_LeaveServicesAsTheyAre(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(53), nil)
	user := newMember(t, d, "").GetResource()
	const e5, teams = "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "57ff2da0-773e-42df-b2af-ffb7a2317929"
	if err := d.sim.Tenant().AssignLicense(user, e5, teams); err != nil {
		t.Fatal(err)
	}
	d.written()
	if err := d.task(licenseRow(e5, user), true); err != nil || d.written() != 0 {
		t.Errorf("it was written, %v", err)
	}
}

// TestLicenseGrants_TakeTurnsAtAUser: changes of one user's licences at once would be refused.
func TestLicenseGrants_TakeTurnsAtAUser(t *testing.T) {
	t.Parallel()
	o := rightsTenant(54)
	o.WriteHold = 2 * time.Millisecond
	d := openRightsDesk(t, o, nil)
	user := newMember(t, d, "").GetResource()
	var rows []rightRow
	for range 20 {
		id, err := d.sim.Tenant().AddSubscribedSku(map[string]any{"skuId": newSku(len(rows)), "skuPartNumber": "ADDED", "appliesTo": "User",
			"capabilityStatus": "Enabled", "prepaidUnits": map[string]int{"enabled": 10}, "servicePlans": []any{}, "consumedUnits": 0})
		if err != nil {
			t.Fatal(id, err)
		}
		rows = append(rows, licenseRow(newSku(len(rows)), user))
	}
	for _, give := range []bool{true, false} {
		d.sim.ResetHistory()
		d.atOnce(rows, give)
		if clashes := clashesIn(d.sim); clashes != 0 || d.written() != len(rows) {
			t.Errorf("grant %t: %d clashes", give, clashes)
		}
		for _, row := range rows {
			if row.held(t, d.sim) != give {
				t.Errorf("grant %t: %s", give, row.id())
			}
		}
	}
	if n := d.c.turns.Held(); n != 0 {
		t.Errorf("%d users are remembered", n)
	}
	d.synced()
}

func newSku(n int) string {
	return "77777777-7777-4777-8777-7777777777" + string(rune('0'+n/10)) + string(rune('0'+n%10))
}

// atOnce does tasks side by side.
func (d *rightsDesk) atOnce(rows []rightRow, give bool) {
	var all sync.WaitGroup
	for _, row := range rows {
		all.Go(func() {
			if err := d.task(row, give); err != nil {
				d.t.Errorf("grant %t of %s: %v", give, row.id(), err)
			}
		})
	}
	all.Wait()
}

func clashesIn(sim *graphsim.Server) int {
	n := 0
	for _, r := range sim.History() {
		if r.Status == http.StatusConflict && strings.HasPrefix(r.Path, "/v1.0/") {
			n++
		}
	}
	return n
}
