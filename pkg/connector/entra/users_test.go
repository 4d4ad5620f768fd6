package entra

import (
	"encoding/json"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

func lastLoginOf(t *testing.T, r *v2.Resource) string {
	t.Helper()
	trait, err := rs.GetUserTrait(r)
	if err != nil {
		t.Fatal(err)
	}
	if trait.GetLastLogin() == nil {
		return ""
	}
	return trait.GetLastLogin().AsTime().Format(time.RFC3339)
}

// wantProfile holds keys of a profile against their values; "" stands for a key that is not there.
func wantProfile(t *testing.T, r *v2.Resource, want map[string]string) {
	t.Helper()
	got := r.GetProfile().AsMap()
	for key, value := range want {
		if has, there := got[key]; there != (value != "") || there && has != value {
			t.Errorf("%s of %s is %v, want %q", key, r.GetId().GetResource(), has, value)
		}
	}
}

func TestLastSignIn(t *testing.T) {
	at := func(day int) *time.Time {
		d := time.Date(2025, 1, day, 0, 0, 0, 0, time.UTC)
		return &d
	}
	for _, test := range []struct {
		activity *graph.SignInActivity
		day      int
	}{
		{nil, 0}, {&graph.SignInActivity{}, 0},
		{&graph.SignInActivity{LastSuccessful: at(1), LastInteractive: at(2), LastNonInteractive: at(3)}, 1},
		{&graph.SignInActivity{LastInteractive: at(2), LastNonInteractive: at(3)}, 3},
		{&graph.SignInActivity{LastInteractive: at(4), LastNonInteractive: at(3)}, 4},
		{&graph.SignInActivity{LastInteractive: at(4)}, 4},
		{&graph.SignInActivity{LastNonInteractive: at(3)}, 3},
	} {
		if got := lastSignIn(test.activity); (got == nil) != (test.day == 0) || got != nil && got.Day() != test.day {
			t.Errorf("%+v: %v, want day %d", test.activity, got, test.day)
		}
	}
}

// E15: extension attributes are on accounts where the switch is on, and only those that are set.
func TestE15_ExtensionAttributesAreOnAccountsWhereAskedFor(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, withActivity(36))
	for _, on := range []bool{false, true} {
		got, want, _ := syncedWith(t, sim, 4, func(cfg *config.Entra) { cfg.OnPremisesExtensionAttributes = on })
		testkit.Compare(t, got, want.Rows)
		set := 0
		for _, u := range sim.Census().Users {
			attributes := map[string]string{}
			raw, err := json.Marshal(u.Get("onPremisesExtensionAttributes"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(raw, &attributes); err != nil || len(attributes) != extensionAttributes {
				t.Fatalf("the tenant's books: %s, %v", raw, err)
			}
			for key, value := range attributes {
				if value != "" {
					set++
				}
				if !on {
					attributes[key] = ""
				}
			}
			wantProfile(t, got.Resources["user:"+u.ID()], attributes)
		}
		if set == 0 {
			t.Error("nobody in the tenant has one")
		}
	}
}
