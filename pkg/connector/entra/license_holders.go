package entra

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

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
// group's to tell, and those in error the user does not have. A licence of which no state tells the way is
// taken for a direct one: the user has it.
func userLicenses(u graph.User) licenseHolder {
	h := licenseHolder{ID: u.ID}
	told := map[string]bool{}
	for _, l := range u.LicenseAssignmentStates {
		told[l.SkuID] = true
		if l.AssignedByGroup == nil && l.State != "Error" {
			h.SKUs = append(h.SKUs, l.SkuID)
		}
	}
	for _, l := range u.AssignedLicenses {
		if !told[l.SkuID] {
			h.SKUs = append(h.SKUs, l.SkuID)
		}
	}
	return h
}

// licensesNow are the licences of a user or a group: those that it was given itself, and all that it has; in lower
// case.
func licensesNow(o graph.DirectoryObject) (own, all []string) {
	if o.Type == graph.TypeUser {
		own = userLicenses(graph.User{AssignedLicenses: o.AssignedLicenses, LicenseAssignmentStates: o.LicenseAssignmentStates}).SKUs
	} else {
		own = groupLicenses(graph.Group{AssignedLicenses: o.AssignedLicenses}).SKUs
	}
	for i, sku := range own {
		own[i] = strings.ToLower(sku)
	}
	all = slices.Clone(own)
	for _, l := range o.AssignedLicenses {
		all = append(all, strings.ToLower(l.SkuID))
	}
	return own, all
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
