package entra

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/protobuf/proto"
)

// The ids below live on in the data of everybody who has ever synced, in access reviews, requests and
// policies, and they are those of ConductorOne's own connector, so that people can switch. Never rename
// one: to ConductorOne, the old would be gone and the new would be somebody else's.
const (
	typeUser            = "user"
	typeGroup           = "group"
	typeApplication     = "enterprise_application"
	typeManagedIdentity = "managed_identity"
	typeRole            = "role"
	typeLicense         = "license"
	typeCredential      = "service_principal_credential"

	slugMembers  = "members"
	slugOwners   = "owners"
	slugAssigned = "assigned"
	// slugAssignment is followed by the id of an app role.
	slugAssignment = "assignment:"
)

// Application permissions of Microsoft Graph, each the least that reads the resource types it stands at.
const (
	permissionUsers  = "User.Read.All"
	permissionGroups = "GroupMember.Read.All"
	permissionApps   = "Application.Read.All"
	permissionRoles  = "RoleManagement.Read.Directory"
	// permissionLicenses reads the products; who has one comes with users and groups.
	permissionLicenses = "LicenseAssignment.Read.All"
	// These are for what switches add to users.
	permissionActivity  = "AuditLog.Read.All"
	permissionMailboxes = "MailboxSettings.Read"
)

func userType() *v2.ResourceType {
	return resourceType(typeUser, "User", permissionUsers, v2.ResourceType_TRAIT_USER, &v2.SkipEntitlementsAndGrants{})
}

func groupType() *v2.ResourceType {
	return resourceType(typeGroup, "Group", permissionGroups, v2.ResourceType_TRAIT_GROUP, &v2.SkipEntitlements{}, &v2.TypeScopedGrants{})
}

func applicationType() *v2.ResourceType {
	return resourceType(typeApplication, "Enterprise Application", permissionApps, v2.ResourceType_TRAIT_APP,
		&v2.TypeScopedEntitlements{}, &v2.TypeScopedGrants{})
}

func managedIdentityType() *v2.ResourceType {
	return resourceType(typeManagedIdentity, "Managed Identity", permissionApps, v2.ResourceType_TRAIT_USER, &v2.SkipEntitlementsAndGrants{})
}

func roleType() *v2.ResourceType {
	return resourceType(typeRole, "Directory Role", permissionRoles, v2.ResourceType_TRAIT_ROLE, &v2.SkipEntitlements{}, &v2.TypeScopedGrants{})
}

func licenseType() *v2.ResourceType {
	return resourceType(typeLicense, "License", permissionLicenses, v2.ResourceType_TRAIT_LICENSE_PROFILE, &v2.SkipEntitlements{}, &v2.TypeScopedGrants{})
}

func credentialType() *v2.ResourceType {
	return resourceType(typeCredential, "Service Principal Credential", permissionApps, v2.ResourceType_TRAIT_SECRET, &v2.SkipEntitlementsAndGrants{})
}

func resourceType(id, name, permission string, trait v2.ResourceType_Trait, modes ...proto.Message) *v2.ResourceType {
	permissions := v2.CapabilityPermissions_builder{Permissions: []*v2.CapabilityPermission{
		v2.CapabilityPermission_builder{Permission: permission}.Build()}}.Build()
	return v2.ResourceType_builder{
		Id:          id,
		DisplayName: name,
		Traits:      []v2.ResourceType_Trait{trait},
		Annotations: annotations.New(append(modes, permissions)...),
	}.Build()
}
