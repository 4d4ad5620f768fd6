package entra

import (
	"context"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// sameCall is how long after a group was made the same call is taken for a repetition, by the directory's
// clock: its first answer, or the process that waited for it, may have been lost.
const sameCall = 10 * time.Minute

// permissionManyMembers is the least for a group with more people than fit in the request that makes it.
const permissionManyMembers = "Group.ReadWrite.All"

// makeGroup makes a group, or finds the one that the same call has made, and sees to it that it has its owner
// and all its members.
func (c *Connector) makeGroup(ctx context.Context, p groupPlan) (graph.Group, error) {
	g, found, err := c.groupMade(ctx, p)
	if err != nil {
		return graph.Group{}, err
	}
	var members []string
	if found {
		if members, err = c.missingMembers(ctx, g.ID, p); err == nil {
			err = c.seeToOwner(ctx, g.ID, p.owner)
		}
	} else {
		g, members, err = c.newGroup(ctx, p)
	}
	for chunk := range slices.Chunk(members, graph.MaxReferences) {
		if err == nil {
			err = c.addMembers(ctx, g.ID, chunk)
		}
	}
	return g, err
}

// groupMade looks for a group that the same call has made before.
func (c *Connector) groupMade(ctx context.Context, p groupPlan) (graph.Group, bool, error) {
	groups, now, err := c.graph.FindGroupsByMailNickname(ctx, p.MailNickname)
	err = lacking(err, "look for groups that have the mailNickname", permissionGroups)
	if err != nil {
		return graph.Group{}, false, err
	}
	for _, g := range groups {
		if !p.Made(g) || g.CreatedDateTime == nil || now.IsZero() || now.Sub(*g.CreatedDateTime) > sameCall {
			continue
		}
		if others, err := c.ownedByOthers(ctx, g.ID, p.owner); err != nil || !others {
			return g, err == nil, err
		}
	}
	return graph.Group{}, false, nil
}

// ownedByOthers says whether a group has an owner whom the call did not name: then somebody else has made it,
// who would come to own what the call is to make.
func (c *Connector) ownedByOthers(ctx context.Context, groupID, owner string) (bool, error) {
	page, err := c.graph.ListGroupOwners(ctx, groupID, "")
	if graph.Missing(err) {
		return false, nil // a replica does not know of the group yet
	}
	return slices.ContainsFunc(page.Items, func(o graph.Object) bool { return !strings.EqualFold(o.ID, owner) }), err
}

// newGroup makes the group with its owner and as many members as fit in one request, and returns the others.
func (c *Connector) newGroup(ctx context.Context, p groupPlan) (graph.Group, []string, error) {
	owners := distinct([]string{p.owner})
	first := min(len(p.members), graph.MaxReferences-len(owners))
	request := p.NewGroup
	request.Owners, request.Members = c.references(owners), c.references(p.members[:first])
	var made graph.Group
	own := false
	_, err := c.apply(ctx, change{
		action: "create_group", targets: people(p.owner, p.members[:first]),
		write: func(ctx context.Context) (receipt graph.Receipt, err error) {
			made, receipt, err = c.graph.CreateGroup(ctx, request)
			if graph.Taken(err) { // by the group of the same call, perhaps, which the lists did not show before
				var lookErr error
				if made, own, lookErr = c.groupMade(ctx, p); lookErr != nil {
					return receipt, lookErr
				}
			}
			return receipt, onGroup(err, p)
		},
		already: func(error) bool { return own },
		holds: func(ctx context.Context) (found bool, err error) {
			made, found, err = c.groupMade(ctx, p)
			return found, err
		},
	})
	return made, p.members[first:], err
}

// addMembers adds members by one request, which is all or nothing: where one of them is in the group already,
// each is added by itself. A group that was made a moment ago is not known everywhere yet.
func (c *Connector) addMembers(ctx context.Context, groupID string, members []string) error {
	targets, some := people("", members), false
	targets["group"] = groupID
	_, err := c.apply(ctx, change{
		action: "create_group: add members", targets: targets,
		write: c.patient(func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := c.graph.AddGroupMembers(ctx, groupID, c.references(members))
			some = graph.LinkExists(err)
			return receipt, lacking(err, "add further members to the group "+groupID, permissionManyMembers)
		}, mayPass),
		holds: func(ctx context.Context) (bool, error) {
			there, err := c.membersOf(ctx, groupID)
			return err == nil && !slices.ContainsFunc(members, func(id string) bool { return !there[id] }), err
		},
	})
	if !some {
		return err
	}
	for _, id := range members {
		if err := c.addMember(ctx, groupID, id); err != nil {
			return err
		}
	}
	return nil
}

