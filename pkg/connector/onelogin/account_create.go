package onelogin

import (
	"context"
	"encoding/json"
	"maps"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

var _ connectorbuilder.AccountManagerV2 = (*userSyncer)(nil)

// CreateAccountCapabilityDetails says which passwords a new user can have. One who gets none has to set one.
func (s *userSyncer) CreateAccountCapabilityDetails(context.Context) (*v2.CredentialDetailsAccountProvisioning, annotations.Annotations, error) {
	return connector.FirstPasswords(), nil, nil
}

// CreateAccount makes a user:
//
//  1. All that can be known to be wrong is refused, with nothing written.
//  2. The user is made, with the manager, the custom attributes and the password. One whom an earlier try has made, whose
//     answer was lost, is taken over with the new password. Whoever else has the username or the address is AlreadyExists.
func (s *userSyncer) CreateAccount(ctx context.Context, info *v2.AccountInfo, options *v2.LocalCredentialOptions) (
	connectorbuilder.CreateAccountResponse, []*v2.PlaintextData, annotations.Annotations, error,
) {
	a, err := s.c.readAccount(ctx, info)
	if err != nil {
		return nil, nil, nil, err
	}
	password, err := firstPassword(ctx, options)
	if err != nil {
		return nil, nil, nil, err
	}
	u, err := s.c.makeUser(ctx, a, password)
	if err != nil {
		return nil, nil, nil, err
	}
	resource, err := s.c.userResource(u)
	if err != nil {
		return nil, nil, nil, err
	}
	var handed []*v2.PlaintextData
	if password != "" {
		handed = connector.HandedOver(password)
	}
	return v2.CreateAccountResponse_SuccessResult_builder{Resource: resource, IsCreateAccountResult: true}.Build(), handed, nil, nil
}

// readAccount reads a form and holds it against the account.
func (c *Connector) readAccount(ctx context.Context, info *v2.AccountInfo) (newAccount, error) {
	a, err := readForm(info)
	if err != nil {
		return newAccount{}, err
	}
	if err := c.checkAttributes(ctx, fieldAttributes, a.attributes); err != nil {
		return newAccount{}, err
	}
	if a.manager == "" {
		return a, nil
	}
	manager, err := c.findManager(ctx, fieldManager, a.manager)
	if status.Code(err) == codes.InvalidArgument {
		ctxzap.Extract(ctx).Warn("the new user gets no manager", connector.Why(err))
		return a, nil
	}
	a.fields[fieldManagerID] = json.Number(manager)
	return a, err
}

// firstPassword is the password of a new user; "" where there is to be none.
func firstPassword(ctx context.Context, options *v2.LocalCredentialOptions) (string, error) {
	if options == nil || options.GetNoPassword() != nil {
		return "", nil
	}
	warnOfNoForce(ctx, options)
	return connector.ChoosePassword(ctx, options)
}

// warnOfNoForce says that a wish cannot be met.
func warnOfNoForce(ctx context.Context, options *v2.LocalCredentialOptions) {
	if options.GetForceChangeAtNextLogin() {
		ctxzap.Extract(ctx).Warn("OneLogin's API cannot make a user change a password at the next sign-in: the user's policy decides on that")
	}
}

// makeUser makes the user, or takes over the one of an earlier try.
func (c *Connector) makeUser(ctx context.Context, a newAccount, password string) (onelogin.User, error) {
	body := maps.Clone(a.fields)
	if len(a.attributes) > 0 {
		body[fieldAttributes] = a.attributes
	}
	if password != "" {
		body["password"], body["password_confirmation"] = password, password
	}
	var u onelogin.User
	adopted := false
	targets := map[string]string{}
	result, err := c.apply(ctx, connector.Change{
		Action: "create user", Targets: targets,
		Write: func(ctx context.Context) (string, error) {
			var err error
			u, err = c.api.CreateUser(ctx, body)
			if unprocessable(err) {
				u, adopted, err = c.takenBy(ctx, a, err)
			}
			note(targets, u)
			return "", createRefused(err, password)
		},
		Already: func(error) bool { return adopted },
		Holds: func(ctx context.Context) (there bool, err error) {
			u, there, err = c.earlier(ctx, a)
			note(targets, u)
			return there, err
		},
	})
	if err == nil && (adopted || result == connector.Recovered) && password != "" {
		err = c.setPassword(ctx, u.ID, password)
		if result == connector.Recovered && unprocessable(err) { // it may be the user's already
			err = connector.Explain(codes.Unavailable, err, "the user %s was made, and whether with this password cannot be read: try again, which sets another one", u.ID)
		}
	}
	return u, err
}

func note(targets map[string]string, u onelogin.User) {
	if u.ID != "" {
		targets[typeUser] = string(u.ID)
	}
}

// createRefused says what the credential lacks.
func createRefused(err error, password string) error {
	scope := scopeManageUsers
	if password != "" {
		scope = scopeManageAll
	}
	return lacking(err, "create the user", scope)
}
