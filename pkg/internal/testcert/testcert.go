// Package testcert makes certificates for tests.
package testcert

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// Pair is a certificate with its key.
type Pair struct {
	Certificate *x509.Certificate
	Key         *rsa.PrivateKey
	// PEM and KeyPEM are the files of both; the key is in PKCS#8.
	PEM, KeyPEM []byte
}

// New makes a certificate that is good for an hour before and after now.
func New(t testing.TB) Pair {
	t.Helper()
	return Between(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
}

// Between makes a certificate that signs itself and is good from one time to another.
func Between(t testing.TB, from, to time.Time) Pair {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return Pair{Certificate: Sign(t, &key.PublicKey, key, from, to), Key: key}.encode(t)
}

// Sign makes a certificate of a public key, signed by a private one.
func Sign(t testing.TB, public crypto.PublicKey, by *rsa.PrivateKey, from, to time.Time) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(from.Unix()), Subject: pkix.Name{CommonName: "connector"}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, by)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func (p Pair) encode(t testing.TB) Pair {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(p.Key)
	if err != nil {
		t.Fatal(err)
	}
	p.PEM, p.KeyPEM = Block("CERTIFICATE", p.Certificate.Raw), Block("PRIVATE KEY", der)
	return p
}

// Block is one block of a PEM file.
func Block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
