package connector

import (
	"strings"
	"testing"
)

func TestEntitlementID_RoundTrips(t *testing.T) {
	for _, c := range []struct{ resourceType, id, slug, want string }{
		{"group", "3f", "members", "group:3f:members"},
		{"enterprise_application", "a1", "assignment:00000000-0000-0000-0000-000000000000", "enterprise_application:a1:assignment:00000000-0000-0000-0000-000000000000"},
		{"role", "r", "::", "role:r:::"},
	} {
		id := EntitlementID(ResourceID(c.resourceType, c.id), c.slug)
		if id != c.want {
			t.Errorf("built %q, want %q", id, c.want)
		}
		resource, slug, err := ParseEntitlementID(id)
		if err != nil || resource.GetResourceType() != c.resourceType || resource.GetResource() != c.id || slug != c.slug {
			t.Errorf("%q came apart as %v, %q, %v", id, resource, slug, err)
		}
	}
}

func TestParseEntitlementID_RefusesWhatHasNoThreeParts(t *testing.T) {
	for _, id := range []string{"", ":", "::", "group", "group:", "group:a", "group:a:", ":a:members", "group::members"} {
		resource, slug, err := ParseEntitlementID(id)
		if err == nil || resource != nil || slug != "" {
			t.Errorf("%q came apart as %v, %q", id, resource, slug)
		} else if !strings.Contains(err.Error(), "type:resource:slug") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func FuzzParseEntitlementID(f *testing.F) {
	for _, seed := range []string{"group:3f:members", "a:b:c:d", "::", "a::c", "group:\xff:x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		resource, slug, err := ParseEntitlementID(id)
		if err != nil {
			if resource != nil || slug != "" {
				t.Errorf("%q: %v and %q beside the error", id, resource, slug)
			}
			return
		}
		if again := EntitlementID(resource, slug); again != id {
			t.Errorf("%q was built again as %q", id, again)
		}
	})
}
