package entra

import (
	"cmp"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// The kinds of credential, as Graph names them.
const (
	kindKey      = "keyCredential"
	kindPassword = "passwordCredential"
)

// holder is a service principal or an app registration, its type as Graph names it, and the resource that
// its credentials sign in as.
type holder struct {
	graph.CredentialHolder
	objectType string
	identity   identity
}

// credential is a secret or a key.
type credential struct {
	graph.Credential
	kind string
}

// credentialSet is what an object has, one for each key id.
type credentialSet struct {
	holder      holder
	credentials []credential
	// withoutID is how many cannot be told apart: no id, no row.
	withoutID int
}

// credentialsOf gathers an object's secrets and keys. The certificate with which a SAML application signs
// shows up three times under one id, as its public part, its private part and the password of that: the
// public part is the certificate.
func credentialsOf(h holder) credentialSet {
	set := credentialSet{holder: h}
	var all []credential
	for _, key := range h.Keys {
		all = append(all, credential{key, kindKey})
	}
	for _, password := range h.Passwords {
		all = append(all, credential{password, kindPassword})
	}
	named := slices.DeleteFunc(all, func(c credential) bool { return c.KeyID == "" })
	set.withoutID = len(h.Keys) + len(h.Passwords) - len(named)
	slices.SortFunc(named, compareCredentials)
	set.credentials = slices.CompactFunc(named, func(a, b credential) bool { return a.KeyID == b.KeyID })
	return set
}

// compareCredentials sorts by the id. Of one id the first is the one that is kept, whatever the order in
// which they came: keys before passwords, and AsymmetricX509Cert before X509CertAndPassword.
func compareCredentials(a, b credential) int {
	return cmp.Or(
		strings.Compare(a.KeyID, b.KeyID),
		strings.Compare(a.kind, b.kind),
		strings.Compare(a.Type, b.Type),
		strings.Compare(a.Usage, b.Usage),
		strings.Compare(a.CustomKeyIdentifier, b.CustomKeyIdentifier),
		strings.Compare(a.DisplayName, b.DisplayName),
		strings.Compare(a.Hint, b.Hint),
	)
}

// credentialResource maps a credential. Expired ones are rows, too: they are there, and can be cleaned up.
func credentialResource(c credential, h holder) (*v2.Resource, error) {
	trait := []rs.SecretTraitOption{rs.WithSecretType(credentialClass(c)), rs.WithSecretDetail(cmp.Or(c.Type, c.kind))}
	if h.identity.ID != "" {
		trait = append(trait, rs.WithSecretIdentityID(connector.ResourceID(h.identity.Type, h.identity.ID)))
	}
	if c.EndDateTime != nil {
		trait = append(trait, rs.WithSecretExpiresAt(*c.EndDateTime))
	}
	options := []rs.ResourceOption{rs.WithResourceProfile(credentialProfile(c, h))}
	if c.StartDateTime != nil {
		options = append(options, rs.WithResourceCreatedAt(*c.StartDateTime))
	}
	return rs.NewSecretResource(connector.NameOr(c.DisplayName, unnamed(c)), credentialType(), c.KeyID, trait, options...)
}

// credentialClass reads the class of a key off its type.
func credentialClass(c credential) v2.SecretTrait_CredentialType {
	of := strings.ToLower(c.Type)
	switch {
	case c.kind == kindPassword, of == "symmetric":
		return v2.SecretTrait_CREDENTIAL_TYPE_STATIC_SECRET
	case strings.Contains(of, "x509"):
		return v2.SecretTrait_CREDENTIAL_TYPE_CERTIFICATE
	case strings.HasPrefix(of, "asymmetric"):
		return v2.SecretTrait_CREDENTIAL_TYPE_ASYMMETRIC_KEY
	}
	return v2.SecretTrait_CREDENTIAL_TYPE_UNSPECIFIED
}

// unnamed is what a credential without a name is called.
func unnamed(c credential) string {
	switch credentialClass(c) {
	case v2.SecretTrait_CREDENTIAL_TYPE_STATIC_SECRET:
		return "Client secret " + c.KeyID
	case v2.SecretTrait_CREDENTIAL_TYPE_CERTIFICATE:
		return "Certificate " + c.KeyID
	}
	return "Key " + c.KeyID
}

// credentialProfile says what the credential is and whose. Its keys live on in attribute mappings: add,
// never rename.
func credentialProfile(c credential, h holder) map[string]any {
	p := connector.Profile{"kind": c.kind, "objectId": h.ID, "objectType": h.objectType}
	p.Text("appId", h.AppID)
	p.Text("objectDisplayName", h.DisplayName)
	p.Text("hint", c.Hint)
	p.Text("type", c.Type)
	p.Text("usage", c.Usage)
	if c.kind == kindKey { // of an old secret it is what somebody once called it
		p.Text("customKeyIdentifier", c.CustomKeyIdentifier)
	}
	return p
}
