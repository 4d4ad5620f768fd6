package entra

import (
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Graph has no text of its own for most of these, or one that helps nobody: what a group's kind decides is
// decided here, before anything is written.

// refusal says in one sentence why a tie cannot be changed, nil where it can.
func (t tie) refusal(g graph.GroupState, add bool) error {
	switch {
	case g.OnPremisesSyncEnabled:
		return connector.Precondition("the group %s is synced from an on-premises directory: its %s can only be changed there", t.Resource, t.Slug)
	case g.IsManagementRestricted:
		return connector.Precondition("the group %s is in a restricted management administrative unit: its %s can only be changed by an administrator of that unit", t.Resource, t.Slug)
	case g.Dynamic() && t.Slug == slugMembers:
		return connector.Precondition("the members of the group %s are found by its membership rule: change the rule, or the attributes that it looks at", t.Resource)
	case add:
		return t.refusedHolder(g)
	}
	return nil
}

// refusedHolder says why a principal cannot have the tie that it is to get.
func (t tie) refusedHolder(g graph.GroupState) error {
	if err := t.HeldBy("being among the "+t.Slug+" of a group", typeUser, typeGroup, typeApplication, typeManagedIdentity); err != nil {
		return err
	}
	isUser, isGroup := t.Holder.GetResourceType() == typeUser, t.Holder.GetResourceType() == typeGroup
	switch {
	case t.Slug == slugOwners && isGroup:
		return connector.Precondition("a group cannot own a group: make the users in it owners")
	case t.Slug == slugMembers && g.Microsoft365() && !isUser:
		return connector.Precondition("the group %s is a Microsoft 365 group, whose members can only be users", t.Resource)
	case t.Slug == slugMembers && g.IsAssignableToRole && isGroup:
		return connector.Precondition("the group %s can hold directory roles, so no group can be in it: add the users", t.Resource)
	case ofExchange(g.GroupKind) && serviceObject(t.Holder):
		return connector.Precondition("the group %s is one of Exchange, whose %s have mailboxes: an application has none", t.Resource, t.Slug)
	}
	return nil
}

// explain puts sentences in the place of what Graph answers to a write.
func (t tie) explain(err error, g graph.GroupState, add bool) error {
	switch {
	case graph.LastOwner(err):
		return connector.Explain(codes.FailedPrecondition, err, "%s is the last owner of the group %s: add another owner first", t.Holder.GetResource(), t.Resource)
	case graph.QuotaExceeded(err):
		return connector.Explain(codes.FailedPrecondition, err, "the group %s has as many %s as a group can have, or the tenant as many objects: remove some first", t.Resource, t.Slug)
	case graph.Denied(err) && g.IsAssignableToRole:
		return connector.Explain(codes.PermissionDenied, err, "the group %s can hold directory roles: to change its %s, the application needs the permissions %s and RoleManagement.ReadWrite.Directory",
			t.Resource, t.Slug, t.permission())
	case graph.Denied(err):
		return connector.Explain(codes.PermissionDenied, err, "the application may not change the %s of the group %s: it needs the permission %s", t.Slug, t.Resource, t.permission())
	case graph.Missing(err) && add:
		return connector.Explain(codes.FailedPrecondition, err, "the %s %s does not exist, or the group %s no longer does: it was deleted after the last sync",
			t.Holder.GetResourceType(), t.Holder.GetResource(), t.Resource)
	case graph.Collided(err):
		return connector.Explain(codes.Unavailable, err, "the group %s is being changed by others all the time: try again", t.Resource)
	}
	return err
}

// permission is the least that changes the tie.
func (t tie) permission() string {
	if t.Slug == slugOwners {
		return "Group.ReadWrite.All"
	}
	return "GroupMember.ReadWrite.All"
}
