package main_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// certified is a certificate with its key, as files.
type certified struct {
	certificate *x509.Certificate
	key         *rsa.PrivateKey
	pem, keyPEM []byte
}

// newCertificate is good from an hour ago to a time.
func newCertificate(t *testing.T, to time.Time) certified {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "connector"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certified{certificate: certificate, key: key,
		pem:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		keyPEM: pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})}
}

// noSecret takes away the credentials of the environment, those of another kind are to come.
func noSecret() map[string]string { return map[string]string{"BATON_ENTRA_CLIENT_SECRET": ""} }

func TestSignIn_WithACertificate(t *testing.T) {
	t.Parallel()
	c := newCertificate(t, time.Now().Add(time.Hour))
	options := smallTenant()
	options.ClientSecret, options.Certificates = servicekit.Canary, []*x509.Certificate{c.certificate}
	sim := startTenant(t, options)
	s := stageOf(t, sim).With(noSecret())
	s.Write("cert.pem", c.pem)
	s.Write("key.pem", c.keyPEM)
	e := s.Run("--entra-client-certificate", "cert.pem", "--entra-client-certificate-private-key", "key.pem", "--log-level", "debug").WantExit(0)
	servicekit.WantResources(t, s.Contents("sync.c1z"), resourcesOf(sim.Census()))
	servicekit.WantNoSecrets(t, e.Stdout+e.Stderr, account{sim})
	for line := range strings.Lines(string(c.keyPEM)) {
		e.WantNot(strings.TrimSpace(line))
	}
	if n := strings.Count(e.Stderr, "the client certificate ends soon"); n != 1 {
		t.Errorf("the end of the certificate is told %d times", n)
	}
	s.WantOnly("cert.pem", "key.pem", "sync.c1z")
}

func TestSignIn_WithWhatThePlatformGives(t *testing.T) {
	t.Parallel()
	key := newCertificate(t, time.Now().Add(time.Hour)).key
	options := smallTenant()
	options.ManagedIdentity = true
	options.Federations = []graphsim.Federation{{Issuer: "https://k8s.example.com", Subject: "connector", Key: &key.PublicKey}}
	sim := startTenant(t, options)
	ids := map[string]string{"BATON_ENTRA_TENANT_ID": "", "BATON_ENTRA_CLIENT_ID": ""}
	for name, c := range map[string]struct {
		args []string
		env  map[string]string
	}{
		"the system-assigned identity": {[]string{"--use-managed-identity"}, ids},
		"a user-assigned identity":     {[]string{"--use-managed-identity", "--entra-client-id", sim.ManagedIdentities()[1]}, ids},
		"the method alone":             {[]string{"--auth-method", "managed-identity"}, ids},
		"a workload":                   {[]string{"--use-workload-identity"}, nil},
		"a workload by variables": {[]string{"--use-workload-identity"}, map[string]string{"BATON_ENTRA_TENANT_ID": "", "BATON_ENTRA_CLIENT_ID": "",
			"AZURE_TENANT_ID": sim.Options().TenantID, "AZURE_CLIENT_ID": sim.Options().ClientID}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stageOf(t, sim).With(noSecret()).With(c.env)
			s.Write("token", federatedToken(t, key))
			s.Env["AZURE_FEDERATED_TOKEN_FILE"] = s.Path("token")
			s.Run(append(c.args, "--sync-resource-types", "role", "--skip-entitlements-and-grants")...).WantExit(0)
			servicekit.WantResources(t, s.Contents("sync.c1z"), servicekit.Only(resourcesOf(sim.Census()), "role"))
		})
	}
}

