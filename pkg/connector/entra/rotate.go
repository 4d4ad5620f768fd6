package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

var _ connectorbuilder.CredentialManagerLimited = (*userSyncer)(nil)

// RotateCapabilityDetails says which passwords a user can be given.
func (s *userSyncer) RotateCapabilityDetails(context.Context) (*v2.CredentialDetailsCredentialRotation, annotations.Annotations, error) {
	return connector.RotatablePasswords(), nil, nil
}

// Rotate gives a user another password. Whether the user has to change it at the next sign-in is the caller's
// to say: what a vault hands out again and again must not be.
func (s *userSyncer) Rotate(ctx context.Context, id *v2.ResourceId, options *v2.LocalCredentialOptions) ([]*v2.PlaintextData, annotations.Annotations, error) {
	userID, err := userOf(id)
	if err != nil {
		return nil, nil, err
	}
	text, err := connector.ChoosePassword(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	password := graph.Password{Text: text, Change: options.GetForceChangeAtNextLogin()}
	if err := s.c.setPassword(ctx, userID, password, never); err != nil {
		return nil, nil, err
	}
	return connector.HandedOver(text), nil, nil
}

// never is for what does not pass.
func never(context.Context, error) bool { return false }
