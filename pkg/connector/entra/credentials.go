package entra

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/session"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Credentials are read in one chain: those of all service principals first, then those of the app
// registrations. Where both have a credential of one id, the first that is read has the row; and a
// registration learns from the service principals whose credentials its own are.

// walkRegistrations is the second half of the chain.
const walkRegistrations = "registrations"

// Why a credential has no row.
const (
	reasonKeyElsewhere = "another object has a credential with the same key id"
	reasonNoKeyID      = "the credential has no key id"
)

// credentialSyncer lists the secrets and keys by which applications sign in: never what is in them.
type credentialSyncer struct{ c *Connector }

// ResourceType describes the secrets and keys of applications.
func (s *credentialSyncer) ResourceType(context.Context) *v2.ResourceType { return credentialType() }

// List returns the credentials of a page of service principals or app registrations.
func (s *credentialSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	cursor, err := connector.ParseCursor(o.PageToken.Token)
	if err != nil {
		return nil, nil, err
	}
	holders, err := s.holders(cursor.Walk)
	if err != nil {
		return nil, nil, err
	}
	return list(ctx, s.c, o, holders)
}

// Entitlements is never called: the resource type says so.
func (s *credentialSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the resource type says so.
func (s *credentialSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// holders is the collection that a walk goes through, each in its half of the chain.
func (s *credentialSyncer) holders(walk string) (collection[graph.CredentialHolder], error) {
	l := collection[graph.CredentialHolder]{resourceType: typeCredential,
		rows: func(ctx context.Context, o rs.SyncOpAttrs, holders []graph.CredentialHolder) ([]*v2.Resource, map[string]int, error) {
			return s.rows(ctx, o, walk, holders)
		}}
	switch walk {
	case "":
		l.name, l.count, l.always = "service principals", s.c.graph.CountServicePrincipals, true
		l.read = pages(func(ctx context.Context, next string) (graph.Page[graph.CredentialHolder], error) {
			return s.c.graph.ListServicePrincipalCredentials(ctx, s.needsAssignments(), next)
		})
		l.then = &connector.Cursor{Walk: walkRegistrations}
	case walkRegistrations:
		l.name, l.count = "app registrations", s.c.graph.CountAppRegistrations
		l.read = pages(s.c.graph.ListAppRegistrationCredentials)
	default:
		return collection[graph.CredentialHolder]{}, connector.UnknownWalk(walk)
	}
	return l, nil
}

// objectTypeOf is what a walk goes through, as Graph names it.
func objectTypeOf(walk string) string {
	if walk == walkRegistrations {
		return "application"
	}
	return graph.TypeServicePrincipal
}

// rows maps the credentials of a page. It returns the counts of those without a row by reason.
func (s *credentialSyncer) rows(ctx context.Context, o rs.SyncOpAttrs, walk string, holders []graph.CredentialHolder) ([]*v2.Resource, map[string]int, error) {
	identities, err := s.identities(ctx, o, walk, holders)
	if err != nil {
		return nil, nil, err
	}
	sets := make([]credentialSet, len(holders))
	for i, h := range holders {
		sets[i] = credentialsOf(holder{CredentialHolder: h, objectType: objectTypeOf(walk), identity: identities[h.ID]})
	}
	claims, err := claim(ctx, o, sets)
	if err != nil {
		return nil, nil, err
	}
	left := map[string]int{}
	var resources []*v2.Resource
	for _, set := range sets {
		left[reasonNoKeyID] += set.withoutID
		for _, credential := range set.credentials {
			if claims[credential.KeyID] != set.holder.ID {
				left[reasonKeyElsewhere]++
				continue
			}
			r, err := credentialResource(credential, set.holder)
			if err != nil {
				return nil, nil, fmt.Errorf("make a %s of the credential %s of the object %s: %w", typeCredential, credential.KeyID, set.holder.ID, err)
			}
			resources = append(resources, r)
		}
	}
	return resources, left, nil
}

// claim notes which object has the row of each key id, the first in the order of the lists, and returns
// these objects. Who has it keeps it, so a page that is read once more has the same rows.
func claim(ctx context.Context, o rs.SyncOpAttrs, sets []credentialSet) (map[string]string, error) {
	wanted := map[string]string{}
	for _, set := range sets {
		for _, credential := range set.credentials {
			if wanted[credential.KeyID] == "" {
				wanted[credential.KeyID] = set.holder.ID
			}
		}
	}
	claims, err := session.GetManyJSON[string](ctx, o.Session, keysOf(wanted), sessions.WithPrefix(prefixCredentials))
	if err != nil {
		return nil, fmt.Errorf("look up which objects have %d credentials: %w", len(wanted), err)
	}
	fresh := map[string]string{}
	for keyID, holder := range wanted {
		if claims[keyID] == "" {
			fresh[keyID], claims[keyID] = holder, holder
		}
	}
	if err := session.SetManyJSON(ctx, o.Session, fresh, sessions.WithPrefix(prefixCredentials)); err != nil {
		return nil, fmt.Errorf("remember which objects have %d credentials: %w", len(fresh), err)
	}
	return claims, nil
}
