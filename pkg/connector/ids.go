package connector

import (
	"fmt"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
)

// EntitlementID builds the id of an entitlement, "<type>:<resource id>:<slug>", as the SDK does. Slugs
// may hold colons, resource types and ids may not.
func EntitlementID(resource *v2.ResourceId, slug string) string {
	return resource.GetResourceType() + ":" + resource.GetResource() + ":" + slug
}

// ParseEntitlementID takes apart what EntitlementID has built. It is the only parser.
func ParseEntitlementID(id string) (*v2.ResourceId, string, error) {
	parts := strings.SplitN(id, ":", 3)
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return nil, "", fmt.Errorf("the entitlement id %q is not of the form type:resource:slug", id)
	}
	return ResourceID(parts[0], parts[1]), parts[2], nil
}

// ResourceID names a resource.
func ResourceID(resourceType, id string) *v2.ResourceId {
	return v2.ResourceId_builder{ResourceType: resourceType, Resource: id}.Build()
}
