// Package config declares the settings of baton-onelogin. Flags, variables, the form that ConductorOne draws and the
// struct in conf.gen.go all come from here.
package config

import (
	"slices"

	"github.com/conductorone/baton-sdk/pkg/field"
)

//go:generate go run ./gen

// Config is the declaration, for the SDK.
//
//nolint:gochecknoglobals // the SDK takes the declaration as a value; nothing changes it
var Config = field.NewConfiguration(slices.Concat(credentialFields(), formFields(), placeFields()),
	field.WithConnectorDisplayName("OneLogin"),
	field.WithHelpUrl("https://conductorone.com/docs/product/integrations/onelogin"),
	field.WithIsDirectory(true),
)

// credentialFields say whose account is read, and with what. None is required by the SDK: Check asks for them, all at
// once and by both of their names.
func credentialFields() []field.SchemaField {
	return []field.SchemaField{
		field.StringField("subdomain",
			field.WithDisplayName("OneLogin domain"),
			field.WithDescription("The account's subdomain, as acme, acme.onelogin.com or https://acme.onelogin.com"),
			field.WithRequiredInGUI(true)),
		field.StringField("onelogin-client-id",
			field.WithDisplayName("OneLogin client ID"),
			field.WithDescription("The client ID of an API credential (Developers > API Credentials)"),
			field.WithRequiredInGUI(true)),
		field.StringField("onelogin-client-secret",
			field.WithDisplayName("OneLogin client secret"),
			field.WithDescription("The client secret of the API credential"),
			field.WithIsSecret(true),
			field.WithRequiredInGUI(true)),
	}
}

// formFields are those of ConductorOne's form that are no credentials.
func formFields() []field.SchemaField {
	return []field.SchemaField{
		field.BoolField("privileges-enabled",
			field.WithDisplayName("Sync privileges"),
			field.WithDescription("Sync privileges of delegated administration, and who has them; it needs the scope Manage All and OneLogin's subscription for it")),
		field.BoolField("apply-user-mappings",
			field.WithDisplayName("Apply user mappings"),
			field.WithDescription("Let OneLogin run its mappings for a user after a role was granted or revoked; it needs a custom user field with the name and the shortname c1_last_action")),
		field.StringSliceField("custom-attributes",
			field.WithDisplayName("Custom attributes"),
			field.WithDescription("Short names of custom user fields that are put into the profiles of users")),
		field.BoolField("disable-event-feed",
			field.WithDisplayName("Disable event feed"),
			field.WithDescription("Do not read events between syncs")),
	}
}

// placeFields say where OneLogin is, to a connector that runs in a place of its owner's.
func placeFields() []field.SchemaField {
	return []field.SchemaField{
		field.StringField("region",
			field.WithDescription("us or eu: use the older host of the region, api.us.onelogin.com or api.eu.onelogin.com, in the place of the account's own"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
		field.StringField("base-url",
			field.WithDescription("The https address that answers for OneLogin, where it is not the account's own host: a proxy or a simulator"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
	}
}
