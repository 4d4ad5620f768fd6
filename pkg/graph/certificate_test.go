package graph

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testcert"
)

func TestParseCertificates(t *testing.T) {
	pair, other := testcert.New(t), testcert.New(t)
	for name, c := range map[string]struct {
		file []byte
		n    int
		says string
	}{
		"one":                  {pair.PEM, 1, ""},
		"a chain":              {slices.Concat(pair.PEM, other.PEM), 2, ""},
		"with its key":         {slices.Concat(pair.KeyPEM, pair.PEM), 1, ""},
		"with remarks":         {slices.Concat([]byte("subject=CN = connector\n"), pair.PEM), 1, ""},
		"with Windows' ends":   {bytes.ReplaceAll(pair.PEM, []byte("\n"), []byte("\r\n")), 1, ""},
		"with a mark in front": {slices.Concat([]byte("\xef\xbb\xbf"), pair.PEM), 1, ""},
		"nothing":              {nil, 0, "no certificate in PEM form"},
		"no PEM":               {[]byte("\x30\x82 a pfx"), 0, "openssl pkcs12"},
		"DER":                  {pair.Certificate.Raw, 0, "DER form"},
		"the key":              {pair.KeyPEM, 0, "exchanged"},
		"damaged":              {testcert.Block("CERTIFICATE", pair.Certificate.Raw[:100]), 0, "damaged"},
	} {
		got, err := ParseCertificates(c.file)
		if len(got) != c.n || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %d certificates, %v", name, len(got), err)
		}
	}
}

// keyFiles are the files of keys that cannot be used, and what is said of each.
func keyFiles(t *testing.T, pair testcert.Pair) map[string]struct {
	file []byte
	says string
} {
	t.Helper()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der := pair.Key.D.Bytes()
	older := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der,
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}})
	return map[string]struct {
		file []byte
		says string
	}{
		"nothing":                 {nil, "no private key in PEM form"},
		"no PEM":                  {[]byte("hunter2"), "no private key in PEM form"},
		"the certificate":         {pair.PEM, "exchanged"},
		"encrypted":               {testcert.Block("ENCRYPTED PRIVATE KEY", der), "encrypted"},
		"encrypted the older way": {older, "encrypted"},
		"two keys":                {slices.Concat(pair.KeyPEM, pair.KeyPEM), "2 private keys"},
		"EC":                      {testcert.Block("EC PRIVATE KEY", sec1), "takes RSA keys"},
		"EC with its parameters":  {slices.Concat(testcert.Block("EC PARAMETERS", []byte{6, 0}), testcert.Block("EC PRIVATE KEY", sec1)), "takes RSA keys"},
		"EC in PKCS#8":            {pkcs8(t, curve), "takes RSA keys"},
		"Ed25519":                 {pkcs8(t, edwards), "takes RSA keys"},
		"damaged":                 {testcert.Block("PRIVATE KEY", der), "damaged"},
		"of OpenSSH":              {testcert.Block("OPENSSH PRIVATE KEY", der), "RSA key in PEM form"},
	}
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return testcert.Block("PRIVATE KEY", der)
}

func TestParsePrivateKey(t *testing.T) {
	pair := testcert.New(t)
	for name, file := range map[string][]byte{
		"PKCS#8":               pair.KeyPEM,
		"PKCS#1":               testcert.Block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(pair.Key)),
		"PKCS#1 as PKCS#8":     testcert.Block("PRIVATE KEY", x509.MarshalPKCS1PrivateKey(pair.Key)),
		"with its certificate": slices.Concat(pair.PEM, pair.KeyPEM),
	} {
		if key, err := ParsePrivateKey(file); err != nil || !key.Equal(pair.Key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range keyFiles(t, pair) {
		_, err := ParsePrivateKey(c.file)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		if err != nil && len(c.file) > 0 && strings.Contains(err.Error(), string(c.file[len(c.file)/2:])) {
			t.Errorf("%s: the error quotes the file", name)
		}
	}
}

func TestClientCertificate_IsTheOneOfTheKey(t *testing.T) {
	pair, authority, stranger := testcert.New(t), testcert.New(t), testcert.New(t)
	for _, chain := range [][]*x509.Certificate{{pair.Certificate, authority.Certificate}, {authority.Certificate, pair.Certificate}} {
		c, err := NewClientCertificate(chain, pair.Key)
		if err != nil || len(c.chain) != 2 || c.chain[0] != pair.Certificate || c.chain[1] != authority.Certificate {
			t.Errorf("%v, %v", c, err)
		}
	}
	if _, err := NewClientCertificate([]*x509.Certificate{pair.Certificate}, stranger.Key); err == nil || !strings.Contains(err.Error(), "not the one of the certificate") {
		t.Errorf("a key of another: %v", err)
	}
}

func TestClientCertificate_HasItsTime(t *testing.T) {
	from := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	pair := testcert.Between(t, from, from.AddDate(1, 0, 0))
	c, err := NewClientCertificate([]*x509.Certificate{pair.Certificate}, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	for at, says := range map[time.Time]string{
		from.Add(-time.Second):                 "not valid yet: it begins on 2026-03-01T12:00:00Z",
		from:                                   "",
		c.Ends():                               "",
		from.AddDate(1, 0, 0).Add(time.Second): "has expired, on 2027-03-01",
	} {
		err := c.Check(at)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", at, err, says)
		}
	}
}
