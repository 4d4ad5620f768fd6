package oneloginsim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func TestRoleWritesTakeBareArrays(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	c := d.sim.Census()
	role, a, b := c.Roles[1], c.Users[0].ID, c.Users[1].ID // nobody is in the role
	path := fmt.Sprintf("/api/2/roles/%d/users", role.ID)
	d.want(200, fmt.Sprintf(`[{"id":%d},{"id":%d}]`, a, b), "POST", path, fmt.Sprintf(`[%d,"%d"]`, a, b))
	d.want(200, "", "POST", path, fmt.Sprintf(`[%d]`, a))
	if got := d.sim.Census().Roles[1].Members; !slices.Equal(got, []int64{a, b}) {
		t.Errorf("%v", got)
	}
	d.want(200, fmt.Sprintf(`"id":%d`, role.ID), "PUT", fmt.Sprintf("/api/2/roles/%d", role.ID), `{"users":[]}`)
	if n := len(d.sim.Census().Roles[1].Members); n != 2 {
		t.Errorf("an empty array left %d members", n)
	}
	d.want(204, "", "DELETE", path, fmt.Sprintf(`[%d]`, b))
	if got := d.sim.Census().Roles[1].Members; !slices.Equal(got, []int64{a}) {
		t.Errorf("%v", got)
	}
	everybody := d.want(200, `"assigned":false`, "GET", path+"?include_unassigned=true&limit=100", "")
	if everybody.header.Get("Total-Count") != "200" {
		t.Errorf("%v", everybody.header)
	}
}

func TestEveryWriteLeavesAnEvent(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{Events: -1})
	c := d.sim.Census()
	user, role, app, privilege := c.Users[40].ID, c.Roles[1].ID, c.Apps[0].ID, c.Privileges[1].ID
	v1, v2 := fmt.Sprintf("/api/1/users/%d", user), fmt.Sprintf("/api/2/users/%d", user)
	for _, w := range []struct {
		status             int
		types              string
		method, path, body string
	}{
		{201, "533", "POST", "/api/2/users", `{"email":"new@acme.example"}`},
		{200, "529,512", "PUT", v2, `{"custom_attributes":{"office":"1"}}`},
		{200, "529,21", "PUT", v2, `{"status":2}`},
		{200, "529,32", "PUT", v2, `{"status":1}`},
		{200, "531", "PUT", v1 + "/lock_user", `{"locked_until":5}`},
		{200, "12", "POST", v2 + "/unlock", ""},
		{200, "7", "PUT", v1 + "/logout", ""},
		{200, "529", "PUT", v1 + "/set_state", `{"state":2}`},
		{200, "11", "PUT", fmt.Sprintf("/api/1/users/set_password_clear_text/%d", user), `{"password":"x","password_confirmation":"x"}`},
		{200, "512", "PUT", v1 + "/set_custom_attributes", `{"custom_attributes":{"office":""}}`},
		{200, "513", "PUT", v1 + "/add_roles", fmt.Sprintf(`{"role_id_array":[%d]}`, role)},
		{200, "514", "PUT", v1 + "/remove_roles", fmt.Sprintf(`{"role_id_array":[%d]}`, role)},
		{200, "513", "POST", fmt.Sprintf("/api/2/roles/%d/users", role), fmt.Sprintf(`[%d]`, user)},
		{204, "514", "DELETE", fmt.Sprintf("/api/2/roles/%d/users", role), fmt.Sprintf(`[%d]`, user)},
		{200, "151", "POST", fmt.Sprintf("/api/2/roles/%d/admins", role), fmt.Sprintf(`[%d]`, user)},
		{204, "152", "DELETE", fmt.Sprintf("/api/2/roles/%d/admins", role), fmt.Sprintf(`[%d]`, user)},
		{200, "1,2", "PUT", fmt.Sprintf("/api/2/roles/%d/apps", c.Roles[2].ID), ""},
		{201, "72", "POST", "/api/1/privileges/" + privilege + "/users", fmt.Sprintf(`{"users":[%d]}`, user)},
		{204, "73", "DELETE", fmt.Sprintf("/api/1/privileges/%s/users/%d", privilege, user), ""},
		{204, "530", "DELETE", v2, ""},
	} {
		if w.types == "1,2" { // one app in the place of the others
			w.body = fmt.Sprintf(`[%d]`, app)
		}
		before := d.sim.Census().Events
		d.want(w.status, "", w.method, w.path, w.body)
		got := d.eventsSince(before)
		for typ := range strings.SplitSeq(w.types, ",") {
			if typ != "1" && !strings.Contains(got, `"event_type_id":`+typ+`,`) {
				t.Errorf("%s %s left no event %s: %s", w.method, w.path, typ, got)
			}
		}
	}
}