func (c *Connector) addMember(ctx context.Context, groupID, id string) error {
	_, err := c.apply(ctx, change{
		action: "create_group: add member", targets: map[string]string{"group": groupID, "member": id},
		write: func(ctx context.Context) (graph.Receipt, error) {
			return c.graph.AddGroupMember(ctx, groupID, c.cloud.Reference(id))
		},
		already: graph.LinkExists,
		holds:   func(ctx context.Context) (bool, error) { return c.graph.HasGroupMember(ctx, groupID, id) },
	})
	return err
}

// missingMembers are those that a group that was made before does not have yet.
func (c *Connector) missingMembers(ctx context.Context, groupID string, p groupPlan) ([]string, error) {
	there, err := c.membersOf(ctx, groupID)
	return slices.DeleteFunc(slices.Clone(p.members), func(id string) bool { return there[id] }), err
}

func (c *Connector) membersOf(ctx context.Context, groupID string) (map[string]bool, error) {
	there := map[string]bool{}
	for next, first := "", true; first || next != ""; first = false {
		page, err := c.graph.ListGroupMembers(ctx, groupID, next)
		if err != nil {
			return nil, err
		}
		for _, m := range page.Items {
			there[strings.ToLower(m.ID)] = true
		}
		next = page.Next
	}
	return there, nil
}

// seeToOwner makes somebody an owner of a group that was made before, unless that is so.
func (c *Connector) seeToOwner(ctx context.Context, groupID, owner string) error {
	if owner == "" {
		return nil
	}
	holds := func(ctx context.Context) (bool, error) { return c.graph.HasGroupOwner(ctx, groupID, owner) }
	if is, err := holds(ctx); err != nil || is {
		return err
	}
	_, err := c.apply(ctx, change{
		action: "create_group: add owner", targets: map[string]string{"group": groupID, "owner": owner},
		write: func(ctx context.Context) (graph.Receipt, error) {
			return c.graph.AddGroupOwner(ctx, groupID, c.cloud.Reference(owner))
		},
		already: graph.LinkExists, holds: holds,
	})
	return err
}

func (c *Connector) references(ids []string) []string {
	references := make([]string, len(ids))
	for i, id := range ids {
		references[i] = c.cloud.Reference(id)
	}
	return references
}

// people names the people of a group for the audit line.
func people(owner string, members []string) map[string]string {
	targets := map[string]string{}
	if owner != "" {
		targets["owner"] = owner
	}
	if len(members) > 0 {
		targets["members"] = strings.Join(members, " ")
	}
	return targets
}

// onGroup makes the refusals of a new group such as people understand.
func onGroup(err error, p groupPlan) error {
	permission := "Group.Create"
	if len(distinct([]string{p.owner}))+len(p.members) > graph.MaxReferences {
		permission = permissionManyMembers
	}
	if p.IsAssignableToRole {
		permission += " and, for a group that can hold roles, RoleManagement.ReadWrite.Directory"
	}
	switch {
	case graph.Taken(err):
		return connector.Explain(codes.AlreadyExists, err, "the mailNickname %s is taken by another group: give another one", p.MailNickname)
	case graph.Missing(err):
		return connector.Explain(codes.InvalidArgument, err, "the argument owner or userMembers names somebody whom the directory does not have")
	case graph.Denied(err):
		return connector.Explain(codes.PermissionDenied, err, "Microsoft Entra ID refused to make the group: the application needs the permission %s", permission)
	}
	return err
}
