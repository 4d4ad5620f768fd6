package onelogin

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/protobuf/proto"
)

// The ids below live on in the data of everybody who has ever synced, in access reviews, requests and policies. Never
// rename one: to ConductorOne, the old would be gone and the new would be somebody else's.
const (
	typeUser      = "user"
	typeRole      = "role"
	typeGroup     = "group"
	typeApp       = "app"
	typePrivilege = "privilege"

	slugMember   = "member"
	slugAdmin    = "admin"
	slugAssigned = "assigned"
)

func userType() *v2.ResourceType {
	return resourceType(typeUser, "User", scopeReadUsers, v2.ResourceType_TRAIT_USER, &v2.SkipEntitlementsAndGrants{})
}

func roleType() *v2.ResourceType {
	return resourceType(typeRole, "Role", scopeReadUsers, v2.ResourceType_TRAIT_ROLE, &v2.TypeScopedEntitlements{}, &v2.TypeScopedGrants{})
}

func groupType() *v2.ResourceType {
	return resourceType(typeGroup, "Group", scopeReadUsers, v2.ResourceType_TRAIT_GROUP, &v2.SkipEntitlements{}, &v2.TypeScopedGrants{})
}

func appType() *v2.ResourceType {
	return resourceType(typeApp, "App", scopeReadAll, v2.ResourceType_TRAIT_APP, &v2.SkipEntitlements{}, &v2.TypeScopedGrants{})
}

func privilegeType() *v2.ResourceType {
	return resourceType(typePrivilege, "Privilege", scopeManageAll, v2.ResourceType_TRAIT_ROLE, &v2.SkipEntitlements{}, &v2.TypeScopedGrants{})
}

// resourceType describes a type. Its permission is the least scope of an API credential that reads it.
func resourceType(id, name, scope string, trait v2.ResourceType_Trait, modes ...proto.Message) *v2.ResourceType {
	permissions := v2.CapabilityPermissions_builder{Permissions: []*v2.CapabilityPermission{
		v2.CapabilityPermission_builder{Permission: scope}.Build()}}.Build()
	return v2.ResourceType_builder{
		Id: id, DisplayName: name, Traits: []v2.ResourceType_Trait{trait}, Annotations: annotations.New(append(modes, permissions)...),
	}.Build()
}
