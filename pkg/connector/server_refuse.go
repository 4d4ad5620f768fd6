package connector

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
)

// Refuser is implemented by a connector that has resource types whose rights are read and never changed. These have no
// provisioner, so that nobody is offered a change, and whoever asks for one all the same is told why there is none.
type Refuser interface {
	// RefuseChange says why the rights of a resource type cannot be changed; it is nil where they can.
	RefuseChange(resourceTypeID string) error
}

// Grant refuses what the connector refuses.
func (s *observedServer) Grant(ctx context.Context, req *v2.GrantManagerServiceGrantRequest) (*v2.GrantManagerServiceGrantResponse, error) {
	if err := s.refusal(req.GetEntitlement()); err != nil {
		return nil, err
	}
	return s.ConnectorServer.Grant(ctx, req)
}

// Revoke refuses what the connector refuses.
func (s *observedServer) Revoke(ctx context.Context, req *v2.GrantManagerServiceRevokeRequest) (*v2.GrantManagerServiceRevokeResponse, error) {
	if err := s.refusal(req.GetGrant().GetEntitlement()); err != nil {
		return nil, err
	}
	return s.ConnectorServer.Revoke(ctx, req)
}

func (s *observedServer) refusal(e *v2.Entitlement) error {
	if r, ok := s.observer.(Refuser); ok {
		return r.RefuseChange(e.GetResource().GetId().GetResourceType())
	}
	return nil
}
