// Package config declares the settings of baton-microsoft-entra. Flags, variables, the form that
// ConductorOne draws and the struct in conf.gen.go all come from here.
package config

import (
	"github.com/conductorone/baton-sdk/pkg/field"
)

//go:generate go run ./gen

// DefaultGraphDomain is the global cloud's Graph.
const DefaultGraphDomain = "graph.microsoft.com"

// fields returns the settings in the order of the form.
func fields() []field.SchemaField {
	return []field.SchemaField{
		field.StringField("entra-tenant-id",
			field.WithDisplayName("Entra tenant ID"),
			field.WithDescription("The directory (tenant) ID of the Microsoft Entra tenant, a GUID"),
			field.WithRequiredInGUI(true)),
		field.StringField("entra-client-id",
			field.WithDisplayName("Entra client ID"),
			field.WithDescription("The application (client) ID of the app registration that the connector signs in as, a GUID"),
			field.WithRequiredInGUI(true)),
		field.StringField("entra-client-secret",
			field.WithDisplayName("Entra client secret"),
			field.WithDescription("The value (not the ID) of a client secret of the app registration"),
			field.WithIsSecret(true),
			field.WithRequiredInGUI(true)),
		field.StringField("graph-domain",
			field.WithDisplayName("Microsoft Graph domain"),
			field.WithDescription("The host of Microsoft Graph for the tenant's cloud"),
			field.WithDefaultValue(DefaultGraphDomain)),
		field.StringField("base-url",
			field.WithDescription("The https address that answers for Microsoft Graph, where it is not the Graph domain itself: a proxy or a simulator"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
		field.StringField("authority-host",
			field.WithDescription("The https address that answers for Microsoft's sign-in, where it is not the one of the Graph domain's cloud: a proxy or a simulator"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
	}
}

// Config is the declaration, for the SDK.
//
//nolint:gochecknoglobals // the SDK takes the declaration as a value; nothing changes it
var Config = field.NewConfiguration(fields(),
	field.WithConnectorDisplayName("Microsoft Entra ID"),
	field.WithHelpUrl("https://conductorone.com/docs/product/integrations/entra"),
	field.WithIsDirectory(true),
)