// federatedToken is one that the test's issuer signs.
func federatedToken(t *testing.T, key *rsa.PrivateKey) []byte {
	t.Helper()
	claims, err := json.Marshal(map[string]any{"iss": "https://k8s.example.com", "sub": "connector", "aud": "api://AzureADTokenExchange", "exp": time.Now().Add(time.Hour).Unix()})
	if err != nil {
		t.Fatal(err)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return []byte(signed + "." + base64.RawURLEncoding.EncodeToString(signature))
}

// TestSignIn_WhatCannotBeIsRefusedAtTheDoor: one sentence, and nothing is sent.
func TestSignIn_WhatCannotBeIsRefusedAtTheDoor(t *testing.T) {
	host := silentHost(t)
	good, other := newCertificate(t, time.Now().Add(time.Hour)), newCertificate(t, time.Now().Add(time.Hour))
	expired := newCertificate(t, time.Now().Add(-time.Minute))
	encrypted := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: good.key.D.Bytes()})
	pair := []string{"--entra-client-certificate", "cert.pem", "--entra-client-certificate-private-key", "key.pem"}
	secret := []string{"--entra-client-secret", servicekit.Canary}
	for name, c := range map[string]struct {
		certificate, key []byte
		args             []string
		says             []string
	}{
		"an encrypted key":       {good.pem, encrypted, pair, []string{"--entra-client-certificate-private-key", "encrypted"}},
		"another key":            {good.pem, other.keyPEM, pair, []string{"not the one of the certificate"}},
		"an expired certificate": {expired.pem, expired.keyPEM, pair, []string{"has expired"}},
		"exchanged files":        {good.keyPEM, good.pem, pair, []string{"--entra-client-certificate cannot be used", "exchanged"}},
		"no key":                 {good.pem, nil, pair[:2], []string{"--entra-client-certificate-private-key", "must be given"}},
		"two kinds":              {nil, nil, append(secret, "--use-managed-identity"), []string{"--entra-client-secret and --use-managed-identity"}},
		"two kinds by name":      {nil, nil, append(secret, "--use-managed-identity", "--auth-method", "client-secret"), []string{"--entra-client-secret and --use-managed-identity"}},
		"another method":         {nil, nil, append(secret, "--auth-method", "certificate"), []string{"--auth-method certificate contradicts --entra-client-secret"}},
		"hosted OAuth":           {nil, nil, []string{"--auth-method", "oauth"}, []string{"only where ConductorOne hosts the connector"}},
		"a cloud":                {nil, nil, append(secret, "--cloud", "moon"), []string{"--cloud", "public, usgov, usgov-dod, china"}},
		"two clouds":             {nil, nil, append(secret, "--cloud", "china", "--graph-domain", "graph.microsoft.us"), []string{"--cloud china and --graph-domain graph.microsoft.us"}},
		"the default's own name": {nil, nil, append(secret, "--cloud", "china", "--graph-domain", "graph.microsoft.com"), []string{"--cloud china and --graph-domain graph.microsoft.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := servicekit.NewStage(t).With(map[string]string{"BATON_ENTRA_TENANT_ID": "contoso.onmicrosoft.com", "BATON_ENTRA_CLIENT_ID": "x",
				"BATON_BASE_URL": "https://" + host, "BATON_AUTHORITY_HOST": "https://" + host})
			s.Write("cert.pem", c.certificate)
			s.Write("key.pem", c.key)
			s.Run(c.args...).WantExit(3).WantSentence(c.says...).WantNot(servicekit.Canary)
			s.WantOnly("cert.pem", "key.pem")
		})
	}
}

func TestSignIn_NamesTheFileThatIsNotThere(t *testing.T) {
	t.Parallel()
	s := servicekit.NewStage(t)
	for _, flag := range []string{"--entra-client-certificate", "--entra-client-certificate-private-key"} {
		if e := s.Run(flag, "nowhere.pem").WantSentence(flag+": ", "no such file"); e.Code == 0 {
			t.Error("exit code 0")
		}
	}
	s.WantOnly()
}

// TestSignIn_GoesThroughTheProxyToEachCloud: the cloud's name and HTTPS_PROXY are all that the connector is told.
func TestSignIn_GoesThroughTheProxyToEachCloud(t *testing.T) {
	for _, cloud := range []string{"public", "usgov", "usgov-dod", "china"} {
		t.Run(cloud, func(t *testing.T) {
			t.Parallel()
			options := smallTenant()
			options.Cloud, options.Proxy = cloud, "127.0.0.1:0"
			sim := startTenant(t, options)
			s := stageOf(t, sim)
			if s.Env["BATON_CLOUD"] != cloud || s.Env["HTTPS_PROXY"] == "" || s.Env["BATON_BASE_URL"] != "" {
				t.Fatalf("the environment is %v", s.Env)
			}
			s.Run("--sync-resource-types", "role").WantExit(0)
			servicekit.WantResources(t, s.Contents("sync.c1z"), servicekit.Only(resourcesOf(sim.Census()), "role"))
			if refused := sim.ProxyRefused(); len(refused) > 0 {
				t.Errorf("something else was asked for: %v", refused)
			}
		})
	}
}

// TestLog_WarnsOnceOfASettingAndASecret: a sync has two processes that read the settings.
func TestLog_WarnsOnceOfASettingAndASecret(t *testing.T) {
	t.Parallel()
	options := smallTenant()
	options.ClientSecret, options.ClientSecretEnds = servicekit.Canary, time.Now().AddDate(0, 0, 20)
	sim := startTenant(t, options)
	e := stageOf(t, sim).Run("--include-on-prem-group-members", "--sync-resource-types", "managed_identity").WantExit(0).WantNot(servicekit.Canary)
	for _, warning := range []string{"--include-on-prem-group-members has no effect without --skip-ad-groups", "the client secret ends soon"} {
		if n := strings.Count(e.Stderr, warning); n != 1 {
			t.Errorf("%q is told %d times", warning, n)
		}
	}
}
