package main

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// signinSettings are the flags for signing in otherwise than with the one secret.
type signinSettings struct {
	secretEnds, certificate             string
	federationIssuer, federationSubject string
	federationKey, federationAudience   string
}

func (e *entraSettings) signinFlags(f *flag.FlagSet) {
	o := &e.options
	f.StringVar(&e.signin.secretEnds, "client-secret-ends", "", "the `day` or moment when the secret expires, 2030-01-31 or RFC 3339; never if empty")
	f.StringVar(&e.signin.certificate, "certificate", "", "let the application sign in with these certificates: a PEM `file`")
	f.StringVar(&e.signin.federationIssuer, "federation-issuer", "", "let it sign in with an assertion of this `issuer`")
	f.StringVar(&e.signin.federationSubject, "federation-subject", "", "the `subject` of that assertion")
	f.StringVar(&e.signin.federationKey, "federation-key", "", "the issuer's public key or certificate: a PEM `file`")
	f.StringVar(&e.signin.federationAudience, "federation-audience", "", "the `audience` of the assertion; api://AzureADTokenExchange if empty")
	f.BoolVar(&o.ManagedIdentity, "managed-identity", false, "open the token endpoint of an App Service for managed identities")
	f.StringVar(&o.Cloud, "cloud", "public", "the `cloud` that the tenant is in: public, usgov, usgov-dod, china")
	f.StringVar(&o.Proxy, "proxy", "", "loopback `address` of a proxy that leads the host names of the clouds here")
}

// apply reads the files and puts what they hold into the options.
func (s *signinSettings) apply(o *graphsim.Options) error {
	return errors.Join(s.applySecret(o), s.applyCertificates(o), s.applyFederation(o))
}

func (s *signinSettings) applySecret(o *graphsim.Options) error {
	if s.secretEnds == "" {
		return nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if end, err := time.Parse(layout, s.secretEnds); err == nil {
			o.ClientSecretEnds = end
			return nil
		}
	}
	return fmt.Errorf("--client-secret-ends %q is neither a day nor a moment", s.secretEnds)
}

func (s *signinSettings) applyCertificates(o *graphsim.Options) error {
	if s.certificate == "" {
		return nil
	}
	blocks, err := readPEM(s.certificate)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if b.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return fmt.Errorf("read certificate in %s: %w", s.certificate, err)
		}
		o.Certificates = append(o.Certificates, cert)
	}
	if len(o.Certificates) == 0 {
		return fmt.Errorf("there is no certificate in %s", s.certificate)
	}
	return nil
}

func (s *signinSettings) applyFederation(o *graphsim.Options) error {
	if s.federationIssuer == "" && s.federationSubject == "" && s.federationKey == "" {
		return nil
	}
	if s.federationIssuer == "" || s.federationSubject == "" || s.federationKey == "" {
		return errors.New("--federation-issuer, --federation-subject and --federation-key go together")
	}
	blocks, err := readPEM(s.federationKey)
	if err != nil {
		return err
	}
	key, err := publicKey(blocks[0])
	if err != nil {
		return fmt.Errorf("read key in %s: %w", s.federationKey, err)
	}
	o.Federations = append(o.Federations, graphsim.Federation{Issuer: s.federationIssuer, Subject: s.federationSubject,
		Audience: s.federationAudience, Key: key})
	return nil
}

func publicKey(b *pem.Block) (crypto.PublicKey, error) {
	if b.Type != "CERTIFICATE" {
		return x509.ParsePKIXPublicKey(b.Bytes)
	}
	cert, err := x509.ParseCertificate(b.Bytes)
	if err != nil {
		return nil, err
	}
	return cert.PublicKey, nil
}

// readPEM reads the blocks of a file; there is one at least.
func readPEM(path string) ([]*pem.Block, error) {
	rest, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var out []*pem.Block
	for {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		out = append(out, b)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s is no PEM file", path)
	}
	return out, nil
}
