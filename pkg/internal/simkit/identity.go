package simkit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"slices"
	"time"
)

// Identity is the certificate of one start of a simulator and the authority that signed it. The authority's key is
// thrown away at once: nothing else can ever be signed with it. A nil Identity is that of a simulator that has not
// started.
type Identity struct {
	// Leaf is the server's certificate: for localhost, 127.0.0.1, ::1 and the further names.
	Leaf  tls.Certificate
	caPEM []byte
	pool  *x509.CertPool
}

// NewIdentity makes the certificates, good for two days. Authority is the authority's common name; names are host names
// that the server answers to beside those of loopback.
func NewIdentity(authority string, names ...string) (*Identity, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the authority's key: %w", err)
	}
	ca := certificate(authority)
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, fmt.Errorf("make the authority: %w", err)
	}
	id := &Identity{pool: x509.NewCertPool(), caPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	id.pool.AppendCertsFromPEM(id.caPEM)
	if id.Leaf, err = newLeaf(ca, caKey, names); err != nil {
		return nil, err
	}
	return id, nil
}

func newLeaf(ca *x509.Certificate, caKey *ecdsa.PrivateKey, names []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make the server's key: %w", err)
	}
	leaf := certificate("localhost")
	leaf.DNSNames = append([]string{"localhost"}, names...)
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make the server's certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// certificate is what both have in common.
func certificate(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serialNumber(),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.Add(48 * time.Hour),
	}
}

// serialNumber is one that no other start had: clients that keep certificates tell them apart by it.
func serialNumber() *big.Int {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return new(big.Int).SetBytes(b)
}

// PEM is the authority to trust, nil before the start.
func (id *Identity) PEM() []byte {
	if id == nil {
		return nil
	}
	return slices.Clone(id.caPEM)
}

// Client returns an HTTP client that trusts the simulator and nobody else; before the start it trusts nobody.
func (id *Identity) Client() *http.Client {
	trusted := x509.NewCertPool()
	if id != nil {
		trusted = id.pool
	}
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: trusted},
		MaxIdleConnsPerHost: 32,
	}}
}
