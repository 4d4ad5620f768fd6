package entra

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// scoped is one role assignment of a (role, principal) pair.
type scoped struct {
	ID    string `json:"id"`
	Scope string `json:"directoryScopeId"`
	App   string `json:"appScopeId,omitempty"`
}

// rolePair is a role and who holds it. An id of a grant has no room for the scope, so all assignments
// of a pair make one grant.
type rolePair struct{ role, principal string }

func (p rolePair) key() string { return p.role + "/" + p.principal }

// GrantsForResourceType returns the grants of a page of role assignments. The assignments of one pair
// may lie pages apart: what earlier pages held is in the session store, and the grant is written once
// more with all of them. The last one written stands.
func (s *roleSyncer) GrantsForResourceType(ctx context.Context, _ string, o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return connector.Walks(o, func(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
		return s.assignments(ctx, o, cursor)
	})
}

func (s *roleSyncer) assignments(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	page, err := s.c.graph.ListRoleAssignments(ctx, cursor.Next)
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	r, err := s.c.resolve(ctx, o, roleAssignmentIDs(page.Items))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	pairs, err := mergeAssignments(ctx, o, pairAssignments(page.Items, r))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	grants := make([]*v2.Grant, 0, len(pairs))
	for _, pair := range slices.SortedFunc(maps.Keys(pairs), func(a, b rolePair) int { return cmp.Compare(a.key(), b.key()) }) {
		grants = append(grants, roleGrant(pair, r.known[pair.principal].resourceType, pairs[pair]))
	}
	results, err := connector.NextPage(cursor, page.Next)
	if err != nil {
		return nil, nil, err
	}
	r.report(o)
	return grants, results, nil
}

// pairAssignments gathers the assignments of a page by pair and counts those that lead nowhere.
func pairAssignments(page []graph.RoleAssignment, r *resolver) map[rolePair][]scoped {
	pairs := map[rolePair][]scoped{}
	for _, a := range page {
		holder := principal{id: a.PrincipalID}
		if a.Principal != nil {
			holder.kind = a.Principal.Type()
		}
		switch {
		case !r.known[a.RoleDefinitionID].listed(typeRole):
			r.left[reasonDefinition]++
		case r.resource(holder) != nil:
			pair := rolePair{a.RoleDefinitionID, a.PrincipalID}
			pairs[pair] = append(pairs[pair], scoped{ID: a.ID, Scope: a.DirectoryScopeID, App: a.AppScopeID})
		}
	}
	return pairs
}

// mergeAssignments adds what earlier pages held of the same pairs, and notes the whole for later ones.
func mergeAssignments(ctx context.Context, o rs.SyncOpAttrs, pairs map[rolePair][]scoped) (map[rolePair][]scoped, error) {
	keys := make([]string, 0, len(pairs))
	for pair := range pairs {
		keys = append(keys, pair.key())
	}
	earlier, err := session.GetManyJSON[[]scoped](ctx, o.Session, keys, sessions.WithPrefix(prefixAssignments))
	if err != nil {
		return nil, fmt.Errorf("look up the role assignments of %d pairs: %w", len(keys), err)
	}
	merged := make(map[string][]scoped, len(pairs))
	for pair, here := range pairs {
		pairs[pair] = union(earlier[pair.key()], here)
		merged[pair.key()] = pairs[pair]
	}
	if err := session.SetManyJSON(ctx, o.Session, merged, sessions.WithPrefix(prefixAssignments)); err != nil {
		return nil, fmt.Errorf("remember the role assignments of %d pairs: %w", len(merged), err)
	}
	return pairs, nil
}

// union has each assignment once, in the order of their ids, whatever the order of the pages was, and
// however often one of them was read.
func union(a, b []scoped) []scoped {
	byID := map[string]scoped{}
	for _, s := range slices.Concat(a, b) {
		byID[s.ID] = s
	}
	return slices.SortedFunc(maps.Values(byID), func(x, y scoped) int { return cmp.Compare(x.ID, y.ID) })
}

// roleGrant makes the one grant of a pair. Its metadata names the assignments, since a revoke has to
// remove exactly these.
func roleGrant(pair rolePair, holderType string, assignments []scoped) *v2.Grant {
	resource := v2.Resource_builder{Id: connector.ResourceID(typeRole, pair.role)}.Build()
	options := []grant.GrantOption{grant.WithGrantMetadata(roleMetadata(assignments))}
	if holderType == typeGroup {
		options = append(options, grant.WithAnnotation(throughGroup(pair.principal)))
	}
	return grant.NewGrant(resource, slugAssigned, connector.ResourceID(holderType, pair.principal), options...)
}

func roleMetadata(assignments []scoped) map[string]any {
	tenantWide := false
	list := make([]any, 0, len(assignments))
	for _, a := range assignments {
		tenantWide = tenantWide || a.Scope == "/"
		entry := map[string]any{"id": a.ID, "directoryScopeId": a.Scope}
		if a.App != "" {
			entry["appScopeId"] = a.App
		}
		list = append(list, entry)
	}
	return map[string]any{"assignments": list, "tenant_wide": tenantWide}
}

func roleAssignmentIDs(page []graph.RoleAssignment) []string {
	ids := make([]string, 0, 2*len(page))
	for _, a := range page {
		ids = append(ids, a.RoleDefinitionID, a.PrincipalID)
	}
	return ids
}
