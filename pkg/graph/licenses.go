package graph

import (
	"context"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/subscribedskus"
)

// SubscribedSku is a product that the tenant has licences of.
// https://learn.microsoft.com/graph/api/resources/subscribedsku
type SubscribedSku struct {
	// ID is that of the subscription, "<tenant>_<SkuID>"; all else speaks of products by SkuID.
	ID            string `json:"id"`
	SkuID         string `json:"skuId"`
	SkuPartNumber string `json:"skuPartNumber"`
	// AppliesTo is "User" for what can be given to people, "Company" for what the tenant has as a whole.
	AppliesTo        string `json:"appliesTo"`
	CapabilityStatus string `json:"capabilityStatus"`
	// ConsumedUnits is how many licences are given out.
	ConsumedUnits int64 `json:"consumedUnits"`
	PrepaidUnits  struct {
		Enabled   int64 `json:"enabled"`
		Warning   int64 `json:"warning"`
		Suspended int64 `json:"suspended"`
	} `json:"prepaidUnits"`
	ServicePlans []ServicePlan `json:"servicePlans"`
}

// ServicePlan is a service that comes with a product.
type ServicePlan struct {
	Name string `json:"servicePlanName"`
}

// AssignedLicense is a licence of a product in somebody's hands.
// https://learn.microsoft.com/graph/api/resources/assignedlicense
type AssignedLicense struct {
	SkuID string `json:"skuId"`
}

func (s SubscribedSku) rowID() string { return s.ID }

// subscribedSkuSelect names what SubscribedSku needs; selecting costs one resource unit less.
func subscribedSkuSelect() []string {
	return []string{"id", "skuId", "skuPartNumber", "appliesTo", "capabilityStatus", "consumedUnits", "prepaidUnits", "servicePlans"}
}

// ListSubscribedSkus returns the products that the tenant has licences of, all on one page.
//
// https://learn.microsoft.com/graph/api/subscribedsku-list, least permission LicenseAssignment.Read.All.
func (c *Client) ListSubscribedSkus(ctx context.Context, next string) (Page[SubscribedSku], error) {
	return list[SubscribedSku](ctx, c, listing{op: "list licences", first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.SubscribedSkus().ToGetRequestInformation(ctx, &subscribedskus.SubscribedSkusRequestBuilderGetRequestConfiguration{
			QueryParameters: &subscribedskus.SubscribedSkusRequestBuilderGetQueryParameters{Select: subscribedSkuSelect()},
		})
	}}, next)
}

// ProbeSubscribedSkus succeeds where ListSubscribedSkus may be called. No $top makes the list shorter.
func (c *Client) ProbeSubscribedSkus(ctx context.Context) error {
	_, err := c.ListSubscribedSkus(ctx, "")
	return err
}
