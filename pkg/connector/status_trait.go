package connector

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
)

// TraitStatus puts a resource's status on its user trait as well. The trait's is deprecated, but it is
// still read, and left alone it says "enabled".
func TraitStatus(s v2.Status_ResourceStatus, details string) rs.UserTraitOption {
	// The values of the two enums are the same, by the SDK's own word.
	return rs.WithDetailedStatus(v2.UserTrait_Status_Status(s), details) //nolint:staticcheck // see above
}
