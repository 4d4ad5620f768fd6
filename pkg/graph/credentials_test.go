package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// servicePrincipalCredentials reads all service principals with their credentials and assignments.
func servicePrincipalCredentials(t *testing.T, c *Client) map[string]CredentialHolder {
	t.Helper()
	return byID(t, c, func(c *Client, ctx context.Context, next string) (Page[CredentialHolder], error) {
		return c.ListServicePrincipalCredentials(ctx, true, next)
	})
}

func TestListCredentials_DecodesEveryProperty(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c, census := simClient(t, sim), sim.Census()
	for name, read := range map[string]struct {
		records []graphsim.Record
		got     map[string]CredentialHolder
	}{
		"service principals": {census.ServicePrincipals, servicePrincipalCredentials(t, c)},
		"app registrations":  {census.Applications, byID(t, c, (*Client).ListAppRegistrationCredentials)},
	} {
		passwords, keys := 0, 0
		for _, record := range read.records {
			got := read.got[record.ID()]
			compareProperties(t, record, got, []string{"id", "appId", "displayName", "servicePrincipalType"})
			passwords += compareCredentials(t, record, "passwordCredentials", got.Passwords)
			keys += compareCredentials(t, record, "keyCredentials", got.Keys)
			// Nobody is asked who is assigned to a registration.
			if want := name == "service principals" && len(record.AppRoleAssignedTo) == 0; got.Unassigned() != want {
				t.Errorf("%s: unassigned is %t", record.ID(), !want)
			}
		}
		if passwords == 0 || keys == 0 || len(read.got) != len(read.records) {
			t.Errorf("seed 7: %d %s of %d, %d passwords, %d keys", len(read.got), name, len(read.records), passwords, keys)
		}
	}
}

// compareCredentials holds what was read against the census, property by property.
func compareCredentials(t *testing.T, record graphsim.Record, property string, got []Credential) int {
	t.Helper()
	var want []map[string]any
	if raw, ok := record.Get(property).(json.RawMessage); ok {
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s of %s: %d, want %d", property, record.ID(), len(got), len(want))
	}
	for i := range want {
		b, err := json.Marshal(got[i])
		if err != nil {
			t.Fatal(err)
		}
		var read map[string]any
		if err := json.Unmarshal(b, &read); err != nil {
			t.Fatal(err)
		}
		for name, value := range read {
			if plain(value) != plain(want[i][name]) {
				t.Errorf("%s %d of %s: %s is %v, want %v", property, i, record.ID(), name, value, want[i][name])
			}
		}
	}
	return len(want)
}

func TestCredential_HasNoRoomForWhatSignsIn(t *testing.T) {
	of := reflect.TypeFor[Credential]()
	for i := range of.NumField() {
		if name := of.Field(i).Tag.Get("json"); name == "key" || name == "secretText" {
			t.Errorf("%s is read", name)
		}
	}
}

func TestListServicePrincipalCredentials_AsksForAssignmentsOnlyWhereTheyAreNeeded(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	for _, assignments := range []bool{false, true} {
		sim.ResetHistory()
		if _, err := c.ListServicePrincipalCredentials(t.Context(), assignments, ""); err != nil {
			t.Fatal(err)
		}
		if query := graphRequests(sim)[0].Query; strings.Contains(query, "appRoleAssignedTo") != assignments {
			t.Errorf("assignments %t: %s", assignments, query)
		}
	}
}

// The simulated tenant counts requests that select keys by the same clock, and refuses the 151st within a minute.
func TestListCredentials_KeepsToTheLimitOnKeys(t *testing.T) {
	clock := &fakeClock{now: time.Now()}
	sim := startSim(t, graphsim.Options{Seed: 7, Apps: 200, Users: 20, Groups: 2, Memberships: 10, Assignments: 10, PageSize: 1, Now: clock.Now})
	base, err := url.Parse(sim.URL())
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(base, transport.New(transport.Config{Base: sim.Client().Transport, Host: base.Host, Tokens: simTokens(sim), Clock: clock, Lanes: Lanes()}))
	if err != nil {
		t.Fatal(err)
	}
	servicePrincipalCredentials(t, c)
	byID(t, c, (*Client).ListAppRegistrationCredentials)
	sent := graphRequests(sim)
	for i, r := range sent {
		if r.Status == http.StatusTooManyRequests {
			t.Fatalf("request %d of %d was refused", i+1, len(sent))
		}
	}
	if len(sent) < 300 {
		t.Errorf("%d requests show nothing", len(sent))
	}
}
