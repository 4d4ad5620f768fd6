package entra

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// credentialCensus is what has credentials in a tenant, in the order of the lists.
type credentialCensus struct {
	ServicePrincipals []censusHolder `json:"servicePrincipals"`
	Applications      []censusHolder `json:"applications"`
}

type censusHolder struct {
	ID          string             `json:"id"`
	AppID       string             `json:"appId"`
	DisplayName string             `json:"displayName"`
	Kind        string             `json:"servicePrincipalType"`
	AssignedTo  []struct{}         `json:"appRoleAssignedTo"`
	Passwords   []censusCredential `json:"passwordCredentials"`
	Keys        []censusCredential `json:"keyCredentials"`
}

type censusCredential struct {
	KeyID      string    `json:"keyId"`
	Name       string    `json:"displayName"`
	Hint       string    `json:"hint"`
	Type       string    `json:"type"`
	Usage      string    `json:"usage"`
	Thumbprint string    `json:"customKeyIdentifier"`
	Start      time.Time `json:"startDateTime"`
	End        time.Time `json:"endDateTime"`
}

func readCredentialCensus(t testing.TB, sim *graphsim.Server) credentialCensus {
	t.Helper()
	b, err := json.Marshal(sim.Census())
	if err != nil {
		t.Fatal(err)
	}
	var c credentialCensus
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// credentialRow is what the file has to say of a credential.
type credentialRow struct {
	name, identity, class, detail, created, expires     string
	kind, hint, keyType, usage, thumbprint              string
	holder, holderType, holderAppID, holderName, parent string
}

// expectedCredentials are the rows of a tenant by resource key, and how many credentials have none because
// another object has their key id.
func expectedCredentials(c credentialCensus, s switches, types ...string) (rows map[string]credentialRow, elsewhere int) {
	rows = map[string]credentialRow{}
	identities := map[string]string{}
	holders := map[string]string{}
	add := func(h censusHolder, holderType string) {
		own := map[string]bool{}
		for _, x := range append(slices.Clone(h.Keys), h.Passwords...) {
			key := typeCredential + ":" + x.KeyID
			if x.KeyID == "" || own[key] && x.Type != "AsymmetricX509Cert" {
				continue
			}
			if holders[key] != "" && holders[key] != h.ID {
				elsewhere++
				continue
			}
			own[key], holders[key] = true, h.ID
			rows[key] = rowOf(x, h, holderType, identities[h.AppID])
		}
	}
	for _, h := range c.ServicePrincipals {
		identities[h.AppID] = identityOf(h, s, types)
		add(h, "servicePrincipal")
	}
	for _, h := range c.Applications {
		add(h, "application")
	}
	return rows, elsewhere
}

// identityOf is the resource of a service principal, "" where it is none.
func identityOf(h censusHolder, s switches, types []string) string {
	of := map[string]string{"Application": "enterprise_application", "Legacy": "enterprise_application", "ManagedIdentity": "managed_identity"}[h.Kind]
	bare := of == "enterprise_application" && s.skipUnassignedApps && len(h.AssignedTo) == 0
	if of == "" || bare || len(types) > 0 && !slices.Contains(types, of) {
		return ""
	}
	return of + ":" + h.ID
}

func rowOf(x censusCredential, h censusHolder, holderType, identity string) credentialRow {
	row := credentialRow{name: x.Name, identity: identity, created: x.Start.UTC().Format(time.RFC3339), expires: x.End.UTC().Format(time.RFC3339),
		hint: x.Hint, keyType: x.Type, usage: x.Usage, holder: h.ID, holderType: holderType, holderAppID: h.AppID, holderName: h.DisplayName}
	if x.Type == "" {
		row.kind, row.class, row.detail = "passwordCredential", "STATIC_SECRET", "passwordCredential"
		row.name = connector.NameOr(x.Name, "Client secret "+x.KeyID)
		return row
	}
	row.kind, row.class, row.detail, row.thumbprint = "keyCredential", "CERTIFICATE", x.Type, x.Thumbprint
	row.name = connector.NameOr(x.Name, "Certificate "+x.KeyID)
	return row
}

// credentialRows reads the rows of a file.
func credentialRows(t testing.TB, c *testkit.Contents) map[string]credentialRow {
	t.Helper()
	rows := map[string]credentialRow{}
	for key, r := range c.Resources {
		if r.GetId().GetResourceType() != typeCredential {
			continue
		}
		rows[key] = readCredential(t, r)
	}
	return rows
}

func readCredential(t testing.TB, r *v2.Resource) credentialRow {
	t.Helper()
	var trait v2.SecretTrait
	annos := annotations.Annotations(r.GetAnnotations())
	if ok, err := annos.Pick(&trait); err != nil || !ok {
		t.Fatalf("%s has no secret trait: %v", r.GetId().GetResource(), err)
	}
	p := r.GetProfile().AsMap()
	text := func(key string) string { s, _ := p[key].(string); return s }
	row := credentialRow{name: r.GetDisplayName(), class: trait.GetCredentialType().String()[len("CREDENTIAL_TYPE_"):], detail: trait.GetCredentialDetail(),
		kind: text("kind"), hint: text("hint"), keyType: text("type"), usage: text("usage"), thumbprint: text("customKeyIdentifier"),
		holder: text("objectId"), holderType: text("objectType"), holderAppID: text("appId"), holderName: text("objectDisplayName"),
		parent: r.GetParentResourceId().GetResource()}
	if trait.HasIdentityId() {
		row.identity = testkit.ResourceKey(trait.GetIdentityId())
	}
	if r.HasCreatedAt() {
		row.created = r.GetCreatedAt().AsTime().Format(time.RFC3339)
	}
	if trait.HasExpiresAt() {
		row.expires = trait.GetExpiresAt().AsTime().Format(time.RFC3339)
	}
	return row
}

// sameCredentials holds the rows of a file against the tenant.
func sameCredentials(t *testing.T, got, want map[string]credentialRow) {
	t.Helper()
	testkit.Same(t, "credentials", got, want)
	for key, row := range want {
		if got[key] != row {
			t.Errorf("%s is\n%+v, want\n%+v", key, got[key], row)
		}
	}
}
