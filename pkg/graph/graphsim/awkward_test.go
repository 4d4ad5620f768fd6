package graphsim_test

import (
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestNew_AwkwardData: names that are missing, that are there twice, and a manager that is gone.
func TestNew_AwkwardData(t *testing.T) {
	r := start(t, graphsim.Options{})
	c := r.Census()
	record(t, c.ServicePrincipals, func(sp graphsim.Record) bool { return sp.Get("displayName") == nil })
	record(t, c.Applications, func(a graphsim.Record) bool { return a.Get("displayName") == nil })
	for name, records := range map[string][]graphsim.Record{"users": c.Users, "groups": c.Groups, "service principals": c.ServicePrincipals} {
		seen, twice := map[string]bool{}, 0
		for _, x := range records {
			if seen[x.Text("displayName")] {
				twice++
			}
			seen[x.Text("displayName")] = true
		}
		if twice == 0 {
			t.Errorf("no two %s have one name", name)
		}
	}
	orphan := r.ok("/users?$select=id&$expand=manager($select=id)&$top=999").Value[20]
	if _, there := orphan["manager"]; there || c.Users[20].Manager != "" {
		t.Errorf("the manager of user 20 is not gone: %v", orphan)
	}
	missing, enterprise := 0, map[string]bool{}
	for _, sp := range c.ServicePrincipals {
		enterprise[sp.Text("appId")] = true
	}
	for _, a := range c.Applications {
		if !enterprise[a.Text("appId")] {
			missing++
		}
	}
	if missing != 2 {
		t.Errorf("%d registrations without a service principal, want 2", missing)
	}
}
