package graphsim

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // the thumbprint of a certificate is SHA-1 by definition
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"time"
)

// credentials are the secrets and keys of one object in the making.
type credentials struct {
	passwords []passwordCredential
	keys      []keyCredential
}

// span is the life of a credential.
type span struct{ from, to string }

var (
	spanGood    = span{"2024-01-01T00:00:00Z", "2099-12-31T00:00:00Z"}
	spanExpired = span{"2020-01-01T00:00:00Z", "2022-01-01T00:00:00Z"}
	spanFuture  = span{"2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"}
)

func (c *credentials) password(d *dice, name string, life span) {
	id := d.guid()
	c.passwords = append(c.passwords, passwordCredential{DisplayName: ref(name), Hint: ref(d.secret()[6:9]), KeyID: id,
		StartDateTime: &life.from, EndDateTime: &life.to})
}

func (c *credentials) certificate(d *dice, name string, life span) {
	id := d.guid()
	c.keys = append(c.keys, keyCredential{CustomKeyIdentifier: ref(thumb(d)), DisplayName: ref(name), KeyID: id, Key: ref(material(d)),
		StartDateTime: &life.from, EndDateTime: &life.to, Type: "AsymmetricX509Cert", Usage: "Verify"})
}

func thumb(d *dice) string    { return base64.StdEncoding.EncodeToString(d.bytes(20)) }
func material(d *dice) string { return base64.StdEncoding.EncodeToString(d.bytes(96)) }

// signing is the certificate with which a SAML application signs: twice a key and once a password, all under
// one id. It returns the thumbprint as hex digits, as preferredTokenSigningKeyThumbprint has it.
func (c *credentials) signing(d *dice) string {
	id, digest, name := d.guid(), d.bytes(20), "CN=Microsoft Azure Federated SSO Certificate"
	fingerprint := base64.StdEncoding.EncodeToString(digest)
	private := keyCredential{CustomKeyIdentifier: &fingerprint, DisplayName: &name, KeyID: id, Type: "X509CertAndPassword", Usage: "Sign",
		StartDateTime: ref(spanGood.from), EndDateTime: ref(spanGood.to)}
	public := private
	public.Type, public.Usage, public.Key = "AsymmetricX509Cert", "Verify", ref(material(d))
	c.keys = append(c.keys, private, public)
	c.passwords = append(c.passwords, passwordCredential{CustomKeyIdentifier: &fingerprint, DisplayName: &name, KeyID: id,
		StartDateTime: ref(spanGood.from), EndDateTime: ref(spanGood.to)})
	return fmt.Sprintf("%X", digest)
}

func (c *credentials) values() map[string]any {
	out := map[string]any{}
	if c.passwords != nil {
		out["passwordCredentials"] = c.passwords
	}
	if c.keys != nil {
		out[keyCredentials] = c.keys
	}
	return out
}

// seedCredentials gives service principals and registrations their secrets and keys. The registrations come in
// the order of their applications; each has its shape by its place.
func (b *builder) seedCredentials() error {
	d := newDice(b.o.Seed, "credentials")
	if err := b.signingCertificates(d); err != nil {
		return err
	}
	var shared string
	for n, app := range b.t.applications {
		c := b.registered(d, n, app)
		if n == 4 && len(c.passwords) > 0 {
			shared = c.passwords[0].KeyID
		}
		if n == 5 && shared != "" { // one id on two objects
			c.passwords[0].KeyID = shared
		}
		if err := app.fill(c.values()); err != nil {
			return err
		}
	}
	return nil
}

// registered are the credentials of a registration.
func (b *builder) registered(d *dice, n int, app *object) *credentials {
	c := &credentials{}
	if app.text("appId") == b.o.ClientID {
		return b.own(c)
	}
	switch n % 8 {
	case 1: // none at all
	case 2:
		c.password(d, "expired", spanExpired)
		c.certificate(d, "CN=expired", spanExpired)
	case 3:
		c.password(d, "next", spanFuture)
		c.certificate(d, "CN=next", spanFuture)
	case 6:
		c.password(d, "nameless", spanGood)
		c.passwords[0].DisplayName, c.passwords[0].Hint = nil, nil
	case 7:
		c.certificate(d, "CN=build."+domain, spanGood)
		c.keys[0].DisplayName, c.keys[0].CustomKeyIdentifier = nil, nil
	default:
		c.password(d, "deployment", spanGood)
	}
	return c
}

// own are the credentials that the options gave to the connector itself.
func (b *builder) own(c *credentials) *credentials {
	for _, s := range b.o.secrets() {
		from, to := s.start().UTC().Format(time.RFC3339), s.end().UTC().Format(time.RFC3339)
		id := sha256.Sum256([]byte(b.o.ClientID + s.Value))
		c.passwords = append(c.passwords, passwordCredential{DisplayName: ref(cmp.Or(s.Name, "connector")), Hint: ref(s.Value[:min(3, len(s.Value))]),
			KeyID: formatGUID(id[:16]), StartDateTime: &from, EndDateTime: &to})
	}
	for _, cert := range b.o.Certificates {
		c.keys = append(c.keys, ownKey(cert))
	}
	return c
}

func ownKey(cert *x509.Certificate) keyCredential {
	fingerprint := sha1.Sum(cert.Raw) //nolint:gosec // as above
	return keyCredential{
		CustomKeyIdentifier: ref(base64.StdEncoding.EncodeToString(fingerprint[:])), DisplayName: ref(cert.Subject.String()),
		Key: ref(base64.StdEncoding.EncodeToString(cert.Raw)), KeyID: formatGUID(append([]byte{}, fingerprint[:16]...)),
		StartDateTime: ref(cert.NotBefore.UTC().Format(time.RFC3339)), EndDateTime: ref(cert.NotAfter.UTC().Format(time.RFC3339)),
		Type: "AsymmetricX509Cert", Usage: "Verify",
	}
}

// signingCertificates are those of SAML applications, and a secret that sits on a service principal itself.
func (b *builder) signingCertificates(d *dice) error {
	for n, sp := range b.apps {
		c := &credentials{}
		values := map[string]any{}
		switch n {
		case appSAML:
			values["preferredTokenSigningKeyThumbprint"] = c.signing(d)
		case appLegacy:
			c.password(d, "legacy secret", spanGood)
		}
		for name, v := range c.values() {
			values[name] = v
		}
		if err := sp.fill(values); err != nil {
			return err
		}
	}
	return nil
}
