package entra

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/conductorone/baton-sdk/pkg/session"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// identity is the resource that a credential signs in as. The zero value is none.
type identity struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// identities are those that the holders of a page sign in as, by object id. The service principals are
// these identities themselves, and are remembered for the registrations. A registration without a service
// principal has none.
func (s *credentialSyncer) identities(ctx context.Context, o rs.SyncOpAttrs, walk string, holders []graph.CredentialHolder) (map[string]identity, error) {
	if walk == walkRegistrations {
		return recallIdentities(ctx, o, holders)
	}
	found, byAppID := map[string]identity{}, map[string]identity{}
	for _, h := range holders {
		found[h.ID] = s.identity(h)
		if h.AppID != "" {
			byAppID[h.AppID] = found[h.ID]
		}
	}
	if err := session.SetManyJSON(ctx, o.Session, byAppID, sessions.WithPrefix(prefixIdentities)); err != nil {
		return nil, fmt.Errorf("remember the app ids of %d service principals: %w", len(byAppID), err)
	}
	return found, nil
}

func recallIdentities(ctx context.Context, o rs.SyncOpAttrs, registrations []graph.CredentialHolder) (map[string]identity, error) {
	appIDs := map[string]bool{}
	for _, r := range registrations {
		if r.AppID != "" {
			appIDs[r.AppID] = true
		}
	}
	known, err := session.GetManyJSON[identity](ctx, o.Session, keysOf(appIDs), sessions.WithPrefix(prefixIdentities))
	if err != nil {
		return nil, fmt.Errorf("look up the service principals of %d app registrations: %w", len(appIDs), err)
	}
	found := map[string]identity{}
	for _, r := range registrations {
		found[r.ID] = known[r.AppID]
	}
	return found, nil
}

// identity is the resource that a service principal is in this sync, if it is one. What the lists of
// applications and managed identities leave out is decided here once more, on the page itself: they are
// read beside this one, sooner or later.
func (s *credentialSyncer) identity(h graph.CredentialHolder) identity {
	of := ""
	switch h.ServicePrincipalType {
	case graph.KindApplication, graph.KindLegacy:
		of = typeApplication
		if s.needsAssignments() && h.Unassigned() {
			return identity{}
		}
	case graph.KindManagedIdentity:
		of = typeManagedIdentity
	}
	if of == "" || !s.c.willSync(of) {
		return identity{}
	}
	return identity{Type: of, ID: h.ID}
}

// needsAssignments says whether it takes the assignments to know which applications are resources.
func (s *credentialSyncer) needsAssignments() bool {
	return s.c.switches.skipUnassignedApps && s.c.willSync(typeApplication)
}

// keysOf are the keys in their order, so that the same page asks the store the same.
func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
