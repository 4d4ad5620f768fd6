package graphsim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// licenceBody is a body of assignLicense.
func licenceBody(add, remove string) string {
	if add != "" {
		add = `{"skuId":"` + add + `","disabledPlans":[]}`
	}
	if remove != "" {
		remove = `"` + remove + `"`
	}
	return `{"addLicenses":[` + add + `],"removeLicenses":[` + remove + `]}`
}

// heldLicence is one of licenseAssignmentStates.
type heldLicence struct {
	SkuID           string
	AssignedByGroup *string
	DisabledPlans   []string
}

func statesOf(t *testing.T, u graphsim.Record) []heldLicence {
	t.Helper()
	raw, _ := u.Get("licenseAssignmentStates").(json.RawMessage)
	var out []heldLicence
	if raw != nil {
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (r *rig) userRecord(id string) graphsim.Record {
	return record(r.t, r.Census().Users, func(u graphsim.Record) bool { return u.ID() == id })
}

func (r *rig) used(part string) (sku string, used int) {
	s := record(r.t, r.Census().SubscribedSkus, func(s graphsim.Record) bool { return s.Text("skuPartNumber") == part })
	used, _ = s.Get("consumedUnits").(int)
	return s.Text("skuId"), used
}

// given are the licences that a user was given, and not a group.
func given(t *testing.T, u graphsim.Record) []heldLicence {
	return slices.DeleteFunc(statesOf(t, u), func(l heldLicence) bool { return l.AssignedByGroup != nil })
}

// settled is a user with a usage location and no licence but that of everybody.
func (r *rig) settled() string {
	return record(r.t, r.Census().Users, func(u graphsim.Record) bool {
		return u.Text("usageLocation") != "" && len(statesOf(r.t, u)) == 1 && len(given(r.t, u)) == 0
	}).ID()
}

func TestLicences_AssignAndRemove(t *testing.T) {
	r := writer(t, graphsim.Options{})
	one := r.settled()
	sku, used := r.used("POWER_BI_STANDARD")
	path := "/users/" + one + "/assignLicense"
	a := r.write("POST", path, licenceBody(sku, ""), 200, "")
	if created(t, a) != one {
		t.Errorf("%s", a.body)
	}
	r.write("POST", path, licenceBody(sku, ""), 200, "") // again
	if _, now := r.used("POWER_BI_STANDARD"); now != used+1 || len(given(t, r.userRecord(one))) != 1 {
		t.Errorf("%d seats of %d, %v", now, used, given(t, r.userRecord(one)))
	}
	r.write("POST", path, licenceBody("", sku), 200, "")
	if _, now := r.used("POWER_BI_STANDARD"); now != used || len(given(t, r.userRecord(one))) != 0 {
		t.Errorf("%d seats of %d, %v", now, used, given(t, r.userRecord(one)))
	}
	r.write("POST", path, licenceBody("", sku), 400, "does not have a corresponding license")
	for body, words := range map[string]string{
		`{"addLicenses":[]}`: "required", `{"addLicenses":[{"skuId":"` + sku + `","extra":1}],"removeLicenses":[]}`: "Invalid property",
		licenceBody("11111111-2222-4333-8444-555555555555", ""):                                         "does not correspond",
		`{"addLicenses":[{"skuId":"` + sku + `","disabledPlans":["` + one + `"]}],"removeLicenses":[]}`: "not part of license",
	} {
		r.write("POST", path, body, 400, words)
	}
	r.write("POST", "/users/"+sku+"/assignLicense", licenceBody(sku, ""), 404, absent)
}

func TestLicences_Refusals(t *testing.T) {
	r := writer(t, graphsim.Options{})
	one := r.settled()
	path := "/users/" + one + "/assignLicense"
	over, _ := r.used("ENTERPRISEPACK")
	r.write("POST", path, licenceBody(over, ""), 400, "does not have any available licenses")
	nowhere := record(t, r.Census().Users, func(u graphsim.Record) bool { return u.Text("usageLocation") == "" })
	power, _ := r.used("POWER_BI_STANDARD")
	r.write("POST", "/users/"+nowhere.ID()+"/assignLicense", licenceBody(power, ""), 400, "invalid usage location")
	var inherited, from string
	for _, u := range r.Census().Users {
		have := statesOf(t, u)
		if i := slices.IndexFunc(have, func(s heldLicence) bool { return s.AssignedByGroup != nil }); i >= 0 &&
			!slices.ContainsFunc(have, func(s heldLicence) bool { return s.AssignedByGroup == nil && s.SkuID == have[i].SkuID }) {
			inherited, from = u.ID(), have[i].SkuID
		}
	}
	r.write("POST", "/users/"+inherited+"/assignLicense", licenceBody("", from), 400, "inherited from a group membership and it cannot be removed directly")
}

// TestLicences_Exclusive: the smaller Exchange plan is not had beside the larger one, unless one of them is off.
func TestLicences_Exclusive(t *testing.T) {
	r := writer(t, graphsim.Options{})
	const small, plan = "4b9405b0-7788-4568-add1-99614e613b69", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
	_, err := r.Tenant().AddSubscribedSku(map[string]any{"skuId": small, "skuPartNumber": "EXCHANGESTANDARD", "appliesTo": "User", "capabilityStatus": "Enabled",
		"consumedUnits": 0, "prepaidUnits": map[string]int{"enabled": 5}, "servicePlans": []map[string]string{{"servicePlanId": plan, "servicePlanName": "EXCHANGE_S_STANDARD"}}})
	if err != nil {
		t.Fatal(err)
	}
	one := r.settled()
	path := "/users/" + one + "/assignLicense"
	large, _ := r.used("SPE_E5")
	r.write("POST", path, licenceBody(large, ""), 200, "")
	r.write("POST", path, licenceBody(small, ""), 400, "are mutually exclusive")
	off := strings.Replace(licenceBody(small, ""), "[]", fmt.Sprintf("[%q]", plan), 1)
	r.write("POST", path, off, 200, "")
	if got := given(t, r.userRecord(one)); len(got) != 2 || !slices.Equal(got[1].DisabledPlans, []string{plan}) {
		t.Errorf("%v", got)
	}
	r.write("POST", path, licenceBody(small, large), 200, "") // in the place of the other
	if got := given(t, r.userRecord(one)); len(got) != 1 || got[0].SkuID != small || len(got[0].DisabledPlans) != 0 {
		t.Errorf("%v", got)
	}
}
