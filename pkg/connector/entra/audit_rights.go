package entra

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/grant"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// grant is the right as a sync writes it, so that its ids are the same. What a sync notes of scopes is not known
// here.
func (o auditObjects) grant(kind rightKind, resource *v2.Resource, role string, holder *v2.Resource) *v2.Grant {
	of, by := resource.GetId().GetResource(), holder.GetId()
	switch kind {
	case appOwnership:
		return ownerGrant(connector.Right{Resource: of, Slug: slugOwners, Holder: by})
	case appRole:
		return assignmentGrant(of, role, by)
	case directoryRole:
		return o.roleGrant(of, by)
	case groupOwnership:
		return o.groupGrant(connector.Right{Resource: of, Slug: slugOwners, Holder: by})
	case membership, licenses: // licences have a grant of their own
	}
	return o.groupGrant(connector.Right{Resource: of, Slug: slugMembers, Holder: by})
}

// groupGrant is that of a group, marked where another directory or a rule decides on it, as in a sync.
func (o auditObjects) groupGrant(r connector.Right) *v2.Grant {
	g := tie{r}.grant()
	group := o.found[r.Resource]
	if group.OnPremisesSyncEnabled || r.Slug == slugMembers && group.Dynamic() {
		// The only error of an option is that of an annotation which cannot be encoded.
		_ = grant.WithAnnotation(v2.GrantImmutable_builder{SourceId: r.Resource}.Build())(g)
	}
	return g
}

// roleGrant is that of a role, without the metadata, which names assignments.
func (o auditObjects) roleGrant(role string, holder *v2.ResourceId) *v2.Grant {
	var options []grant.GrantOption
	if holder.GetResourceType() == typeGroup {
		options = append(options, grant.WithAnnotation(throughGroup(holder.GetResource())))
	}
	return grant.NewGrant(v2.Resource_builder{Id: connector.ResourceID(typeRole, role)}.Build(), slugAssigned, holder, options...)
}
