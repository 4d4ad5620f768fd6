package config

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testcert"
)

const (
	tenant = "11111111-1111-4111-8111-111111111111"
	client = "22222222-2222-4222-8222-222222222222"
	canary = "canary~secret"
)

// refused checks that settings are refused in one sentence that holds all the parts and no secret.
func refused(t *testing.T, c *Entra, b Beside, says ...string) {
	t.Helper()
	b.Now = time.Now()
	_, err := c.Check(b)
	if status.Code(err) != codes.InvalidArgument {
		t.Fatalf("got %v, want a refusal that says %q", err, says)
	}
	text := status.Convert(err).Message()
	for _, part := range says {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not say %q", text, part)
		}
	}
	if strings.Contains(text, canary) || strings.Contains(text, "PRIVATE KEY-----\n") || strings.Contains(text, "\n") {
		t.Errorf("%q is not one clean sentence", text)
	}
}

// accepted checks that settings are taken.
func accepted(t *testing.T, c *Entra, b Beside) Connection {
	t.Helper()
	if b.Now.IsZero() {
		b.Now = time.Now()
	}
	to, err := c.Check(b)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// kind is a way to sign in, as its settings make it.
type kind struct {
	method Method
	name   string // what an error calls it by
	give   func(*Entra, *Beside)
}

func kinds(pair testcert.Pair) []kind {
	asApp := func(c *Entra) { c.EntraTenantId, c.EntraClientId = tenant, client }
	return []kind{
		{ClientSecret, "--entra-client-secret", func(c *Entra, _ *Beside) { asApp(c); c.EntraClientSecret = canary }},
		{Certificate, "--entra-client-certificate", func(c *Entra, _ *Beside) {
			asApp(c)
			c.EntraClientCertificate, c.EntraClientCertificatePrivateKey = pair.PEM, pair.KeyPEM
		}},
		{OAuth, "the OAuth sign-in that ConductorOne keeps", func(_ *Entra, b *Beside) { b.HandedIn = true }},
		{ManagedIdentity, "--use-managed-identity", func(c *Entra, _ *Beside) { c.UseManagedIdentity = true }},
		{WorkloadIdentity, "--use-workload-identity", func(c *Entra, b *Beside) {
			c.UseWorkloadIdentity = true
			b.Variable = platform(map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": client, "AZURE_FEDERATED_TOKEN_FILE": "/var/run/token"})
		}},
		{AzureCLI, "--use-cli-credentials", func(c *Entra, _ *Beside) { c.UseCliCredentials = true }},
	}
}

// platform is an environment.
func platform(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

// TestCheck_EachKindAlone: what is given decides, and --auth-method may say the same and nothing else.
func TestCheck_EachKindAlone(t *testing.T) {
	pair := testcert.New(t)
	for _, k := range kinds(pair) {
		for _, chosen := range append([]Method{""}, methods()...) {
			t.Run(fmt.Sprintf("%s by %q", k.method, chosen), func(t *testing.T) {
				c, b := &Entra{}, Beside{AuthMethod: string(chosen)}
				k.give(c, &b)
				if chosen != "" && chosen != k.method {
					refused(t, c, b, "--auth-method "+string(chosen)+" contradicts "+k.name)
					return
				}
				if to := accepted(t, c, b); to.Method != k.method {
					t.Errorf("signs in by %s", to.Method)
				}
			})
		}
	}
}

func TestCheck_TwoKindsAreRefusedByName(t *testing.T) {
	pair := testcert.New(t)
	all := kinds(pair)
	for i, one := range all {
		for _, other := range all[i+1:] {
			for _, chosen := range append([]Method{""}, methods()...) {
				c, b := &Entra{}, Beside{AuthMethod: string(chosen)}
				one.give(c, &b)
				other.give(c, &b)
				refused(t, c, b, one.name+" and "+other.name+" are 2 ways to sign in")
			}
		}
	}
	c, b := &Entra{}, Beside{}
	for _, k := range all {
		k.give(c, &b)
	}
	refused(t, c, b, "are 6 ways to sign in", "--entra-client-secret, --entra-client-certificate, ", " and --use-cli-credentials")
}

// TestCheck_WhatEachKindNeeds takes away one thing at a time.
func TestCheck_WhatEachKindNeeds(t *testing.T) {
	pair := testcert.New(t)
	noTenant := func(c *Entra, _ *Beside) { c.EntraTenantId = "" }
	noClient := func(c *Entra, _ *Beside) { c.EntraClientId = " " }
	without := func(variable string) func(*Entra, *Beside) {
		return func(_ *Entra, b *Beside) {
			all := b.Variable
			b.Variable = func(name string) string {
				if name == variable {
					return ""
				}
				return all(name)
			}
		}
	}
	for name, c := range map[string]struct {
		method Method
		take   func(*Entra, *Beside)
		says   string
	}{
		"a secret without a tenant":        {ClientSecret, noTenant, "--entra-tenant-id (BATON_ENTRA_TENANT_ID) must be given"},
		"a secret without a client":        {ClientSecret, noClient, "--entra-client-id (BATON_ENTRA_CLIENT_ID) must be given"},
		"a certificate without a tenant":   {Certificate, noTenant, "--entra-tenant-id (BATON_ENTRA_TENANT_ID) must be given"},
		"a certificate without a client":   {Certificate, noClient, "--entra-client-id (BATON_ENTRA_CLIENT_ID) must be given"},
		"a certificate without its key":    {Certificate, func(c *Entra, _ *Beside) { c.EntraClientCertificatePrivateKey = nil }, "--entra-client-certificate-private-key (BATON_ENTRA_CLIENT_CERTIFICATE_PRIVATE_KEY) must be given"},
		"a key without its certificate":    {Certificate, func(c *Entra, _ *Beside) { c.EntraClientCertificate = nil }, "--entra-client-certificate (BATON_ENTRA_CLIENT_CERTIFICATE) must be given"},
		"a workload without a tenant":      {WorkloadIdentity, without("AZURE_TENANT_ID"), "or AZURE_TENANT_ID must be given"},
		"a workload without a client":      {WorkloadIdentity, without("AZURE_CLIENT_ID"), "or AZURE_CLIENT_ID must be given"},
		"a workload without a file":        {WorkloadIdentity, without("AZURE_FEDERATED_TOKEN_FILE"), "AZURE_FEDERATED_TOKEN_FILE must be given"},
		"the CLI with a client":            {AzureCLI, func(c *Entra, _ *Beside) { c.EntraClientId = client }, "--entra-client-id and --use-cli-credentials do not go together"},
		"a tenant id that is none":         {ManagedIdentity, func(c *Entra, _ *Beside) { c.EntraTenantId = "../common" }, "--entra-tenant-id is not a tenant id"},
		"a tenant variable that is none":   {WorkloadIdentity, func(_ *Entra, b *Beside) { b.Variable = func(string) string { return "../x" } }, "AZURE_TENANT_ID is not a tenant id"},
		"OAuth without what is handed in":  {OAuth, func(_ *Entra, b *Beside) { b.HandedIn, b.AuthMethod = false, "oauth" }, "only where ConductorOne hosts the connector"},
		"an OAuth token given by hand":     {OAuth, func(c *Entra, b *Beside) { b.HandedIn, c.Oauth2Token = false, canary }, "only where ConductorOne hosts the connector"},
		"a method that is not known":       {ClientSecret, func(_ *Entra, b *Beside) { b.AuthMethod = "password" }, `--auth-method "password" is not known: it is one of client-secret, certificate, oauth,`},
		"a key that is not of the file":    {Certificate, func(c *Entra, _ *Beside) { c.EntraClientCertificatePrivateKey = testcert.New(t).KeyPEM }, "not the one of the certificate"},
		"a key where the certificate goes": {Certificate, func(c *Entra, _ *Beside) { c.EntraClientCertificate = c.EntraClientCertificatePrivateKey }, "--entra-client-certificate cannot be used: it holds a private key"},
		"a certificate in the key's place": {Certificate, func(c *Entra, _ *Beside) { c.EntraClientCertificatePrivateKey = c.EntraClientCertificate }, "--entra-client-certificate-private-key cannot be used: it holds a certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, b := &Entra{}, Beside{}
			for _, k := range kinds(pair) {
				if k.method == c.method {
					k.give(cfg, &b)
				}
			}
			c.take(cfg, &b)
			refused(t, cfg, b, c.says)
		})
	}
}

// TestCheck_AMethodThatIsChosenNeedsItsOwn: --auth-method alone says what to ask for.
func TestCheck_AMethodThatIsChosenNeedsItsOwn(t *testing.T) {
	none := platform(nil)
	for method, says := range map[Method][]string{
		"":               {"--entra-tenant-id", "--entra-client-id", "--entra-client-secret", "another way to sign in"},
		ClientSecret:     {"--entra-tenant-id", "--entra-client-id", "--entra-client-secret"},
		Certificate:      {"--entra-tenant-id", "--entra-client-id", "--entra-client-certificate (", "--entra-client-certificate-private-key ("},
		WorkloadIdentity: {"--entra-tenant-id", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"},
		OAuth:            {"--auth-method"},
	} {
		refused(t, &Entra{}, Beside{AuthMethod: string(method), Variable: none}, says...)
	}
	for _, method := range []Method{ManagedIdentity, AzureCLI} {
		if to := accepted(t, &Entra{}, Beside{AuthMethod: string(method), Variable: none}); to.Method != method {
			t.Errorf("%s: %+v", method, to)
		}
	}
}

func TestCheck_WorkloadTakesFlagsBeforeVariables(t *testing.T) {
	b := Beside{Variable: platform(map[string]string{"AZURE_TENANT_ID": "other", "AZURE_CLIENT_ID": "other", "AZURE_FEDERATED_TOKEN_FILE": "/token",
		"AZURE_AUTHORITY_HOST": "https://evil.example.com"})}
	to := accepted(t, &Entra{UseWorkloadIdentity: true, EntraTenantId: tenant, EntraClientId: client}, b)
	if to.TenantID != tenant || to.ClientID != client || to.TokenFile != "/token" || to.Cloud.Authority != "https://login.microsoftonline.com" {
		t.Errorf("%+v", to)
	}
	if to = accepted(t, &Entra{UseWorkloadIdentity: true}, b); to.TenantID != "other" || to.ClientID != "other" {
		t.Errorf("%+v", to)
	}
}

func TestCheck_CertificatesHaveTheirTime(t *testing.T) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	pair, authority := testcert.Between(t, from, from.AddDate(1, 0, 0)), testcert.Between(t, from, from.AddDate(0, 0, 1))
	c := &Entra{EntraTenantId: tenant, EntraClientId: client, EntraClientCertificatePrivateKey: pair.KeyPEM,
		EntraClientCertificate: slices.Concat(authority.PEM, pair.PEM)}
	if to := accepted(t, c, Beside{Now: from.AddDate(0, 6, 0)}); !to.Certificate.Ends().Equal(pair.Certificate.NotAfter) {
		t.Errorf("ends %s", to.Certificate.Ends())
	}
	for at, says := range map[time.Time]string{from.AddDate(0, 0, -1): "not valid yet", from.AddDate(2, 0, 0): "has expired, on 2027-03-01"} {
		if _, err := c.Check(Beside{Now: at}); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", at, err)
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	c.EntraClientCertificatePrivateKey = testcert.Block("ENCRYPTED PRIVATE KEY", der)
	refused(t, c, Beside{}, "--entra-client-certificate-private-key cannot be used: the private key is encrypted")
}
