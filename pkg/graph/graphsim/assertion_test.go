package graphsim_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/url"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// certificateFor makes a certificate that signs itself.
func certificateFor(t *testing.T, key *rsa.PrivateKey, from, to time.Time) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "connector"}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// sign makes a JWT with RS256.
func sign(t *testing.T, key *rsa.PrivateKey, header, claims map[string]any) string {
	t.Helper()
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	header["alg"] = "RS256"
	text := part(header) + "." + part(claims)
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// signInWith sends an assertion and returns the AADSTS number, 0 for a token.
func (r *rig) signInWith(assertion string) int {
	r.t.Helper()
	form := r.form()
	form.Del("client_secret")
	form.Set("client_assertion", assertion)
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	return r.tokenCode(form)
}

func (r *rig) tokenCode(form url.Values) int {
	r.t.Helper()
	resp, err := r.client.PostForm(r.URL()+"/"+r.Options().TenantID+"/oauth2/v2.0/token", form)
	if err != nil {
		r.t.Fatal(err)
	}
	var a struct {
		Token string `json:"access_token"`
		Codes []int  `json:"error_codes"`
	}
	decode(r.t, resp, &a)
	if a.Token != "" && len(a.Codes) == 0 {
		return 0
	}
	if len(a.Codes) != 1 || resp.StatusCode < 400 {
		r.t.Fatalf("%d %+v", resp.StatusCode, a)
	}
	return a.Codes[0]
}

func TestToken_CertificateAssertions(t *testing.T) {
	key, other, now := newKey(t), newKey(t), time.Now()
	good := certificateFor(t, key, now.Add(-time.Hour), now.Add(time.Hour))
	expired := certificateFor(t, key, now.Add(-2*time.Hour), now.Add(-time.Hour))
	stranger := certificateFor(t, other, now.Add(-time.Hour), now.Add(time.Hour))
	r := start(t, graphsim.Options{Certificates: []*x509.Certificate{good, expired}})
	claims := func(change map[string]any) map[string]any {
		id := r.Options().ClientID
		c := map[string]any{"iss": id, "sub": id, "aud": r.URL() + "/" + r.Options().TenantID + "/oauth2/v2.0/token",
			"exp": now.Add(time.Minute).Unix(), "nbf": now.Unix(), "jti": "1"}
		for k, v := range change {
			c[k] = v
		}
		return c
	}
	fingerprint := func(c *x509.Certificate) map[string]any {
		sum := sha256.Sum256(c.Raw)
		return map[string]any{"typ": "JWT", "x5t#S256": base64.StdEncoding.EncodeToString(sum[:])}
	}
	both := func(long, short *x509.Certificate) map[string]any {
		header, sum := fingerprint(long), sha1.Sum(short.Raw)
		header["x5t"] = base64.RawURLEncoding.EncodeToString(sum[:])
		return header
	}
	for name, test := range map[string]struct {
		assertion string
		want      int
	}{
		"good":               {sign(t, key, fingerprint(good), claims(nil)), 0},
		"not registered":     {sign(t, other, fingerprint(stranger), claims(nil)), 700027},
		"wrong key":          {sign(t, other, fingerprint(good), claims(nil)), 700027},
		"no thumbprint":      {sign(t, key, map[string]any{}, claims(nil)), 700027},
		"expired":            {sign(t, key, fingerprint(expired), claims(nil)), 700027},
		"old assertion":      {sign(t, key, fingerprint(good), claims(map[string]any{"exp": now.Add(-time.Hour).Unix()})), 700024},
		"early assertion":    {sign(t, key, fingerprint(good), claims(map[string]any{"nbf": now.Add(time.Hour).Unix()})), 700024},
		"of another app":     {sign(t, key, fingerprint(good), claims(map[string]any{"sub": "x"})), 700021},
		"for another tenant": {sign(t, key, fingerprint(good), claims(map[string]any{"aud": r.URL() + "/x/oauth2/v2.0/token"})), 700023},
		"issued by another":  {sign(t, key, fingerprint(good), claims(map[string]any{"iss": "x"})), 70021},
		"no jti":             {sign(t, key, fingerprint(good), claims(map[string]any{"jti": nil})), 50027},
		"no nbf":             {sign(t, key, fingerprint(good), claims(map[string]any{"nbf": nil})), 50027},
		"no exp":             {sign(t, key, fingerprint(good), claims(map[string]any{"exp": nil})), 700024},
		"two thumbprints":    {sign(t, key, both(good, good), claims(nil)), 0},
		"of two":             {sign(t, key, both(good, expired), claims(nil)), 700027},
		"no JWT":             {"x.y", 50027},
	} {
		if got := r.signInWith(test.assertion); got != test.want {
			t.Errorf("%s: AADSTS%d, want %d", name, got, test.want)
		}
	}
	registration := record(t, r.Census().Applications, func(a graphsim.Record) bool { return a.Text("appId") == r.Options().ClientID })
	if n := length(t, registration.Get("keyCredentials")); n != 2 {
		t.Errorf("%d keys at the registration, want 2", n)
	}
}
