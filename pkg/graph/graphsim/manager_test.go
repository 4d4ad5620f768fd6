package graphsim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestManager(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now, ReplicationDelay: time.Minute})
	u, first, second := r.person(true), r.Census().Users[1].ID(), r.Census().Users[2].ID()
	path := "/users/" + u.ID() + "/manager"
	must(t, r.Tenant().SetManager(u.ID(), ""))
	manager := func() string {
		var m struct{ ID string }
		if a := r.get(path + "?$select=id"); a.status == 200 {
			unpack(t, a.body, &m)
		}
		return m.ID
	}
	r.write("DELETE", path+"/$ref", "", 404, "")
	r.write("PUT", path+"/$ref", r.ref(first), 204, "")
	if manager() != "" || r.userNow(u.ID()).Manager != first {
		t.Errorf("manager %q, in truth %q", manager(), r.userNow(u.ID()).Manager)
	}
	c.move(time.Minute)
	r.write("PUT", path+"/$ref", r.ref(second), 204, "")
	if manager() != first {
		t.Errorf("%q is shown at once, want %q", manager(), first)
	}
	c.move(time.Minute)
	if manager() != second {
		t.Errorf("%q is shown later, want %q", manager(), second)
	}
	r.write("DELETE", path+"/$ref", "", 204, "")
	r.write("DELETE", path+"/$ref", "", 404, "")
	c.move(time.Minute)
	r.refused(path, 404, "Request_ResourceNotFound")
	r.write("PUT", path+"/$ref", r.ref(r.Census().Groups[0].ID()), 400, "manager")
	r.write("PUT", path+"/$ref", r.ref("00000000-0000-4000-8000-000000000000"), 404, "")
	r.write("PUT", path+"/$ref", fmt.Sprintf(`{"@odata.id":"https://graph.example.com/v1.0/users/%s"}`, first), 400, "")
}
