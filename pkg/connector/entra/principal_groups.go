package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Which groups service principals are in is read from their side: their list comes with up to graph.ExpandLimit of the
// groups of each, a thousand service principals a request. So it does not matter whether a delta of groups shows them.
// Where the service does not give this list, all large groups are listed one by one, by an advanced query that shows
// members of every kind.

const walkPrincipals = "servicePrincipals"

// readsServicePrincipals says whether a service principal can be the holder of a grant in this sync.
func (c *Connector) readsServicePrincipals() bool {
	return c.willSync(typeApplication) || c.willSync(typeManagedIdentity)
}

// walks are where the grants of groups begin, given the first of the cycles.
func (s *groupSyncer) walks(cycles ...connector.Cursor) []connector.Cursor {
	members := connector.Cursor{Walk: slugMembers, Cyclic: len(cycles) > 0}
	walks := append([]connector.Cursor{members, {Walk: slugOwners}}, cycles...)
	if !s.c.readsServicePrincipals() {
		return walks
	}
	if s.c.shortcuts.servicePrincipals.is(s.c.clock) {
		walks[0].Singly = true
		return walks
	}
	return append(walks, connector.Cursor{Walk: walkPrincipals, Cyclic: members.Cyclic})
}

// principalGrants reads a page of what service principals are in: of their list, or of one that is in many groups.
func (s *groupSyncer) principalGrants(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	if cursor.Parent != "" {
		return s.groupsOfOne(ctx, o, cursor)
	}
	page, err := s.c.graph.ListServicePrincipalsWithGroups(ctx, cursor.Next)
	switch {
	case graph.Unsupported(err):
		return s.withoutPrincipals(ctx, cursor, zap.Error(err))
	case err != nil:
		return nil, nil, connector.Status(err)
	case ignored(page.Items):
		return s.withoutPrincipals(ctx, cursor, zap.String("reason", "the service ignores $expand=memberOf"))
	}
	var links []belonging
	var many []connector.Cursor
	for _, sp := range page.Items {
		links = append(links, belongings(sp.ID, sp.MemberOf)...)
		if !sp.AllMemberOf() {
			many = append(many, connector.Cursor{Walk: walkPrincipals, Parent: sp.ID, Cyclic: cursor.Cyclic, Restarts: cursor.Restarts})
		}
	}
	grants, err := s.principalMembers(ctx, o, cursor, links)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	results, err := connector.NextPage(cursor, page.Next, many...)
	return grants, results, err
}

// ignored says whether the service has left out what each service principal is in. An option that Graph does not
// support it may ignore, without a word.
func ignored(principals []graph.ServicePrincipalGroups) bool {
	for _, sp := range principals {
		if sp.MemberOf != nil {
			return false
		}
	}
	return len(principals) > 0
}

func (s *groupSyncer) groupsOfOne(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	page, err := s.c.graph.ListServicePrincipalMemberOf(ctx, cursor.Parent, cursor.Next)
	if err = s.c.unlessDeleted(ctx, o, typeApplication, cursor.Parent, err); err != nil {
		return nil, nil, connector.Status(err)
	}
	grants, err := s.principalMembers(ctx, o, cursor, belongings(cursor.Parent, page.Items))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	results, err := connector.NextPage(cursor, page.Next)
	return grants, results, err
}

// withoutPrincipals starts the walk over members once more, with large groups one by one.
func (s *groupSyncer) withoutPrincipals(ctx context.Context, cursor connector.Cursor, why zap.Field) ([]*v2.Grant, *rs.SyncOpResults, error) {
	if s.c.shortcuts.servicePrincipals.close(s.c.clock) {
		ctxzap.Extract(ctx).Warn("the tenant does not list service principals with the groups that they are in: large groups are listed one by one for a day", why)
	}
	results, err := connector.NextPage(cursor, "", connector.Cursor{Walk: slugMembers, Cyclic: cursor.Cyclic, Singly: true, Again: true})
	return nil, results, err
}

// belonging is an object in a group.
type belonging struct{ principal, group string }

func belongings(principal string, in []graph.Object) []belonging {
	var links []belonging
	for _, group := range groupIDs(in) {
		links = append(links, belonging{principal, group})
	}
	return links
}

// principalMembers makes the grants of memberships. Those of groups in cycles have their own walk. What leads to no
// grant is not counted here: the walks over groups see it, too.
func (s *groupSyncer) principalMembers(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor, links []belonging) ([]*v2.Grant, error) {
	var ids []string
	var groups []parent
	for _, l := range links {
		ids = append(ids, l.principal, l.group)
		groups = append(groups, parent{id: l.group})
	}
	r, err := s.c.resolve(ctx, o, ids)
	if err != nil {
		return nil, err
	}
	r = r.uncounted()
	r.members = true
	w := s.members(cursor.Cyclic)
	elsewhere, err := w.inAnotherWalk(ctx, o, groups)
	if err != nil {
		return nil, err
	}
	var grants []*v2.Grant
	for _, l := range links {
		if as := r.known[l.group]; as.listed(typeGroup) && elsewhere[l.group] == "" {
			group := parent{id: l.group, fixed: as.mark == ruled}
			grants = append(grants, w.grantsTo(group, []principal{{l.principal, graph.TypeServicePrincipal}}, r)...)
		}
	}
	return grants, nil
}
