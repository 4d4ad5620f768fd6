package entra

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// licenseSyncer lists the products that the tenant has licences of, and who has one. Who has one is not
// asked for: it comes with the lists of users and groups, which note it page by page.
type licenseSyncer struct{ c *Connector }

// ResourceType describes licences.
func (s *licenseSyncer) ResourceType(context.Context) *v2.ResourceType { return licenseType() }

// List returns the products.
func (s *licenseSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
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
		results, err := begin(connector.Cursor{Walk: typeUser}, connector.Cursor{Walk: typeGroup})
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

// licensesNoted is who of a page of users or groups has which licence.
type licensesNoted struct {
	// Rows is how many rows the page has: the next page is noted under the sum so far.
	Rows    int64           `json:"rows"`
	Holders []licenseHolder `json:"holders,omitempty"`
}

type licenseHolder struct {
	ID   string   `json:"id"`
	SKUs []string `json:"skus"`
}

func notedKey(rowsBefore int64) string { return strconv.FormatInt(rowsBefore, 10) }

func licensePrefix(resourceType string) sessions.SessionStoreOption {
	return sessions.WithPrefix(prefixLicenses + resourceType + "/")
}

// rememberLicenses notes a page of users or groups with the licences they have. An empty page is not
// noted: the page after it has the same number of rows before it.
func rememberLicenses[T any](ctx context.Context, o rs.SyncOpAttrs, resourceType string, cursor connector.Cursor, items []T, of func(T) licenseHolder) error {
	if len(items) == 0 {
		return nil
	}
	noted := licensesNoted{Rows: int64(len(items))}
	for _, item := range items {
		if h := of(item); len(h.SKUs) > 0 {
			noted.Holders = append(noted.Holders, h)
		}
	}
	if err := session.SetJSON(ctx, o.Session, notedKey(cursor.Rows), noted, licensePrefix(resourceType)); err != nil {
		return fmt.Errorf("remember the licences of %d %ss: %w", len(items), resourceType, err)
	}
	return nil
}

// groupLicenses are the licences that a group gives to its direct members.
func groupLicenses(g graph.Group) licenseHolder {
	h := licenseHolder{ID: g.ID}
	for _, l := range g.AssignedLicenses {
		h.SKUs = append(h.SKUs, l.SkuID)
	}
	return h
}

// userLicenses are the licences that a user was given directly. Those that come from a group are the
// group's to tell, and those in error the user does not have.
func userLicenses(u graph.User) licenseHolder {
	h := licenseHolder{ID: u.ID}
	for _, l := range u.LicenseAssignmentStates {
		if l.AssignedByGroup == nil && l.State != "Error" {
			h.SKUs = append(h.SKUs, l.SkuID)
		}
	}
	return h
}

// ids are those that the notes speak of, of licences and of holders.
func (n licensesNoted) ids() []string {
	var ids []string
	for _, h := range n.Holders {
		ids = append(append(ids, h.ID), h.SKUs...)
	}
	return ids
}

func (n licensesNoted) grants(r *resolver) []*v2.Grant {
	var grants []*v2.Grant
	for _, h := range n.Holders {
		for _, sku := range h.SKUs {
			if !r.known[sku].listed(typeLicense) {
				r.left[reasonLicenseGone]++
				continue
			}
			if holder := r.resource(principal{id: h.ID}); holder != nil {
				grants = append(grants, licenseGrant(sku, holder))
			}
		}
	}
	return grants
}

func licenseGrant(sku string, holder *v2.ResourceId) *v2.Grant {
	var options []grant.GrantOption
	if holder.GetResourceType() == typeGroup {
		through := throughGroup(holder.GetResource())
		through.SetShallow(true) // groups within a group inherit no licence
		through.SetResourceTypeIds([]string{typeUser})
		options = append(options, grant.WithAnnotation(through))
	}
	return grant.NewGrant(v2.Resource_builder{Id: connector.ResourceID(typeLicense, sku)}.Build(), slugAssigned, holder, options...)
}

// licenseResource maps a product. Seats that are in their grace period can still be used; suspended ones
// cannot.
func licenseResource(l graph.SubscribedSku) (*v2.Resource, error) {
	if l.SkuID == "" {
		return nil, errors.New("it has no skuId")
	}
	bought := l.PrepaidUnits.Enabled + l.PrepaidUnits.Warning
	values := profile{
		"seatsPurchased": bought,
		"seatsConsumed":  l.ConsumedUnits,
		"seatsFree":      max(0, bought-l.ConsumedUnits),
		"seatsWarning":   l.PrepaidUnits.Warning,
		"seatsSuspended": l.PrepaidUnits.Suspended,
	}
	values.text("skuPartNumber", l.SkuPartNumber)
	values.text("appliesTo", l.AppliesTo)
	values.text("capabilityStatus", l.CapabilityStatus)
	values.list("servicePlans", planNames(l.ServicePlans))
	name := nameOr(productName(l.SkuPartNumber), l.SkuPartNumber, l.SkuID)
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
