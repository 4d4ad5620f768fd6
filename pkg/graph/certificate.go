package graph

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ClientCertificate is what an application signs in with in the place of a secret.
type ClientCertificate struct {
	chain []*x509.Certificate // the certificate itself first
	key   *rsa.PrivateKey
}

// NewClientCertificate joins a certificate, which may be anywhere among those it is given, to its key.
func NewClientCertificate(certificates []*x509.Certificate, key *rsa.PrivateKey) (*ClientCertificate, error) {
	c := &ClientCertificate{key: key}
	for i, certificate := range certificates {
		if key.PublicKey.Equal(certificate.PublicKey) {
			c.chain = append(c.chain, certificate)
			c.chain = append(append(c.chain, certificates[:i]...), certificates[i+1:]...)
			return c, nil
		}
	}
	return nil, errors.New("the private key is not the one of the certificate")
}

// Ends returns when the certificate expires.
func (c *ClientCertificate) Ends() time.Time { return c.chain[0].NotAfter }

// Check says whether the certificate can be used at a time.
func (c *ClientCertificate) Check(now time.Time) error {
	from, to := c.chain[0].NotBefore, c.Ends()
	switch {
	case now.After(to):
		return fmt.Errorf("the certificate has expired, on %s: make a new one, add it to the app registration's Certificates & secrets, "+
			"replace the files, and start the connector again", day(to))
	case now.Before(from):
		return fmt.Errorf("the certificate is not valid yet: it begins on %s (check the clock of this machine, which says %s)",
			from.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// ParseCertificates reads the certificates of a PEM file.
func ParseCertificates(file []byte) ([]*x509.Certificate, error) {
	blocks := blocksOf(file)
	var out []*x509.Certificate
	for _, block := range blocks {
		if block.Type != "CERTIFICATE" {
			continue // beside the certificate a key may stand, or what openssl says of both
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("a certificate in it is damaged: %w", err)
		}
		out = append(out, certificate)
	}
	switch _, notDER := x509.ParseCertificate(file); {
	case len(out) > 0:
		return out, nil
	case notDER == nil:
		return nil, errors.New("it is a certificate in DER form, not PEM: convert it with openssl x509 -inform der")
	case len(keysOf(blocks)) > 0:
		return nil, errors.New("it holds a private key and no certificate: perhaps the two files are exchanged")
	}
	return nil, errors.New("it holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----; a .pfx file is taken apart with openssl pkcs12")
}

// ParsePrivateKey reads the private key of a PEM file. Its errors hold nothing of the file.
func ParsePrivateKey(file []byte) (*rsa.PrivateKey, error) {
	blocks := blocksOf(file)
	keys := keysOf(blocks)
	switch {
	case len(keys) == 0 && len(blocks) > 0 && blocks[0].Type == "CERTIFICATE":
		return nil, errors.New("it holds a certificate and no private key: perhaps the two files are exchanged")
	case len(keys) == 0:
		return nil, errors.New("it holds no private key in PEM form, which begins with -----BEGIN PRIVATE KEY-----")
	case len(keys) > 1:
		return nil, fmt.Errorf("it holds %d private keys: leave only the one of the certificate in it", len(keys))
	case isEncrypted(keys[0]):
		return nil, errors.New("the private key is encrypted, and the connector has no password for it: write it without one, with openssl pkey, " +
			"and guard the file")
	}
	return parseKey(keys[0])
}

func parseKey(block *pem.Block) (*rsa.PrivateKey, error) {
	if strings.HasPrefix(block.Type, "EC ") {
		return nil, errNotRSA("an elliptic curve")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the private key is damaged, or of a kind that is not known here: it is to be an RSA key in PEM form")
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errNotRSA("another kind of")
	}
	return rsaKey, nil
}

func errNotRSA(kind string) error {
	return fmt.Errorf("the private key is %s key: Entra ID takes RSA keys, so make an RSA key and a certificate of it", kind)
}

// blocksOf takes a PEM file apart. Editors may have put a byte order mark in front.
func blocksOf(file []byte) []*pem.Block {
	rest := bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	var out []*pem.Block
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return out
		}
		out = append(out, block)
	}
}

func keysOf(blocks []*pem.Block) []*pem.Block {
	var out []*pem.Block
	for _, block := range blocks {
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			out = append(out, block)
		}
	}
	return out
}

// isEncrypted knows both ways to encrypt a key: PKCS#8's, and the older one in the headers.
func isEncrypted(block *pem.Block) bool {
	return strings.HasPrefix(block.Type, "ENCRYPTED") || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")
}
