package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// groupSyncer lists groups of every kind, and who is a member or an owner.
type groupSyncer struct{ c *Connector }

// ResourceType describes groups.
func (s *groupSyncer) ResourceType(context.Context) *v2.ResourceType { return groupType() }

// List returns a page of groups.
func (s *groupSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	licenses := s.c.willSync(typeLicense)
	return list(ctx, s.c, o, collection[graph.Group]{
		resourceType: typeGroup, name: "groups", count: s.c.graph.CountGroups,
		read: pages(func(ctx context.Context, next string) (graph.Page[graph.Group], error) {
			return s.c.graph.ListGroups(ctx, licenses, next)
		}),
		id:   func(g graph.Group) string { return g.ID },
		mark: s.mark,
		note: func(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor, groups []graph.Group) error {
			if licenses {
				if err := rememberLicenses(ctx, o, typeGroup, cursor, groups, groupLicenses); err != nil {
					return err
				}
			}
			return rememberNesting(ctx, o, groups, s.mark)
		},
		resource: func(g graph.Group) (*v2.Resource, error) { return groupResource(g, s.c.cloud) },
	})
}

// mark leaves out a group that is synced from on-premises, where that is asked for, and tells whose members are fixed.
func (s *groupSyncer) mark(g graph.Group) mark {
	switch {
	case s.c.switches.skipADGroups && g.OnPremisesSyncEnabled:
		return adGroup
	case membersFixed(g.GroupKind):
		return ruled
	}
	return plain
}

// StaticEntitlements are those of every group.
func (s *groupSyncer) StaticEntitlements(context.Context, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{
		entitlement.NewAssignmentEntitlement(nil, slugMembers,
			entitlement.WithGrantableTo(userType(), groupType(), applicationType(), managedIdentityType()),
			entitlement.WithDisplayName("Members"), entitlement.WithDescription("Member of the group")),
		entitlement.NewOwnershipEntitlement(nil, slugOwners,
			entitlement.WithGrantableTo(userType(), applicationType(), managedIdentityType()),
			entitlement.WithDisplayName("Owners"), entitlement.WithDescription("Owner of the group: can change it and its members")),
	}, nil, nil
}

// Entitlements is never called: all entitlements are static.
func (s *groupSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: grants are read for all groups together.
func (s *groupSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// GrantsForResourceType finds the groups that contain each other, then reads the members and the owners
// of all groups, and what service principals are in, as walks side by side.
func (s *groupSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
		switch cursor.Walk {
		case "", walkNesting:
			results, err := s.plan(ctx, o, cursor)
			return nil, results, err
		case walkCycle:
			return s.cycleGrants(ctx, o, cursor)
		case slugMembers:
			return s.c.grants(ctx, o, s.members(cursor.Cyclic), cursor)
		case walkShard:
			return s.shardGrants(ctx, o, cursor)
		case walkPrincipals:
			return s.principalGrants(ctx, o, cursor)
		case slugOwners:
			return s.c.grants(ctx, o, s.owners(), cursor)
		}
		return nil, nil, connector.UnknownWalk(cursor.Walk)
	})
}

// members is the walk over who is a member. Groups that contain each other are left to the cycle walk.
func (s *groupSyncer) members(cyclic bool) walk {
	w := walk{name: slugMembers, resourceType: typeGroup, slug: slugMembers, members: true, expands: true, shards: true, links: s.c.graph.ListGroupMembers,
		parents: func(ctx context.Context, next string) (graph.Page[parent], error) {
			page, err := s.c.graph.ListGroupsWithMembers(ctx, next)
			return mapPage(page, func(g graph.GroupLinks) parent {
				return parent{id: g.ID, fixed: membersFixed(g.GroupKind), whole: g.AllMembers(), links: principalsOf(g.Members)}
			}), err
		}}
	if cyclic {
		w.elsewhere = hubsOf
	}
	return w
}

// membersFixed says whether a rule or another directory decides who is a member.
func membersFixed(g graph.GroupKind) bool { return g.Dynamic() || g.OnPremisesSyncEnabled }

func (s *groupSyncer) owners() walk {
	return walk{name: slugOwners, resourceType: typeGroup, slug: slugOwners, links: s.c.graph.ListGroupOwners,
		parents: func(ctx context.Context, next string) (graph.Page[parent], error) {
			page, err := s.c.graph.ListGroupsWithOwners(ctx, next)
			return mapPage(page, func(g graph.GroupLinks) parent {
				// The owners of a dynamic group are set by hand; those of a synced one are not.
				return parent{id: g.ID, fixed: g.OnPremisesSyncEnabled, whole: g.AllOwners(), links: principalsOf(g.Owners)}
			}), err
		}}
}

// groupResource maps a group.
func groupResource(g graph.Group, cloud graph.Cloud) (*v2.Resource, error) {
	source, raw := groupSource(g.GroupKind)
	options := []rs.ResourceOption{
		rs.WithResourceProfile(groupProfile(g)),
		rs.WithDescription(g.Description),
		rs.WithAnnotation(groupLink(cloud, g.ID)),
	}
	if g.CreatedDateTime != nil {
		options = append(options, rs.WithResourceCreatedAt(*g.CreatedDateTime))
	}
	return rs.NewGroupResource(connector.NameOr(g.DisplayName, g.MailNickname, g.ID), groupType(), g.ID,
		[]rs.GroupTraitOption{rs.WithGroupSourceType(source), rs.WithRawGroupSourceType(raw)}, options...)
}

// groupSource tells where a group's members come from, in the SDK's words and in Entra's. A group that
// is mastered on-premises is so whatever else it is, and a rule decides before the kind of group does.
func groupSource(g graph.GroupKind) (source rs.GroupSourceType, raw string) {
	switch {
	case g.OnPremisesSyncEnabled:
		source = rs.GroupSourceTypeDirectorySynced
	case g.Dynamic():
		source = rs.GroupSourceTypeDynamic
	case g.Distribution():
		source = rs.GroupSourceTypeDistribution
	default:
		source = rs.GroupSourceTypeNative
	}
	return source, groupKindName(g)
}

// groupKindName is the kind of group as Entra's documentation calls it.
func groupKindName(g graph.GroupKind) string {
	switch {
	case g.Microsoft365():
		return "Microsoft 365"
	case g.MailEnabledSecurity():
		return "Mail-enabled security"
	case g.Distribution():
		return "Distribution"
	}
	return "Security"
}

func groupProfile(g graph.Group) map[string]any {
	p := connector.Profile{
		"mailEnabled":           g.MailEnabled,
		"securityEnabled":       g.SecurityEnabled,
		"isAssignableToRole":    g.IsAssignableToRole,
		"onPremisesSyncEnabled": g.OnPremisesSyncEnabled,
	}
	p.List("groupTypes", g.GroupTypes)
	p.Text("mail", g.Mail)
	p.Text("mailNickname", g.MailNickname)
	p.Text("membershipRule", g.MembershipRule)
	p.Text("visibility", g.Visibility)
	p.Text("onPremisesSamAccountName", g.OnPremisesSamAccountName)
	p.Text("onPremisesDomainName", g.OnPremisesDomainName)
	p.Text("onPremisesSecurityIdentifier", g.OnPremisesSecurityIdentifier)
	return p
}