// eventsSince are the events after the first so many, as the API shows them.
func (d *door) eventsSince(n int) string {
	d.t.Helper()
	fresh := d.sim.Census().Events - n
	if fresh < 1 {
		return ""
	}
	return d.want(200, "", "GET", fmt.Sprintf("/api/1/events?limit=%d", fresh), "").body
}

func TestMappings(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{MappingDelay: time.Minute, LastActionField: true})
	c := d.sim.Census()
	role, user := c.Roles[1].ID, c.Users[40].ID
	d.sim.Account().AddMapping("custom_attribute_office", "Bonn", role)
	path := fmt.Sprintf("/api/2/users/%d", user)
	member := func() bool { return slices.Contains(d.sim.Census().Roles[1].Mapped, user) }
	d.want(200, "", "PUT", path+"?mappings=disabled", `{"custom_attributes":{"office":"Bonn"}}`)
	d.clock.advance(time.Hour)
	if member() {
		t.Error("mappings ran that were disabled")
	}
	d.want(200, "", "PUT", path, `{"title":"x"}`)
	if member() {
		t.Error("mappings ran at once that were not asked to")
	}
	d.clock.advance(time.Minute)
	if !member() {
		t.Error("mappings did not run later")
	}
	d.want(400, "come from mappings", "PUT", fmt.Sprintf("/api/1/users/%d/remove_roles", user), fmt.Sprintf(`{"role_id_array":[%d]}`, role))
	d.want(204, "", "DELETE", fmt.Sprintf("/api/2/roles/%d/users", role), fmt.Sprintf(`[%d]`, user))
	if member() {
		t.Error("it was not removed")
	}
	d.want(200, fmt.Sprint(role), "PUT", path+"?mappings=sync", `{"custom_attributes":{"office":"Bonn","c1_last_action":"1"}}`)
	if !member() {
		t.Error("the mapping did not give it back")
	}
	if n := len(rows(t, d.do("GET", "/api/2/mappings", "").body)); n != 2 {
		t.Errorf("%d mappings are on", n)
	}
}

func TestWhatAWriteDoesToTheRest(t *testing.T) {
	t.Parallel()
	for _, o := range []oneloginsim.Options{{}, {AttributesMerged: true, GroupStays: true, DuplicateStatus: 400}} {
		d := open(t, o)
		u, other := d.sim.Census().Users[0], d.sim.Census().Users[50]
		path := fmt.Sprintf("/api/2/users/%d", u.ID)
		body := d.want(200, "", "PUT", path, `{"custom_attributes":{"office":"3"},"group_id":null}`).body
		if kept := !strings.Contains(body, `"cost_center":null`); kept != o.AttributesMerged {
			t.Errorf("%+v: %s", o, body)
		}
		if stays := d.sim.Census().Users[0].Group == u.Group; u.Group != 0 && stays != o.GroupStays {
			t.Errorf("%+v: the group is %d", o, d.sim.Census().Users[0].Group)
		}
		status := 422
		if o.DuplicateStatus != 0 {
			status = o.DuplicateStatus
		}
		d.want(status, "must be unique", "PUT", path, `{"email":"`+strings.ToUpper(other.Email)+`"}`)
		if now := d.sim.Census().Users[0]; now.Email != u.Email || now.Fields["title"] != u.Fields["title"] {
			t.Errorf("%+v: %+v", o, now)
		}
	}
}

func TestEventsShowLate(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{Events: -1, EventLag: time.Hour})
	for range 20 {
		d.sim.Account().AddEvent(5, map[string]any{"user_id": int64(1)})
	}
	seen := func() int { return strings.Count(d.do("GET", "/api/1/events", "").body, `"event_type_id":5,`) }
	early := seen()
	d.clock.advance(30 * time.Minute)
	middle := seen()
	d.clock.advance(30 * time.Minute)
	if late := seen(); early != 0 || middle == 0 || middle == 20 || late != 20 {
		t.Errorf("%d, %d and %d of 20 events show", early, middle, late)
	}
}
