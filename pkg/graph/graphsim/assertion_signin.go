package graphsim

import (
	"cmp"
	"crypto"
	"crypto/sha1" //nolint:gosec // the thumbprint of a certificate is SHA-1 by definition
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Federation is a trust in another issuer: its assertions about Subject sign the application in.
type Federation struct {
	Issuer, Subject string
	// Audience is api://AzureADTokenExchange where it is empty.
	Audience string
	// Key is the issuer's public key, RSA.
	Key crypto.PublicKey
}

const (
	jwtBearer        = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" //nolint:gosec // a name, no secret
	exchangeAudience = "api://AzureADTokenExchange"
)

// checkCredential takes a client secret, an assertion signed with a registered certificate, or one of a
// trusted issuer.
func (s *Server) checkCredential(c *call, form url.Values) error {
	text := form.Get("client_assertion")
	if text == "" {
		return s.checkSecret(form.Get("client_secret"))
	}
	if form.Get("client_assertion_type") != jwtBearer {
		return &signinError{http.StatusBadRequest, "invalid_request", 900144,
			"The request body must contain the following parameter: 'client_assertion_type'."}
	}
	a, err := parseAssertion(text)
	if err != nil {
		return badAssertion(50027, "JWT token is invalid or malformed.")
	}
	if !strings.EqualFold(a.claims.Issuer, s.options.ClientID) { // whatever thumbprint another issuer names
		return s.checkFederated(a)
	}
	return s.checkCertificate(c, a)
}

func badAssertion(number int, message string) error {
	return &signinError{http.StatusUnauthorized, "invalid_client", number, message}
}

func (s *Server) checkCertificate(c *call, a *assertion) error {
	cert := s.certificateOf(a)
	switch {
	case a.claims.ID == "" || a.claims.NotBefore == 0:
		return badAssertion(50027, "JWT token is invalid or malformed.")
	case cert == nil:
		return badAssertion(700027, "The certificate with identifier used to sign the client assertion is not registered on application. "+
			"[Reason - The key was not found.]")
	case !a.signedBy(cert.PublicKey):
		return badAssertion(700027, "Client assertion failed signature validation. [Reason - The signature does not fit the key.]")
	case time.Now().After(cert.NotAfter) || time.Now().Before(cert.NotBefore):
		return badAssertion(700027, "Client assertion failed signature validation. [Reason - The key used is expired.]")
	case !a.alive(s.options.AssertionsAhead):
		return badAssertion(700024, "Client assertion is not within its valid time range.")
	case !strings.EqualFold(a.claims.Subject, s.options.ClientID):
		return badAssertion(700021, "Client assertion application identifier doesn't match 'client_id' parameter.")
	case !a.meantFor(s.tokenAudiences(c)...):
		return badAssertion(700023, "Client assertion audience claim does not match Realm issuer.")
	}
	return nil
}

// tokenAudiences are the names of the token endpoint that an assertion may be made out to.
func (s *Server) tokenAudiences(c *call) []string {
	var out []string
	for _, tenant := range []string{s.options.TenantID, onMicrosoftDomain} {
		base := c.origin() + "/" + tenant
		out = append(out, base+"/oauth2/v2.0/token", base+"/v2.0")
	}
	return out
}

// certificateOf finds the registered certificate that an assertion names by its thumbprint, or by both of them.
func (s *Server) certificateOf(a *assertion) *x509.Certificate {
	i := slices.IndexFunc(s.options.Certificates, func(cert *x509.Certificate) bool {
		short, long := sha1.Sum(cert.Raw), sha256.Sum256(cert.Raw) //nolint:gosec // as above
		return a.header.Thumb+a.header.ThumbSHA != "" && isThumb(a.header.Thumb, short[:]) && isThumb(a.header.ThumbSHA, long[:])
	})
	if i < 0 {
		return nil
	}
	return s.options.Certificates[i]
}

// isThumb compares a thumbprint in either spelling of base64: libraries send both. One that is not there fits all.
func isThumb(text string, want []byte) bool {
	plain := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(text), "=")
	return text == "" || plain == base64.RawURLEncoding.EncodeToString(want)
}

func (s *Server) checkFederated(a *assertion) error {
	i := slices.IndexFunc(s.options.Federations, func(f Federation) bool {
		return f.Issuer == a.claims.Issuer && f.Subject == a.claims.Subject && a.meantFor(cmp.Or(f.Audience, exchangeAudience))
	})
	if i < 0 {
		return badAssertion(70021, fmt.Sprintf("No matching federated identity record found for presented assertion. "+
			"Assertion Issuer: '%s'. Assertion Subject: '%s'. Assertion Audience: '%s'.",
			a.claims.Issuer, a.claims.Subject, strings.Join(a.claims.Audience, " ")))
	}
	if !a.signedBy(s.options.Federations[i].Key) {
		return badAssertion(50013, "Assertion failed signature validation.")
	}
	if !a.alive(s.options.AssertionsAhead) {
		return badAssertion(700024, "Client assertion is not within its valid time range.")
	}
	return nil
}
