package onelogin

import (
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// O09: an app that is read by itself tells in scim_provisioned whether OneLogin makes accounts in it. The list of apps
// does not tell, and a sync asks for no app by itself: that would be a request per row.
func TestO09_AnAppByItselfTellsWhetherItIsProvisioned(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, smallAccount(73))
	c := connectTo(t, sim)
	told := map[bool]int{}
	for _, app := range sim.Census().Apps {
		r, _, err := (&appSyncer{c}).Get(t.Context(), connector.ResourceID(typeApp, text(app.ID)), nil)
		if err != nil {
			t.Fatalf("seed 73: app %d: %v", app.ID, err)
		}
		if got := r.GetProfile().GetFields()["scim_provisioned"].GetBoolValue(); got != app.Provisioned {
			t.Errorf("seed 73: app %d: scim_provisioned is %v, want %v", app.ID, got, app.Provisioned)
		}
		told[app.Provisioned]++
	}
	if told[true] == 0 || told[false] == 0 {
		t.Errorf("seed 73: %d apps are provisioned, and %d are not: the test shows nothing", told[true], told[false])
	}
	sim.ResetHistory()
	for key, r := range contentsOf(t, sim).Resources {
		if _, tells := r.GetProfile().GetFields()["scim_provisioned"]; tells {
			t.Errorf("seed 73: %s tells in the list", key)
		}
	}
	for _, r := range sim.History() {
		if strings.HasPrefix(r.Path, "/api/2/apps/") && !strings.HasSuffix(r.Path, "/users") {
			t.Errorf("seed 73: %s was asked for", r.Path)
		}
	}
}
