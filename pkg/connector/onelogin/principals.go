package onelogin

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// Why a link becomes no grant. The counts go into the sync's summary.
const (
	reasonGone      = "the principal is deleted, or newer than its list"
	reasonNotSynced = "the principal is of a resource type that this sync leaves out"
)

// userGrants gives an entitlement of a resource to those of the users who are resources, and counts the others.
func (c *Connector) userGrants(ctx context.Context, o rs.SyncOpAttrs, resource *v2.ResourceId, slug string, users []onelogin.ID) ([]*v2.Grant, error) {
	known, err := c.principals(ctx, o, typeUser, users)
	if err != nil {
		return nil, err
	}
	grants := make([]*v2.Grant, 0, len(known))
	for _, user := range users {
		if known[user] {
			grants = append(grants, holderGrant(resource, slug, user))
		}
	}
	return grants, nil
}

// principals are which of some users or roles are resources of this sync. The others are counted.
func (c *Connector) principals(ctx context.Context, o rs.SyncOpAttrs, resourceType string, ids []onelogin.ID) (map[onelogin.ID]bool, error) {
	if !c.syncs(resourceType) {
		c.summaries.Skip(o.SyncID, reasonNotSynced, len(ids))
		return nil, nil
	}
	known, err := those(ctx, o, resourceType, ids)
	if err != nil {
		return nil, err
	}
	gone := 0
	for _, id := range ids {
		if !known[id] {
			gone++
		}
	}
	c.summaries.Skip(o.SyncID, reasonGone, gone)
	return known, nil
}
