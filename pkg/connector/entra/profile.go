package entra

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Deep links into the Entra admin centre.

func userLink(c graph.Cloud, id string) *v2.ExternalLink {
	return adminLink(c, "Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/"+id)
}

func groupLink(c graph.Cloud, id string) *v2.ExternalLink {
	return adminLink(c, "Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/"+id)
}

func servicePrincipalLink(c graph.Cloud, id, appID string) *v2.ExternalLink {
	return adminLink(c, "Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/"+id+"/appId/"+appID)
}

func roleLink(c graph.Cloud) *v2.ExternalLink {
	return adminLink(c, "Microsoft_AAD_IAM/RolesManagementMenuBlade/~/AllRoles")
}

func adminLink(c graph.Cloud, view string) *v2.ExternalLink {
	return v2.ExternalLink_builder{Url: c.AdminCenter + "/#view/" + view}.Build()
}
