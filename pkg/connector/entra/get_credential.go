package entra

import (
	"context"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// heldCredential is a credential with the object that has its row.
type heldCredential struct {
	credential credential
	holder     holder
}

// Get returns a credential. Graph finds none by its key id, so the lists are read up to it, the service
// principals before the registrations: a request for each 999 of them, in the lane of List.
func (s *credentialSyncer) Get(ctx context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	return get(ctx, id, lookup[heldCredential]{
		resourceType: typeCredential,
		read:         s.find,
		resource:     func(h heldCredential) (*v2.Resource, error) { return credentialResource(h.credential, h.holder) },
	})
}

// find looks for a key id in the order of List, where the first object that has it has the row.
func (s *credentialSyncer) find(ctx context.Context, keyID string) (held heldCredential, found bool, err error) {
	identities := map[string]identity{} // by app id, for the registrations
	for _, walk := range []string{"", walkRegistrations} {
		holders, err := s.holders(walk)
		if err != nil {
			return held, false, err
		}
		read := func(ctx context.Context, next string) (graph.Page[graph.CredentialHolder], error) {
			return holders.read(ctx, &connector.Cursor{Walk: walk, Next: next})
		}
		err = eachPage(ctx, read, func(page []graph.CredentialHolder) bool {
			for _, h := range page {
				if walk == "" && h.AppID != "" {
					identities[h.AppID] = s.identity(h)
				}
				if held, found = withKey(h, keyID); found {
					held.holder.objectType = objectTypeOf(walk)
					held.holder.identity = s.identityIn(walk, h, identities)
					return true
				}
			}
			return false
		})
		if err != nil || found {
			return held, found, err
		}
	}
	return held, false, nil
}

// identityIn is what an object of a walk signs in as: itself, or the service principal of a registration.
func (s *credentialSyncer) identityIn(walk string, h graph.CredentialHolder, byAppID map[string]identity) identity {
	if walk == walkRegistrations {
		return byAppID[h.AppID]
	}
	return s.identity(h)
}

// withKey finds a credential among those of an object.
func withKey(h graph.CredentialHolder, keyID string) (heldCredential, bool) {
	of := holder{CredentialHolder: h}
	set := credentialsOf(of)
	i := slices.IndexFunc(set.credentials, func(c credential) bool { return strings.EqualFold(c.KeyID, keyID) })
	if i < 0 {
		return heldCredential{}, false
	}
	return heldCredential{credential: set.credentials[i], holder: of}, true
}
