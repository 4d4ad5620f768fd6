package entra

import (
	"context"
	"errors"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// licenseSyncer lists the products that the tenant has licences of, and who has one. Who has one is not
// asked for: it comes with the lists of users and groups, which note it page by page.
type licenseSyncer struct{ c *Connector }

// ResourceType describes licences.
func (s *licenseSyncer) ResourceType(context.Context) *v2.ResourceType { return licenseType() }

// List returns the products. A choice of types that is made in ConductorOne goes before the setting, and the
// connector does not hear of it: users and groups were listed without their licences then.
func (s *licenseSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	if !s.c.willSync(typeLicense) {
		return nil, nil, status.Error(codes.FailedPrecondition, "licences are asked for, and --sync-resource-types leaves them out, so that nobody's "+
			"have been read: add license to it, or leave the choice of types to ConductorOne alone")
	}
	return list(ctx, s.c, o, collection[graph.SubscribedSku]{
		resourceType: typeLicense, name: "licences",
		read:     pages(s.c.graph.ListSubscribedSkus),
		id:       func(l graph.SubscribedSku) string { return l.SkuID },
		resource: licenseResource,
	})
}

// StaticEntitlements are those of every licence.
func (s *licenseSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewAssignmentEntitlement(nil, slugAssigned,
			entitlement.WithGrantableTo(userType(), groupType()),
			entitlement.WithDisplayName("Assigned"),
			entitlement.WithDescription("Has the licence: directly, or as a direct member of a group that gives it")),
	}, nil, nil
}

// Entitlements is never called: all entitlements are static.
func (s *licenseSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: grants are made for all licences together.
func (s *licenseSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// GrantsForResourceType goes through what the lists of users and of groups have noted, a page of theirs
// at a time.
func (s *licenseSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	cursor, err := connector.ParseCursor(o.PageToken.Token)
	if err != nil {
		return nil, nil, err
	}
	if cursor.Walk == "" {
		results, err := connector.Begin(connector.Cursor{Walk: typeUser}, connector.Cursor{Walk: typeGroup})
		return nil, results, err
	}
	noted, found, err := session.GetJSON[licensesNoted](ctx, o.Session, notedKey(cursor.Rows), licensePrefix(cursor.Walk))
	if err != nil {
		return nil, nil, connector.Status(fmt.Errorf("look up the licences of %ss: %w", cursor.Walk, err))
	}
	if !found {
		return nil, nil, nil // the list ended here
	}
	r, err := s.c.resolve(ctx, o, noted.ids())
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	grants := noted.grants(r)
	cursor.Rows += noted.Rows
	results, err := connector.Resume(cursor)
	if err != nil {
		return nil, nil, err
	}
	r.report(o)
	return grants, results, nil
}

// licenseResource maps a product. Seats that are in their grace period can still be used; suspended ones
// cannot.
func licenseResource(l graph.SubscribedSku) (*v2.Resource, error) {
	if l.SkuID == "" {
		return nil, errors.New("it has no skuId")
	}
	bought := l.PrepaidUnits.Enabled + l.PrepaidUnits.Warning
	values := connector.Profile{
		"seatsPurchased": bought,
		"seatsConsumed":  l.ConsumedUnits,
		"seatsFree":      max(0, bought-l.ConsumedUnits),
		"seatsWarning":   l.PrepaidUnits.Warning,
		"seatsSuspended": l.PrepaidUnits.Suspended,
	}
	values.Text("skuPartNumber", l.SkuPartNumber)
	values.Text("appliesTo", l.AppliesTo)
	values.Text("capabilityStatus", l.CapabilityStatus)
	values.List("servicePlans", planNames(l.ServicePlans))
	name := connector.NameOr(productName(l.SkuPartNumber), l.SkuPartNumber, l.SkuID)
	id := connector.ResourceID(typeLicense, l.SkuID)
	return rs.NewResource(name, licenseType(), l.SkuID,
		rs.WithResourceProfile(values),
		rs.WithLicenseProfileTrait(rs.WithLicenseName(name), rs.WithLicenseSeats(bought, l.ConsumedUnits),
			rs.WithLicenseEntitlementIDs(connector.EntitlementID(id, slugAssigned))))
}

func planNames(plans []graph.ServicePlan) []string {
	var names []string
	for _, p := range plans {
		if p.Name != "" {
			names = append(names, p.Name)
		}
	}
	return names
}
