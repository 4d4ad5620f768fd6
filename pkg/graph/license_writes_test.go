package graph

import (
	"net/http"
	"testing"
)

func TestWhyNoLicense(t *testing.T) {
	for message, want := range map[string]LicenseRefusal{
		"License assignment cannot be done for user with invalid usage location.":                            LicenseNeedsLocation,
		"Subscription with SKU x does not have any available licenses.":                                      LicensesUsedUp,
		"License assignment failed because service plans a, b are mutually exclusive.":                       LicenseExcluded,
		"License assignment failed because service plan a depends on the service plan(s) b.":                 LicenseDepends,
		"User license is inherited from a group membership and it cannot be removed directly from the user.": LicenseInherited,
		"User does not have a corresponding license.":                                                        LicenseNotHeld,
		"Something else.": LicenseRefusedOtherwise,
	} {
		if got := WhyNoLicense(refused(http.StatusBadRequest, "Request_BadRequest", message)); got != want {
			t.Errorf("%q is taken for %q", message, got)
		}
	}
	if WhyNoLicense(refused(http.StatusForbidden, "", "mutually exclusive")) != LicenseRefusedOtherwise {
		t.Error("another status is no refusal of a licence")
	}
}
