package entra

import (
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// profile collects what is set: a property without a value has no key.
type profile map[string]any

func (p profile) text(key, value string) {
	if value != "" {
		p[key] = value
	}
}

func (p profile) flag(key string, value *bool) {
	if value != nil {
		p[key] = *value
	}
}

func (p profile) time(key string, value *time.Time) {
	if value != nil {
		p[key] = value.UTC().Format(time.RFC3339)
	}
}

func (p profile) list(key string, values []string) {
	if len(values) == 0 {
		return
	}
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	p[key] = out
}

// nameOr returns the first name that is not empty: a display name may be missing.
func nameOr(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

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
