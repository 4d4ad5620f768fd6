package onelogin

import (
	"context"
	"errors"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

var _ connectorbuilder.CredentialManagerLimited = (*userSyncer)(nil)

// RotateCapabilityDetails says which passwords a user can be given.
func (s *userSyncer) RotateCapabilityDetails(context.Context) (*v2.CredentialDetailsCredentialRotation, annotations.Annotations, error) {
	return connector.RotatablePasswords(), nil, nil
}

// Rotate gives a user another password.
func (s *userSyncer) Rotate(ctx context.Context, id *v2.ResourceId, options *v2.LocalCredentialOptions) ([]*v2.PlaintextData, annotations.Annotations, error) {
	user, err := userOf(id)
	if err != nil {
		return nil, nil, err
	}
	warnOfNoForce(ctx, options)
	password, err := connector.ChoosePassword(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	if err := s.c.setPassword(ctx, user, password); err != nil {
		return nil, nil, err
	}
	return connector.HandedOver(password), nil, nil
}

// setPassword gives a user a password, which the user's policy has to allow.
func (c *Connector) setPassword(ctx context.Context, user onelogin.ID, password string) error {
	return c.unseen(ctx, connector.Change{
		Action: "set password", Targets: map[string]string{typeUser: string(user)},
		Write: func(ctx context.Context) (string, error) {
			err := c.api.SetPassword(ctx, user, password)
			if unprocessable(err) {
				err = connector.Explain(codes.InvalidArgument, err, "OneLogin refused the password of the user %s: it has to meet the password policy of the user, "+
					"and the user's password has to be OneLogin's own and not that of another directory", user)
			}
			return "", onUser(err, user, "set the password of the user "+string(user), scopeManageAll)
		},
	}, "whether the password was set cannot be read: set another one")
}

// tries is how often a write is sent that no reading can tell to be done, and that changes nothing the second time.
const tries = 4

// unseen makes a change whose effect cannot be read: where the answer was lost, it is sent once more. If that is refused, the
// first may be why, as with a policy that takes no password twice: it stays unclear what happened.
func (c *Connector) unseen(ctx context.Context, ch connector.Change, sentence string) error {
	write := ch.Write
	ch.Write = func(ctx context.Context) (string, error) {
		pause := time.Second
		var lost error
		for try := 1; ; try++ {
			requestID, err := write(ctx)
			if lost != nil && unprocessable(err) {
				return requestID, lost
			}
			if err == nil || try == tries || !unclear(err) || ctx.Err() != nil {
				return requestID, err
			}
			if c.clock.Sleep(ctx, pause) != nil {
				return requestID, err
			}
			pause *= 2
			lost = err
		}
	}
	ch.Holds = func(context.Context) (bool, error) { return false, errors.New(sentence) }
	_, err := c.apply(ctx, ch)
	return err
}
