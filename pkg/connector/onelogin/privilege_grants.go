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

var _ connectorbuilder.ResourceProvisionerV2 = (*privilegeSyncer)(nil)

// Grant assigns a privilege to a user, or to a role and so to its members.
func (s *privilegeSyncer) Grant(ctx context.Context, principal *v2.Resource, e *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	h, err := holdingOf(e, principal.GetId())
	if err != nil {
		return nil, nil, err
	}
	result, err := s.change(ctx, h, true)
	return connector.Granted(result, privilegeGrant(h.resourceID(), h.relation, h.holderID()), err)
}

// Revoke takes it back. A privilege that is gone is nobody's.
func (s *privilegeSyncer) Revoke(ctx context.Context, g *v2.Grant) (annotations.Annotations, error) {
	h, err := holdingOf(g.GetEntitlement(), g.GetPrincipal().GetId())
	if err != nil {
		return nil, err
	}
	return connector.Revoked(s.change(ctx, h, false))
}

// holding is a privilege that a user or a role has.
type holding struct {
	right
	relation onelogin.PrivilegeRelation
}

func holdingOf(e *v2.Entitlement, holder *v2.ResourceId) (holding, error) {
	r, err := rightOf(e, holder)
	if err == nil && r.Slug != slugAssigned {
		err = r.Unknown()
	}
	if err == nil {
		err = r.HeldBy("a privilege", typeUser, typeRole)
	}
	relation := onelogin.PrivilegeUsers
	if holder.GetResourceType() == typeRole {
		relation = onelogin.PrivilegeRoles
	}
	return holding{r, relation}, err
}

func (s *privilegeSyncer) has(ctx context.Context, h holding) (bool, error) {
	return found(ctx, func(ctx context.Context, cursor string) (onelogin.Page[onelogin.ID], error) {
		return s.c.api.ListPrivilegeHolders(ctx, h.resourceID(), h.relation, cursor)
	}, func(id onelogin.ID) onelogin.ID { return id }, func(id onelogin.ID) bool { return id == h.holderID() })
}

func (s *privilegeSyncer) change(ctx context.Context, h holding, add bool) (connector.Outcome, error) {
	there, err := s.has(ctx, h)
	switch {
	case onelogin.Missing(err) && !add:
		return connector.Unchanged, nil
	case err != nil:
		return connector.Failed, connector.Status(h.explain(err))
	case there == add:
		return connector.Unchanged, nil
	}
	so := false
	holds := func(ctx context.Context) (bool, error) {
		there, err := s.has(ctx, h)
		if onelogin.Missing(err) {
			return !add, nil
		}
		return err == nil && there == add, err
	}
	action := "assign privilege"
	if !add {
		action = "remove privilege"
	}
	return s.c.apply(ctx, connector.Change{
		Action: action, Targets: map[string]string{typePrivilege: h.Resource, h.Holder.GetResourceType(): h.Holder.GetResource()},
		Write: func(ctx context.Context) (string, error) {
			err := s.write(ctx, h, add)
			if onelogin.Refused(err) {
				is, readErr := holds(ctx)
				so = is && readErr == nil
			}
			return "", h.explain(err)
		},
		Already: func(error) bool { return so },
		Holds:   holds,
	})
}

func (s *privilegeSyncer) write(ctx context.Context, h holding, add bool) error {
	return s.c.inTurn(ctx, typePrivilege+"/"+h.Resource, func() error {
		if add {
			return s.c.api.AssignPrivilege(ctx, h.resourceID(), h.relation, []onelogin.ID{h.holderID()})
		}
		return s.c.api.RemovePrivilege(ctx, h.resourceID(), h.relation, h.holderID())
	})
}

// explain puts sentences in the place of what OneLogin answers.
func (h holding) explain(err error) error {
	if onelogin.Missing(err) {
		return connector.Explain(codes.FailedPrecondition, err, "the privilege %s or the %s %s does not exist: it was deleted after the last sync",
			h.Resource, h.Holder.GetResourceType(), h.holderID())
	}
	return lacking(err, "change who has the privilege "+h.Resource, scopeManageAll+", and the account the subscription for delegated administration")
}
