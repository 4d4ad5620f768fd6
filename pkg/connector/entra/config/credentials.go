package config

import (
	"slices"

	"github.com/conductorone/baton-sdk/pkg/field"
)

// No credential is required by the SDK: it would ask for those of the default group whatever else is
// given, where --auth-method is left out. Check asks for them.

func credentialFields() []field.SchemaField {
	return []field.SchemaField{
		tenantID(), clientID(), clientSecret(), certificate(), privateKey(), oauthToken(),
		useManagedIdentity(), useWorkloadIdentity(), useCLI(),
	}
}

func tenantID() field.SchemaField {
	return field.StringField("entra-tenant-id",
		field.WithDisplayName("Entra tenant ID"),
		field.WithDescription("The directory (tenant) ID of the Microsoft Entra tenant, a GUID"),
		field.WithRequiredInGUI(true))
}

func clientID() field.SchemaField {
	return field.StringField("entra-client-id",
		field.WithDisplayName("Entra client ID"),
		field.WithDescription("The application (client) ID of the app registration that the connector signs in as, a GUID; with --use-managed-identity that of a user-assigned identity"),
		field.WithRequiredInGUI(true))
}

func clientSecret() field.SchemaField {
	return field.StringField("entra-client-secret",
		field.WithDisplayName("Entra client secret"),
		field.WithDescription("The value (not the ID) of a client secret of the app registration"),
		field.WithIsSecret(true),
		field.WithRequiredInGUI(true))
}

func certificate() field.SchemaField {
	return field.FileUploadField("entra-client-certificate", []string{".pem", ".crt", ".cer"},
		field.WithDisplayName("Client Certificate"),
		field.WithDescription("The certificate of the app registration, a PEM file, with the chain behind it if the tenant wants it"),
		field.WithRequiredInGUI(true))
}

func privateKey() field.SchemaField {
	return field.FileUploadField("entra-client-certificate-private-key", []string{".pem", ".key"},
		field.WithDisplayName("Client Certificate Private Key"),
		field.WithDescription("The private key of the certificate, an RSA key in a PEM file without a password"),
		field.WithIsSecret(true),
		field.WithRequiredInGUI(true))
}

// oauthToken is what ConductorOne's form makes a sign-in button of. It has no value of its own: the
// token source comes beside the settings.
func oauthToken() field.SchemaField {
	return field.Oauth2Field("oauth2-token",
		field.WithDisplayName("Sign in with Microsoft"),
		field.WithDescription("The sign-in of an administrator, which ConductorOne keeps"),
		field.WithIsSecret(true),
		field.WithHidden(true))
}

func useManagedIdentity() field.SchemaField {
	return field.BoolField("use-managed-identity",
		field.WithDescription("Sign in as the managed identity of the Azure machine or app that the connector runs in; --entra-client-id names a user-assigned one"),
		field.WithExportTarget(field.ExportTargetCLIOnly))
}

func useWorkloadIdentity() field.SchemaField {
	return field.BoolField("use-workload-identity",
		field.WithDescription("Sign in with the federated token that the platform keeps in the file of AZURE_FEDERATED_TOKEN_FILE"),
		field.WithExportTarget(field.ExportTargetCLIOnly))
}

func useCLI() field.SchemaField {
	return field.BoolField("use-cli-credentials",
		field.WithDescription("Sign in as the person who is logged in to the Azure CLI, for trying out"),
		field.WithExportTarget(field.ExportTargetCLIOnly))
}

// groups are the ways to sign in. The last three make sense only where the connector runs in a place of
// its owner's.
func groups() []field.SchemaFieldGroup {
	hosted, own := field.ExportTargetGUI, field.ExportTargetCLIOnly
	out := []field.SchemaFieldGroup{
		group(ClientSecret, "Client secret", "Sign in as an app registration, with a client secret.", hosted, tenantID(), clientID(), clientSecret()),
		group(Certificate, "Client certificate", "Sign in as an app registration, with a certificate.", hosted, tenantID(), clientID(), certificate(), privateKey()),
		group(OAuth, "OAuth", "Sign in as an administrator of the tenant, who consents to what the connector does.", hosted, oauthToken()),
		group(ManagedIdentity, "Managed identity", "Sign in as the managed identity of an Azure resource.", own, tenantID(), clientID(), useManagedIdentity()),
		group(WorkloadIdentity, "Workload identity", "Sign in with a federated token.", own, tenantID(), clientID(), useWorkloadIdentity()),
		group(AzureCLI, "Azure CLI", "Sign in as the person who is logged in to the Azure CLI.", own, tenantID(), useCLI()),
	}
	out[0].Default = true
	return out
}

func group(method Method, name, help string, target field.ExportTarget, credentials ...field.SchemaField) field.SchemaFieldGroup {
	return field.SchemaFieldGroup{Name: string(method), DisplayName: name, HelpText: help, ExportTarget: target,
		Fields: slices.Concat(credentials, otherFields())}
}
