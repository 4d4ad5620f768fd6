package onelogin

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// TestO02_StatusesAndStatesAreToldApart: who can sign in goes by the status alone, and no two differ in nothing.
func TestO02_StatusesAndStatesAreToldApart(t *testing.T) {
	t.Parallel()
	const enabled, disabled, unknown = v2.Status_RESOURCE_STATUS_ENABLED, v2.Status_RESOURCE_STATUS_DISABLED, v2.Status_RESOURCE_STATUS_UNSPECIFIED
	want := map[onelogin.Status]v2.Status_ResourceStatus{0: disabled, 1: enabled, 2: disabled, 3: enabled, 4: enabled, 5: enabled, 6: unknown, 7: enabled, 8: enabled, 9: unknown}
	seen := map[string]bool{}
	for status, as := range want {
		for state := range onelogin.State(4) {
			got, details := userStatus(onelogin.User{Status: &status, State: &state})
			if got != as {
				t.Errorf("status %d, state %d: %s", status, state, got)
			}
			if key := got.String() + details; seen[key] {
				t.Errorf("status %d, state %d is not told from another: %q", status, state, details)
			} else {
				seen[key] = true
			}
			if (details == "") != (status == 1 && state == 1) {
				t.Errorf("status %d, state %d says %q", status, state, details)
			}
		}
	}
	if got, details := userStatus(onelogin.User{}); got != unknown || details != "the status is not known" {
		t.Errorf("%s, %q", got, details)
	}
}

// user reads a user as OneLogin answers it.
func user(t *testing.T, text string) onelogin.User {
	t.Helper()
	var u onelogin.User
	if err := json.Unmarshal([]byte(text), &u); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestO02_UserResource(t *testing.T) {
	t.Parallel()
	r, err := userResource(user(t, `{"id": 7, "username": "jane", "email": "jane@example.com", "firstname": "Jane", "lastname": "Doe", "status": 3, "state": 1,
		"group_id": 5, "external_id": "e7", "directory_id": 11, "trusted_idp_id": "12", "title": "Seller", "department": "Sales", "company": "Acme",
		"manager_user_id": "9", "manager_ad_id": 4, "created_at": "2024-05-06T07:08:09.123Z", "last_login": "2026-01-02T03:04:05Z", "locked_until": "2026-01-02T04:04:05Z",
		"custom_attributes": {"cost": "4711", "other": "x", "none": null}}`), "boss@example.com", []string{"cost", "none", "unknown"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"firstname": "Jane", "lastname": "Doe", "username": "jane", "title": "Seller", "department": "Sales", "company": "Acme", "managerId": "9",
		"managerEmail": "boss@example.com", "manager_ad_id": "4", "external_id": "e7", "directory_id": "11", "trusted_idp_id": "12", "group_id": "5",
		"locked_until": "2026-01-02T04:04:05Z", "last_login": "2026-01-02T03:04:05Z", "custom_attributes.cost": "4711"}
	got := r.GetProfile().AsMap()
	for key, value := range want {
		if got[key] != value {
			t.Errorf("%s is %v, want %v", key, got[key], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the profile is %v", got)
	}
	trait, err := rs.GetUserTrait(r)
	if err != nil {
		t.Fatal(err)
	}
	if r.GetDisplayName() != "Jane Doe" || trait.GetLogin() != "jane" || len(trait.GetEmails()) != 1 || trait.GetLastLogin().AsTime().Year() != 2026 || r.GetCreatedAt().AsTime().Year() != 2024 {
		t.Errorf("%v\n%v", r, trait)
	}
}

// What is not set has no place: no empty texts, and no dates that stand for none.
func TestO02_UserResource_OfNothing(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nulls": `{"id": 8, "username": null, "email": null, "firstname": null, "last_login": null, "status": 1, "custom_attributes": null}`,
		"never": `{"id": 8, "username": "", "email": "nobody", "last_login": "2000-01-01T00:00:00Z", "locked_until": "0000-00-00", "status": 1, "manager_user_id": 0}`,
	} {
		r, err := userResource(user(t, text), "", []string{"cost"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		trait, err := rs.GetUserTrait(r)
		if err != nil {
			t.Fatal(err)
		}
		if r.GetDisplayName() == "" || len(r.GetProfile().AsMap()) != 0 || len(trait.GetEmails()) != 0 || trait.HasLastLogin() {
			t.Errorf("%s: %v\n%v", name, r, trait)
		}
	}
}

// TestO02_EveryRowHasItsManagersMail: whichever of the two comes first in the list; and whatever fields the list lacks.
func TestO02_EveryRowHasItsManagersMail(t *testing.T) {
	for name, o := range map[string]oneloginsim.Options{
		"one list":                         {Seed: 41, Users: 120, Roles: -1, Apps: -1, UserPage: 25},
		"fields that come alone, by a GET": {Seed: 42, Users: 60, Roles: -1, Apps: -1, UserPage: 25, Withheld: []string{"manager_user_id", "department", "custom_attributes"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := oneloginsim.Start(t, o)
			census := sim.Census()
			cfg := settingsOf(sim)
			cfg.CustomAttributes = census.Attributes
			path := filepath.Join(t.TempDir(), "sync.c1z")
			if err := testkit.Sync(context.Background(), t, connectAs(t, sim, cfg, &testkit.QuickClock{}, typeUser), path); err != nil {
				t.Fatal(err)
			}
			got := testkit.Read(context.Background(), t, path)
			mails := map[string]string{}
			for _, u := range census.Users {
				mails[text(u.ID)] = u.Email
			}
			managed := 0
			for _, u := range census.Users {
				profile := got.Resources["user:"+text(u.ID)].GetProfile().AsMap()
				manager := numberText(u.Fields["manager_user_id"])
				if manager != "" && mails[manager] != "" {
					managed++
				}
				if textOr(profile["managerId"]) != manager || textOr(profile["managerEmail"]) != mails[manager] {
					t.Errorf("seed %d: user %d has the manager %v, %v, want %s, %s", o.Seed, u.ID, profile["managerId"], profile["managerEmail"], manager, mails[manager])
				}
				if department := textOr(u.Fields["department"]); textOr(profile["department"]) != department {
					t.Errorf("seed %d: user %d has the department %v, want %s", o.Seed, u.ID, profile["department"], department)
				}
			}
			if managed < 10 {
				t.Errorf("seed %d: only %d users have a manager with a mail", o.Seed, managed)
			}
			alone := sim.Traffic()["GET /api/2/users/{id}"]
			if want := map[bool]int{true: len(census.Users)}[len(o.Withheld) > 0]; alone != want {
				t.Errorf("seed %d: %d users were read by themselves, want %d", o.Seed, alone, want)
			}
		})
	}
}

func textOr(value any) string {
	s, _ := value.(string)
	return s
}

// numberText is an id that is a number or a text, "" for none.
func numberText(value any) string {
	if value == nil {
		return ""
	}
	content, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.Trim(string(content), `"`)
}
