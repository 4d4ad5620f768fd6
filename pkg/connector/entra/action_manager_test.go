package entra

import "testing"

// TestE06_SetManagerByIdNameOrEmployeeID also takes the manager away, and refuses who cannot be told.
func TestE06_SetManagerByIdNameOrEmployeeID(t *testing.T) {
	t.Parallel()
	d := openActions(t, 90, nil)
	users := d.members(6)
	user := users[0]
	for i, employeeID := range []string{"boss-1", "boss-2", "twice", "twice"} {
		if err := d.sim.Tenant().Update(users[i+1], map[string]any{"employeeId": employeeID}); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct{ identifier, want string }{
		{users[1], users[1]},
		{d.record(users[2]).Text("userPrincipalName"), users[2]},
		{"boss-1", users[1]},
		{" boss-2 ", users[2]},
	} {
		d.do("set_manager", map[string]any{"user_id": user, "manager_identifier": step.identifier})
		d.wrote(1)
		if _, profile := d.profile(user); profile["managerId"] != step.want {
			t.Errorf("%q makes the sync show %v, want %s", step.identifier, profile["managerId"], step.want)
		}
	}
	for _, identifier := range []string{"twice", "nobody-has-this", "nobody@contoso.com", "00000000-0000-0000-0000-00000000abcd"} {
		d.refuses("set_manager", map[string]any{"user_id": user, "manager_identifier": identifier}, "InvalidArgument: ", "manager_identifier")
	}
	if _, profile := d.profile(user); profile["managerId"] != users[2] {
		t.Errorf("a refusal changed the manager to %v", profile["managerId"])
	}
	d.do("set_manager", map[string]any{"user_id": user, "manager_identifier": ""})
	d.wrote(1)
	if _, profile := d.profile(user); profile["managerId"] != nil {
		t.Errorf("the sync still shows the manager %v", profile["managerId"])
	}
	d.do("set_manager", map[string]any{"user_id": user, "manager_identifier": ""}) // there is none any more
}
