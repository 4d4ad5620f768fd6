package config

import (
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/settings"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

const (
	nameTenant = "--entra-tenant-id (BATON_ENTRA_TENANT_ID)"
	nameClient = "--entra-client-id (BATON_ENTRA_CLIENT_ID)"
	nameSecret = "--entra-client-secret (BATON_ENTRA_CLIENT_SECRET)" //nolint:gosec // a name
)

// identity checks that all is there that the method needs, and nothing that it cannot use.
func (c *Entra) identity(to *Connection, b Beside) error {
	if to.TenantID != "" && !hostName.MatchString(to.TenantID) {
		return settings.Invalid("--entra-tenant-id is not a tenant id: it is the GUID of the tenant, or one of its domains")
	}
	switch to.Method {
	case ClientSecret:
		return settings.Required("the tenant, and the app registration that the connector signs in as"+c.otherwise(),
			settings.Need{Missing: to.TenantID == "", Name: nameTenant}, settings.Need{Missing: to.ClientID == "", Name: nameClient}, settings.Need{Missing: trim(to.Secret) == "", Name: nameSecret})
	case Certificate:
		return settings.Required("a client certificate, with its key, signs in as an app registration of a tenant",
			settings.Need{Missing: to.TenantID == "", Name: nameTenant}, settings.Need{Missing: to.ClientID == "", Name: nameClient},
			settings.Need{Missing: len(c.EntraClientCertificate) == 0, Name: "--entra-client-certificate (BATON_ENTRA_CLIENT_CERTIFICATE)"},
			settings.Need{Missing: len(c.EntraClientCertificatePrivateKey) == 0, Name: "--entra-client-certificate-private-key (BATON_ENTRA_CLIENT_CERTIFICATE_PRIVATE_KEY)"})
	case WorkloadIdentity:
		return workload(to, b)
	case AzureCLI:
		if to.ClientID != "" {
			return settings.Invalid("--entra-client-id and --use-cli-credentials do not go together: the Azure CLI signs in as the person who is logged in to it")
		}
	case OAuth, ManagedIdentity: // the tenant is that of the token
	}
	return nil
}

// otherwise reminds of the other ways to sign in whoever gave no credential at all.
func (c *Entra) otherwise() string {
	if trim(c.EntraClientSecret) == "" {
		return " (or another way to sign in: a certificate, a managed identity, a workload identity)"
	}
	return ""
}

// workload fills in from the platform's variables what the settings do not say.
func workload(to *Connection, b Beside) error {
	if to.TenantID == "" {
		to.TenantID = b.Variable("AZURE_TENANT_ID")
	}
	if to.ClientID == "" {
		to.ClientID = b.Variable("AZURE_CLIENT_ID")
	}
	to.TokenFile = b.Variable("AZURE_FEDERATED_TOKEN_FILE")
	err := settings.Required("--use-workload-identity signs in as an app registration with the federated token that the platform keeps in a file",
		settings.Need{Missing: to.TenantID == "", Name: nameTenant + " or AZURE_TENANT_ID"}, settings.Need{Missing: to.ClientID == "", Name: nameClient + " or AZURE_CLIENT_ID"},
		settings.Need{Missing: to.TokenFile == "", Name: "AZURE_FEDERATED_TOKEN_FILE"})
	if err == nil && !hostName.MatchString(to.TenantID) {
		return settings.Invalid("AZURE_TENANT_ID is not a tenant id: it is the GUID of the tenant, or one of its domains")
	}
	return err
}

// pair reads the certificate and its key. No error holds anything of the key.
func (c *Entra) pair(to *Connection, b Beside) error {
	if to.Method != Certificate {
		return nil
	}
	certificates, err := graph.ParseCertificates(c.EntraClientCertificate)
	if err != nil {
		return settings.Invalid("--entra-client-certificate cannot be used: %s", err)
	}
	key, err := graph.ParsePrivateKey(c.EntraClientCertificatePrivateKey)
	if err != nil {
		return settings.Invalid("--entra-client-certificate-private-key cannot be used: %s", err)
	}
	if to.Certificate, err = graph.NewClientCertificate(certificates, key); err == nil {
		err = to.Certificate.Check(b.Now)
	}
	if err != nil {
		return settings.Invalid("--entra-client-certificate and --entra-client-certificate-private-key cannot be used: %s", err)
	}
	return nil
}
