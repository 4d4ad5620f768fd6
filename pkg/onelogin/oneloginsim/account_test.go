package oneloginsim_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func census(t *testing.T, o oneloginsim.Options) *oneloginsim.Census {
	t.Helper()
	sim, err := oneloginsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return sim.Census()
}

func TestTheSameSeedMakesTheSameAccount(t *testing.T) {
	t.Parallel()
	text := func(seed uint64) string {
		b, err := json.Marshal(census(t, oneloginsim.Options{Seed: seed}))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if seven := text(7); seven != text(7) || seven == text(8) {
		t.Error("an account does not follow from its seed")
	}
}

func TestAFullAccountHasEveryAwkwardShape(t *testing.T) {
	t.Parallel()
	c := census(t, oneloginsim.Options{Users: 5000, Roles: 200, Apps: 150})
	if len(c.Users) != 5000 || len(c.Roles) != 200 || len(c.Apps) != 150 {
		t.Fatalf("%d users, %d roles, %d apps", len(c.Users), len(c.Roles), len(c.Apps))
	}
	statuses, states, sizes := map[int64]bool{}, map[int64]bool{}, map[int]bool{}
	numbers, texts, unnamed, groupless := 0, 0, 0, 0
	for _, u := range c.Users {
		statuses[u.Status], states[u.State] = true, true
		switch u.Fields["manager_user_id"].(type) {
		case int64:
			numbers++
		case string:
			texts++
		}
		if u.Username == "" {
			unnamed++
		}
		if u.Group == 0 {
			groupless++
		}
	}
	for _, r := range c.Roles {
		sizes[len(r.Members)] = true
	}
	for _, want := range []int64{0, 1, 2, 3, 4, 5, 7, 8} {
		if !statuses[want] {
			t.Errorf("nobody has the status %d", want)
		}
	}
	if len(states) != 4 || numbers == 0 || texts == 0 || unnamed < 2 || groupless == 0 || !sizes[0] || !sizes[1200] || !sizes[100] || !sizes[101] {
		t.Errorf("states %v, managers %d and %d, without a name %d, without a group %d, sizes %v", states, numbers, texts, unnamed, groupless, sizes)
	}
	personal := slices.ContainsFunc(c.Apps, func(a oneloginsim.AppRecord) bool { return len(a.Personal) > 1000 })
	nobody := slices.ContainsFunc(c.Apps, func(a oneloginsim.AppRecord) bool { return len(a.Users) > len(a.Personal) && len(a.Roles) > 0 })
	provisioned := slices.ContainsFunc(c.Apps, func(a oneloginsim.AppRecord) bool { return a.Provisioned })
	if !personal || !nobody || !provisioned || len(c.Roles[0].Apps) != 0 || len(c.Roles[4].Apps) != 150 {
		t.Errorf("apps: personal %v, by role %v, provisioned %v", personal, nobody, provisioned)
	}
}

func TestAnAccountWithoutAnything(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{Users: -1, Roles: -1, Apps: -1, Groups: -1, Privileges: -1, Events: -1})
	for _, path := range []string{"/api/2/users", "/api/2/roles", "/api/2/apps", "/api/1/privileges"} {
		if got := d.want(200, "[]", "GET", path, ""); got.body != "[]" {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	d.want(200, `"data":[]`, "GET", "/api/1/groups", "")
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, o := range []oneloginsim.Options{{Scope: "Everything"}, {ScopeStatus: 500}, {DuplicateStatus: 409}, {RepeatStatus: 200}, {TokenLifetime: -1}, {PageSize: -1},
		{Faults: "429=2"}, {Faults: "flood=0.1"}, {Faults: "429=0.6,cut=0.6"}, {HolderCursor: "page"}} {
		if _, err := oneloginsim.New(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	sim, err := oneloginsim.New(oneloginsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:0", "nowhere"} {
		if err := sim.Start(address); err == nil {
			t.Errorf("it listened on %s", address)
		}
	}
}
