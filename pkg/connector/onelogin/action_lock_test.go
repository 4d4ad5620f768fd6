package onelogin

import "testing"

// Whoever is suspended or not activated cannot sign in, and is not locked: the end of the lock would make the user active.
func TestActions_LockLeavesADisabledUserDisabled(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 35, nil, nil)
	for _, status := range []int64{0, 2} {
		id := d.people(1)[0]
		if err := d.sim.Account().UpdateUser(id, map[string]any{"status": status}); err != nil {
			t.Fatal(err)
		}
		d.sim.ResetHistory()
		for _, name := range []string{"lock_user", "unlock_user"} {
			if _, err := d.act(t.Context(), name, map[string]any{"user_id": numbered(id)}); err != nil || d.user(id).Status != status {
				t.Errorf("%s of status %d: %v, it is %d", name, status, err, d.user(id).Status)
			}
		}
		d.wrote("of a disabled user", 0)
	}
}
