package entra

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

var _ connectorbuilder.AccountManagerV2 = (*userSyncer)(nil)

// CreateAccountCapabilityDetails says which passwords a new user can have. Of none, nobody knows the password
// that the directory demands all the same.
func (s *userSyncer) CreateAccountCapabilityDetails(context.Context) (*v2.CredentialDetailsAccountProvisioning, annotations.Annotations, error) {
	return connector.FirstPasswords(), nil, nil
}

// CreateAccount makes a user:
//
//  1. All that can be known to be wrong is refused, with nothing written.
//  2. The user is made, with a password. One whom an earlier try has made, whose answer was lost, is taken over
//     with the new password. Whoever else has the name is AlreadyExists.
//  3. The manager is set. The user is there, and the password has to reach the vault: what goes wrong here is
//     a warning.
func (s *userSyncer) CreateAccount(ctx context.Context, info *v2.AccountInfo, options *v2.LocalCredentialOptions) (
	connectorbuilder.CreateAccountResponse, []*v2.PlaintextData, annotations.Annotations, error,
) {
	a, err := s.c.readAccount(ctx, info)
	if err != nil {
		return nil, nil, nil, err
	}
	password, handed, err := newPassword(ctx, options)
	if err != nil {
		return nil, nil, nil, err
	}
	managerID, err := s.c.managerOf(ctx, a)
	if err != nil {
		return nil, nil, nil, err
	}
	u, err := s.c.makeUser(ctx, a, managerID, password)
	if err != nil {
		return nil, nil, nil, err
	}
	s.c.giveManager(ctx, &u, managerID)
	resource, err := userResource(u, "", s.c.cloud)
	if err != nil {
		return nil, nil, nil, err
	}
	return v2.CreateAccountResponse_SuccessResult_builder{Resource: resource, IsCreateAccountResult: true}.Build(), handed, nil, nil
}

// readAccount reads a form and holds it against the tenant. Where the tenant's domains cannot be read, the
// directory itself has the word.
func (c *Connector) readAccount(ctx context.Context, info *v2.AccountInfo) (newAccount, error) {
	a, err := readForm(info)
	if err != nil {
		return newAccount{}, err
	}
	domains, err := c.graph.ListVerifiedDomains(ctx)
	switch {
	case graph.Denied(err) || err == nil && len(domains) == 0:
		return a, nil
	case err != nil:
		return newAccount{}, connector.Status(err)
	}
	return a, a.checkDomain(domains)
}

// newPassword is the first password of a user, who has to choose another at the first sign-in, and what of it
// goes to the vault.
func newPassword(ctx context.Context, options *v2.LocalCredentialOptions) (graph.Password, []*v2.PlaintextData, error) {
	if options == nil || options.GetNoPassword() != nil {
		text, err := throwawayPassword()
		return graph.Password{Text: text, Change: true}, nil, err
	}
	text, err := connector.ChoosePassword(ctx, options)
	if err != nil {
		return graph.Password{}, nil, err
	}
	return graph.Password{Text: text, Change: true}, connector.HandedOver(text), nil
}

// managerOf returns the object id of the manager, "" where there is to be none or nobody can be found.
func (c *Connector) managerOf(ctx context.Context, a newAccount) (string, error) {
	if a.manager == "" {
		return "", nil
	}
	id, err := c.findManager(ctx, fieldManager, a.manager)
	if isMalformed(err) {
		ctxzap.Extract(ctx).Warn("the new user gets no manager", connector.Why(err))
		return "", nil
	}
	return id, err
}

// makeUser makes the user, or takes over the one of an earlier try.
func (c *Connector) makeUser(ctx context.Context, a newAccount, managerID string, password graph.Password) (graph.User, error) {
	var u graph.User
	var taken bool
	targets := map[string]string{}
	result, err := c.apply(ctx, change{
		action: "create user", targets: targets,
		write: c.patient(func(ctx context.Context) (receipt graph.Receipt, err error) {
			u, receipt, err = c.graph.CreateUser(ctx, a.properties, password)
			taken, targets["user"] = graph.Taken(err), u.ID
			return receipt, createRefused(err)
		}, func(ctx context.Context, err error) bool { return !graph.Taken(err) && collided(ctx, err) }),
		holds: func(ctx context.Context) (found bool, err error) {
			u, found, err = c.earlier(ctx, a, managerID)
			targets["user"] = u.ID
			return found, err
		},
	})
	if taken {
		if u, err = c.awaitEarlier(ctx, a, managerID); err == nil {
			result = connector.Recovered
		}
	}
	if err == nil && result == connector.Recovered {
		err = c.setPassword(ctx, u.ID, password, mayPass)
	}
	return u, err
}

// createRefused says what the application lacks.
func createRefused(err error) error {
	if !graph.Denied(err) {
		return err
	}
	return connector.Explain(codes.PermissionDenied, err, "Microsoft Entra ID refused to create the user: the application needs the permission %s", permissionChange)
}

// managerTries is how often the manager of a new user is set, where reading says that it was not.
const managerTries = 2

// giveManager sets the manager of a user who was just made.
func (c *Connector) giveManager(ctx context.Context, u *graph.User, managerID string) {
	if managerID == "" || u.Manager != nil {
		return
	}
	_, err := c.assignManager(ctx, u.ID, managerID)
	for try := 1; try < managerTries && status.Code(err) == codes.Unavailable; try++ {
		_, err = c.assignManager(ctx, u.ID, managerID)
	}
	if err != nil {
		ctxzap.Extract(ctx).Warn("the new user has no manager yet", zap.String("user", u.ID), zap.String("manager", managerID), connector.Why(err))
		return
	}
	u.Manager = &graph.Manager{ID: managerID}
}
