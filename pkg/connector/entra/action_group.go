package entra

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// The kinds of group that create_group makes.
const (
	groupSecurity     = "security"
	groupMicrosoft365 = "microsoft_365"
)

// createGroupAction makes a group with an owner and members.
func (c *Connector) createGroupAction() connector.Action {
	return connector.Action{
		Name: "create_group", Title: "Create group", Kinds: []v2.ActionType{v2.ActionType_ACTION_TYPE_RESOURCE_CREATE},
		Description: "Makes a security group or a Microsoft 365 group, with an owner and members. The same call within ten minutes " +
			"finds the group that it has made, and adds what is missing.",
		Arguments: []*configpb.Field{
			connector.RequiredField(connector.TextField("displayName", "Display name", "Name of the group, up to 256 characters")),
			connector.RequiredField(connector.ChoiceField("group_type", "Group type", "security or microsoft_365",
				connector.Choice(groupSecurity, "Security"), connector.Choice(groupMicrosoft365, "Microsoft 365"))),
			connector.TextField("mailNickname", "Mail nickname", "Alias of the group; made from the display name where it is empty"),
			connector.TextField("description", "Description", "What the group is for"),
			connector.FlagField("isAssignableToRole", "Can hold directory roles", "Only for security groups, and never changed after"),
			connector.ResourceField("owner", "Owner", "User who owns the group", typeUser),
			connector.ResourcesField("userMembers", "Members", "Users who are members of the group", typeUser),
		},
		Results: []*configpb.Field{connector.ResourceResult("resource", "Group")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			p, err := groupOf(args)
			if err != nil {
				return nil, err
			}
			g, err := c.makeGroup(ctx, p)
			if err != nil {
				return nil, err
			}
			resource, err := groupResource(g, c.cloud)
			if err != nil {
				return nil, err
			}
			field, err := actions.NewResourceReturnField("resource", resource)
			return connector.Succeeded(err, field)
		},
	}
}

// groupPlan is a group that is to be there, with its people as object ids.
type groupPlan struct {
	graph.NewGroup
	owner   string
	members []string
}

// groupOf reads what create_group is to make.
func groupOf(a connector.Arguments) (groupPlan, error) {
	p := groupPlan{NewGroup: graph.NewGroup{
		DisplayName: a.Text("displayName"), MailNickname: a.Text("mailNickname"), Description: a.Text("description"),
		IsAssignableToRole: a.Flag("isAssignableToRole"),
	}}
	switch kind := a.Text("group_type"); kind {
	case groupSecurity:
	case groupMicrosoft365:
		p.Microsoft365 = true
	default:
		return p, connector.BadArgument("group_type", "has to be %s or %s", groupSecurity, groupMicrosoft365)
	}
	if p.IsAssignableToRole && p.Microsoft365 {
		return p, connector.BadArgument("isAssignableToRole", "is only for groups of the type %s", groupSecurity)
	}
	if err := checkLength("the argument displayName", p.DisplayName, 256); err != nil {
		return p, err
	}
	if p.MailNickname == "" {
		p.MailNickname = nicknameOf(p.DisplayName)
	}
	if err := checkMailNickname("the argument mailNickname", p.MailNickname); err != nil {
		return p, err
	}
	if owner, ok := actions.GetResourceIDArg(a.Values(), "owner"); ok {
		p.owner = strings.ToLower(owner.GetResource())
	}
	members, _ := actions.GetResourceIdListArg(a.Values(), "userMembers")
	for _, m := range members {
		p.members = append(p.members, strings.ToLower(m.GetResource()))
	}
	p.members = distinct(p.members)
	return p, nil
}

// nicknameOf makes a mail nickname from a name: its ASCII letters, digits and what may stand between them.
// A name that has none of these gives "group-" and digits that go by the name.
func nicknameOf(name string) string {
	const longest = 64
	nickname := strings.Map(func(r rune) rune {
		if isAlphanumeric(r) || r == '.' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, name)
	nickname = strings.Trim(nickname[:min(len(nickname), longest)], ".")
	if nickname != "" {
		return nickname
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name)) // never fails
	return fmt.Sprintf("group-%08x", sum.Sum32())
}
