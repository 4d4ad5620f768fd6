package onelogin

import (
	"context"
	"errors"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// probes are the cheap reads that show whether what is going to be synced can be read. No call tells the scope of an API
// credential.
func (c *Connector) probes() []connector.Probe {
	all := []connector.Probe{
		{Family: "users, roles and groups", Permission: scopeReadUsers, Types: []string{typeUser, typeRole, typeGroup}, Read: c.api.ProbeUsers},
		{Family: "apps", Permission: scopeReadAll, Types: []string{typeApp}, Read: c.api.ProbeApps},
		{Family: "privileges", Permission: scopeManageAll, Types: []string{typePrivilege}, Read: func(ctx context.Context) error {
			_, err := c.api.ListPrivileges(ctx, "")
			return err
		}},
	}
	needed := connector.NeededProbes(all, c.syncs)
	if c.switches.applyUserMappings {
		needed = append(needed, connector.Probe{Family: "custom user fields", Permission: scopeReadUsers, Read: c.checkLastAction})
	}
	return needed
}

// explainProbe adds what the reader can do.
func explainProbe(p connector.Probe, err error) error {
	s := status.Convert(connector.Status(err))
	switch {
	case p.Permission == scopeManageAll && answers(err, unauthorized, forbidden, notFound):
		return status.Errorf(codes.PermissionDenied, "the API credential may not read %s: they need a credential of the scope %s, and the account's subscription for delegated administration; "+
			"else leave out --privileges-enabled (%s)", p.Family, p.Permission, s.Message())
	case tooSmall(err):
		otherwise := "leave their types out with --sync-resource-types"
		if len(p.Types) == 0 {
			otherwise = "leave out --apply-user-mappings"
		}
		return status.Errorf(codes.PermissionDenied, "the API credential may not read %s: make one of the scope %s or a larger one under Developers > API Credentials, "+
			"or %s (%s)", p.Family, p.Permission, otherwise, s.Message())
	case failsInside(err):
		return status.Errorf(s.Code(), "OneLogin fails inside (500): where it does so with every call, the user who made the API credential has been deleted, and it takes a new credential, "+
			"made by somebody who stays (%s)", s.Message())
	}
	if explained := connector.ExplainConnection(err, "--subdomain and --base-url"); explained != nil {
		return explained
	}
	return s.Err()
}

// tooSmall says whether a call was refused for the scope. The second version can answer so as it answers a token that has
// ended; by then the transport has signed in anew, and a credential that is refused there is another error.
func tooSmall(err error) bool {
	return onelogin.ScopeTooSmall(err) || answers(err, unauthorized)
}

// Statuses of answers: one that is not authorized, one that is forbidden, one of what is not there, and one that failed inside.
const (
	unauthorized  = 401
	forbidden     = 403
	notFound      = 404
	internalError = 500
)

// answers says whether OneLogin's answer to a call has one of some statuses, in whatever words.
func answers(err error, statuses ...int) bool {
	var answer *onelogin.Error
	return errors.As(err, &answer) && slices.Contains(statuses, answer.Status)
}

// failsInside says whether OneLogin answered 500: to a sign-in, or to a call.
func failsInside(err error) bool {
	var answered interface{ HTTPStatus() int }
	return errors.As(err, &answered) && answered.HTTPStatus() == internalError
}
