package graphsim

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
	"time"
)

// identity is the certificate of one start of the server and the authority that signed it. The authority's
// key is thrown away at once: nothing else can ever be signed with it. Where there is a proxy, the certificate
// is for the names of the clouds as well.
type identity struct {
	leaf  tls.Certificate
	caPEM []byte
	pool  *x509.CertPool
}

func newIdentity(named bool) (*identity, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("graphsim: make authority key: %w", err)
	}
	ca := certificate("Simulated Entra tenant, throw-away authority")
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, fmt.Errorf("graphsim: make authority: %w", err)
	}
	id := &identity{pool: x509.NewCertPool(), caPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})}
	id.pool.AppendCertsFromPEM(id.caPEM)
	id.leaf, err = newLeaf(ca, caKey, named)
	return id, err
}

func newLeaf(ca *x509.Certificate, caKey *ecdsa.PrivateKey, named bool) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("graphsim: make server key: %w", err)
	}
	leaf := certificate("localhost")
	leaf.DNSNames = []string{"localhost"}
	if named {
		leaf.DNSNames = append(leaf.DNSNames, cloudHosts()...)
	}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("graphsim: make server certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// certificate is what both have in common: two days of life, and a serial number of its own.
func certificate(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(randomBytes(16)),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.Add(48 * time.Hour),
	}
}
