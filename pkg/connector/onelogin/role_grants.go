package onelogin

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

var _ connectorbuilder.ResourceProvisionerV2 = (*roleSyncer)(nil)

// Grant makes a user a member or an admin of a role.
func (s *roleSyncer) Grant(ctx context.Context, principal *v2.Resource, e *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	p, err := partOf(e, principal.GetId())
	if err != nil {
		return nil, nil, err
	}
	if err := p.HeldBy("the "+p.Slug+" of a role", typeUser); err != nil {
		return nil, nil, err
	}
	result, err := s.change(ctx, p, true)
	return connector.Granted(result, p.grant(), err)
}

// Revoke takes it back. A role that is gone has no members, and a user who is gone no roles.
func (s *roleSyncer) Revoke(ctx context.Context, g *v2.Grant) (annotations.Annotations, error) {
	p, err := partOf(g.GetEntitlement(), g.GetPrincipal().GetId())
	if err != nil {
		return nil, err
	}
	return connector.Revoked(s.change(ctx, p, false))
}

// part is what a user has in a role: being a member, or an admin.
type part struct {
	right
	relation onelogin.RoleRelation
}

func partOf(e *v2.Entitlement, holder *v2.ResourceId) (part, error) {
	r, err := rightOf(e, holder)
	switch {
	case err != nil:
		return part{}, err
	case r.Slug == slugMember:
		return part{r, onelogin.RoleUsers}, nil
	case r.Slug == slugAdmin:
		return part{r, onelogin.RoleAdmins}, nil
	}
	return part{}, r.Unknown()
}

// grant is the part as a sync shows it.
func (p part) grant() *v2.Grant {
	return holderGrant(connector.ResourceID(typeRole, p.Resource), p.Slug, p.holderID())
}

// change gives or takes a part, and then lets the account's mappings look at the user, where that is switched on.
func (s *roleSyncer) change(ctx context.Context, p part, add bool) (connector.Outcome, error) {
	there, err := s.has(ctx, p)
	switch {
	case onelogin.Missing(err) && !add:
		return connector.Unchanged, nil
	case onelogin.Missing(err):
		return connector.Failed, p.gone(err)
	case err != nil:
		return connector.Failed, connector.Status(lacking(err, "read the role "+p.Resource, scopeReadUsers))
	case there == add:
		return connector.Unchanged, nil
	}
	result, err := s.c.apply(ctx, s.writing(p, add))
	if err != nil || result == connector.Unchanged || !s.c.switches.applyUserMappings {
		return result, err
	}
	return result, s.afterMappings(ctx, p, add)
}

// writing is the write of a part. OneLogin does not document what it answers where nothing is to be changed, nor what
// becomes of two writes to one role that meet: a refusal is checked by reading, and writes take turns.
func (s *roleSyncer) writing(p part, add bool) connector.Change {
	so := false
	holds := func(ctx context.Context) (bool, error) {
		there, err := s.has(ctx, p)
		if onelogin.Missing(err) {
			return !add, nil
		}
		return err == nil && there == add, err
	}
	action, write := "add role "+p.Slug, s.c.api.AddRoleHolders
	if !add {
		action, write = "remove role "+p.Slug, s.c.api.RemoveRoleHolders
	}
	return connector.Change{
		Action: action, Targets: map[string]string{typeRole: p.Resource, typeUser: string(p.holderID())},
		Write: func(ctx context.Context) (string, error) {
			err := s.c.inTurn(ctx, typeRole+"/"+p.Resource, func() error {
				return write(ctx, p.resourceID(), p.relation, []onelogin.ID{p.holderID()})
			})
			if onelogin.Refused(err) {
				is, readErr := holds(ctx)
				so = is && readErr == nil
			}
			return "", p.explain(err, add)
		},
		Already: func(error) bool { return so },
		Holds:   holds,
	}
}

func (p part) gone(cause error) error {
	return connector.Explain(codes.FailedPrecondition, cause, "the role %s or the user %s does not exist: it was deleted after the last sync", p.Resource, p.holderID())
}

// explain puts sentences in the place of what OneLogin answers to a write.
func (p part) explain(err error, add bool) error {
	switch {
	case onelogin.Missing(err) && add:
		return p.gone(err)
	case onelogin.Refused(err) && !add && p.relation == onelogin.RoleUsers:
		return connector.Explain(codes.FailedPrecondition, err, "OneLogin refused to take the role %s from the user %s, who still has it: what a mapping or provisioning "+
			"gives can be taken away there alone, by changing the mapping or what it looks at", p.Resource, p.holderID())
	}
	return lacking(err, "change the "+string(p.relation)+" of the role "+p.Resource, scopeManageAll)
}
