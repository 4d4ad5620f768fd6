// Package config declares the settings of baton-microsoft-entra. Flags, variables, the form that
// ConductorOne draws and the struct in conf.gen.go all come from here.
package config

import (
	"slices"

	"github.com/conductorone/baton-sdk/pkg/field"
)

//go:generate go run ./gen

// DefaultGraphDomain is the global cloud's Graph.
const DefaultGraphDomain = "graph.microsoft.com"

// Config is the declaration, for the SDK.
//
//nolint:gochecknoglobals // the SDK takes the declaration as a value; nothing changes it
var Config = field.NewConfiguration(slices.Concat(credentialFields(), otherFields()),
	field.WithFieldGroups(groups()),
	field.WithConnectorDisplayName("Microsoft Entra ID"),
	field.WithHelpUrl("https://conductorone.com/docs/product/integrations/entra"),
	field.WithIsDirectory(true),
)

// otherFields are the settings that are no credentials, in the order of the form. The SDK checks only the
// fields of the chosen group, so each of them is in every group.
func otherFields() []field.SchemaField {
	return slices.Concat(formFields(), placeFields())
}

// formFields are those that ConductorOne's form shows.
func formFields() []field.SchemaField {
	return []field.SchemaField{
		field.BoolField("skip-ad-groups",
			field.WithDisplayName("Skip syncing Active Directory Server groups"),
			field.WithDescription("Leave out groups that are synced from an on-premises Active Directory, and the memberships of on-premises users in cloud groups")),
		field.BoolField("include-on-prem-group-members",
			field.WithDisplayName("Include on-premises users in cloud group memberships"),
			field.WithDescription("With --skip-ad-groups, keep the memberships of on-premises users in cloud groups")),
		field.StringField("graph-domain",
			field.WithDisplayName("Microsoft Graph domain"),
			field.WithDescription("The host of Microsoft Graph for the tenant's cloud, "+DefaultGraphDomain+" where nothing else is given"),
			// Not a default: it could not be told from a domain that contradicts --cloud.
			field.WithSuggestedValue(DefaultGraphDomain)),
		field.BoolField("sign-in-activity",
			field.WithDisplayName("Fetch user sign-in activity"),
			field.WithDescription("Read when users signed in last; it needs Entra ID P1 or P2 and the permission AuditLog.Read.All, and makes reading users slow")),
		field.BoolField("schedule-scim-provisioning",
			field.WithDisplayName("Schedule SCIM provisioning"),
			field.WithDescription("Let Entra ID run the SCIM provisioning of an application after access to it was granted or revoked")),
		field.BoolField("disable-audit-log-feed",
			field.WithDisplayName("Disable resource changed event feed"),
			field.WithDescription("Do not read changes from the directory audit log between syncs")),
		field.BoolField("on-premises-extension-attributes",
			field.WithDisplayName("Sync on-premises extension attributes for users"),
			field.WithDescription("Put extensionAttribute1 to extensionAttribute15 into the profiles of users")),
		field.BoolField("skip-unassigned-apps",
			field.WithDisplayName("Skip enterprise applications without assignments"),
			field.WithDescription("Leave out enterprise applications that nobody is assigned to, even if they have owners")),
		field.BoolField("mailbox-settings",
			field.WithDisplayName("Tell room, shared and equipment mailboxes from users"),
			field.WithDescription("Read the purpose of each user's mailbox, to make service accounts of rooms, equipment and shared mailboxes; it needs the permission MailboxSettings.Read and a request for each user")),
	}
}

// placeFields say where Microsoft's services are, to a connector that runs in a place of its owner's.
func placeFields() []field.SchemaField {
	return []field.SchemaField{
		field.StringField("cloud",
			field.WithDescription("The tenant's cloud: public, usgov (GCC High), usgov-dod or china; it sets the Graph domain and the sign-in host together"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
		field.StringField("base-url",
			field.WithDescription("The https address that answers for Microsoft Graph, where it is not the Graph domain itself: a proxy or a simulator"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
		field.StringField("exchange-url",
			field.WithDescription("The https address that answers for the administration of Exchange, where it is not the one of the tenant's cloud: a proxy or a simulator"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
		field.StringField("authority-host",
			field.WithDescription("The https address that answers for Microsoft's sign-in, where it is not the one of the tenant's cloud: a proxy or a simulator"),
			field.WithExportTarget(field.ExportTargetCLIOnly)),
	}
}
