package entra

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// A single read takes the permissions that the README asks for to list its type, and each of them; what Microsoft
// publishes is asked, too, where the checker is at hand.
func TestGet_TakesThePermissionsOfTheList(t *testing.T) {
	t.Parallel()
	check := graphcheck(t)
	// The same seed makes the same tenant, whatever the application may read of it.
	ids := oneOfEach(t, newGetTest(t, smallTenant(69), noSwitch).file(t))
	for _, resourceType := range everyResourceType() {
		turn, flags := noSwitch, []string{resourceType}
		if resourceType == typeUser {
			turn, flags = everyAddition, append(flags, "--sign-in-activity", "--mailbox-settings")
		}
		t.Run(resourceType, func(t *testing.T) {
			t.Parallel()
			permissions := needs(t, flags...)
			var traffic bytes.Buffer
			if err := getWith(t, permissions, &traffic, turn, resourceType, ids[resourceType]); err != nil {
				t.Fatalf("seed 69, with %v: %v", permissions, err)
			}
			check(t, permissions, traffic.Bytes())
			for i, missing := range permissions {
				rest := slices.Delete(slices.Clone(permissions), i, i+1)
				if err := getWith(t, rest, nil, turn, resourceType, ids[resourceType]); status.Code(err) != codes.PermissionDenied {
					t.Errorf("seed 69, without %s: %v", missing, err)
				}
			}
		})
	}
}

// getWith reads one resource as an application with some permissions.
func getWith(t *testing.T, permissions []string, traffic *bytes.Buffer, turn func(*config.Entra), resourceType, id string) error {
	t.Helper()
	o := smallTenant(69)
	if o.Permissions = permissions; len(permissions) == 0 {
		o.Permissions = []string{"Domain.Read.All"} // none at all is the default
	}
	if traffic != nil {
		o.Traffic = traffic
	}
	sim := startTenant(t, o)
	cfg := settingsOf(sim)
	turn(cfg)
	client := testkit.Serve(t.Context(), t, connectAs(t, sim, cfg, &testkit.QuickClock{}))
	_, _, err := (&getTest{sim: sim, cfg: cfg}).get(t, client, resourceType, id)
	return err
}

// A refusal names what is missing.
func TestGet_NamesThePermissionForMailboxes(t *testing.T) {
	t.Parallel()
	permissions := slices.DeleteFunc(slices.Clone(graphsim.EveryReadPermission()), func(p string) bool { return p == permissionMailboxes })
	users := startTenant(t, smallTenant(69)).Census().Users
	err := getWith(t, permissions, nil, everyAddition, typeUser, users[0].ID())
	if status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), "application permission "+permissionMailboxes) {
		t.Errorf("seed 69: %v", err)
	}
}

// Every type has Get, and says so.
func TestGet_IsThereForEveryType(t *testing.T) {
	t.Parallel()
	client := newGetTest(t, smallTenant(69), noSwitch).client(t)
	metadata, err := client.GetMetadata(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	able := map[string]bool{}
	for _, c := range metadata.GetMetadata().GetCapabilities().GetResourceTypeCapabilities() {
		for _, capability := range c.GetCapabilities() {
			able[c.GetResourceType().GetId()] = able[c.GetResourceType().GetId()] || capability.String() == "CAPABILITY_TARGETED_SYNC"
		}
	}
	delete(able, "")
	for resourceType, is := range able {
		if !is {
			t.Errorf("%s cannot be read by itself", resourceType)
		}
	}
	if got := slices.Sorted(maps.Keys(able)); !slices.Equal(got, slices.Sorted(slices.Values(everyResourceType()))) {
		t.Errorf("the types are %v", got)
	}
}
