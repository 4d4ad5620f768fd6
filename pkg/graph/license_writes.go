package graph

import (
	"context"
	"net/http"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// LicenseGrant names a product, and the user who is to have a licence of it or no longer.
type LicenseGrant struct{ UserID, SkuID string }

// GetUserLicenses returns a user with the licences, how each was got, and the usage location, and nothing else.
//
// https://learn.microsoft.com/graph/api/user-get, least permission User.Read.All.
func (c *Client) GetUserLicenses(ctx context.Context, userID string) (User, error) {
	q := &users.UserItemRequestBuilderGetQueryParameters{Select: []string{"id", "usageLocation", "licenseAssignmentStates"}}
	info, err := c.sdk.Users().ByUserId(userID).ToGetRequestInformation(ctx,
		&users.UserItemRequestBuilderGetRequestConfiguration{QueryParameters: q})
	return single[User](ctx, c, "read the licences of user "+userID, info, err)
}

// AssignLicense gives a user a licence of a product with all its services. A user who has one with other
// services switched off gets those, too.
//
// https://learn.microsoft.com/graph/api/user-assignlicense, least permission LicenseAssignment.ReadWrite.All.
func (c *Client) AssignLicense(ctx context.Context, g LicenseGrant) (Receipt, error) {
	type added struct {
		SkuID         string   `json:"skuId"`
		DisabledPlans []string `json:"disabledPlans"`
	}
	return c.changeLicenses(ctx, "assign licence "+g.SkuID+" to user "+g.UserID, g.UserID,
		map[string]any{"addLicenses": []added{{g.SkuID, []string{}}}, "removeLicenses": []string{}})
}

// RemoveLicense takes back a licence that was given to the user directly.
//
// https://learn.microsoft.com/graph/api/user-assignlicense, least permission LicenseAssignment.ReadWrite.All.
func (c *Client) RemoveLicense(ctx context.Context, g LicenseGrant) (Receipt, error) {
	return c.changeLicenses(ctx, "remove licence "+g.SkuID+" of user "+g.UserID, g.UserID,
		map[string]any{"addLicenses": []any{}, "removeLicenses": []string{g.SkuID}})
}

func (c *Client) changeLicenses(ctx context.Context, op, userID string, body map[string]any) (Receipt, error) {
	info, err := c.sdk.Users().ByUserId(userID).AssignLicense().ToPostRequestInformation(ctx, emptyBody(users.NewItemAssignLicensePostRequestBody), nil)
	return c.change(ctx, op, info, err, body)
}

// LicenseRefusal is why licences of a user are not changed.
type LicenseRefusal string

// The refusals that have a remedy, or need none. Graph tells them apart by their words alone.
const (
	LicenseRefusedOtherwise LicenseRefusal = ""
	// LicenseNeedsLocation: the user has no usage location, or one where the product is not offered.
	LicenseNeedsLocation LicenseRefusal = "usage location"
	// LicensesUsedUp: no seat is free.
	LicensesUsedUp LicenseRefusal = "does not have any available licenses"
	// LicenseExcluded: a service of the product cannot be held beside one that the user has.
	LicenseExcluded LicenseRefusal = "mutually exclusive"
	// LicenseDepends: a service of the product needs one that the user lacks, or the other way round.
	LicenseDepends LicenseRefusal = "depends on the service plan"
	// LicenseInherited: a group gives the licence.
	LicenseInherited LicenseRefusal = "inherited from a group membership"
	// LicenseNotHeld: the user has no such licence.
	LicenseNotHeld LicenseRefusal = "does not have a corresponding license"
)

// WhyNoLicense tells why AssignLicense or RemoveLicense was refused.
func WhyNoLicense(err error) LicenseRefusal {
	for _, r := range []LicenseRefusal{LicenseNeedsLocation, LicensesUsedUp, LicenseExcluded, LicenseDepends, LicenseInherited, LicenseNotHeld} {
		if refusedWith(err, http.StatusBadRequest, string(r)) {
			return r
		}
	}
	return LicenseRefusedOtherwise
}
