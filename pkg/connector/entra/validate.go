package entra

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// probes are the cheap reads that show whether what is going to be synced can be read.
func (c *Connector) probes() []connector.Probe {
	// Who reads these may read the connector's own registration as well: it takes the same permission.
	ofApplications := []string{typeApplication, typeManagedIdentity, typeCredential}
	all := []connector.Probe{
		{Family: "users", Permission: permissionUsers, Types: []string{typeUser}, Read: c.graph.ProbeUsers},
		{Family: "groups", Permission: permissionGroups, Types: []string{typeGroup}, Read: c.graph.ProbeGroups},
		{Family: "service principals", Permission: permissionApps, Types: ofApplications, Read: c.graph.ProbeServicePrincipals},
		{Family: "directory roles", Permission: permissionRoles, Types: []string{typeRole}, Read: c.graph.ProbeRoles},
		{Family: "licences", Permission: permissionLicenses, Types: []string{typeLicense}, Read: c.graph.ProbeSubscribedSkus},
	}
	if c.switches.signInActivity {
		all = append(all, connector.Probe{Family: "sign-in activity", Permission: permissionActivity, Types: []string{typeUser}, Read: c.probeActivity})
	}
	if c.switches.mailboxSettings {
		all = append(all, connector.Probe{Family: "mailbox settings", Permission: permissionMailboxes, Types: []string{typeUser}, Read: c.graph.ProbeMailboxes})
	}
	if c.notices.asks {
		all = append(all, connector.Probe{Family: "the end of the client secret", Permission: permissionApps, Types: ofApplications, Read: c.lookAtSecret})
	}
	return connector.NeededProbes(all, c.willSync)
}

// lookAtSecret asks for the end of the client secret beside what has to be read, and so takes no time of its own. It
// never fails.
func (c *Connector) lookAtSecret(ctx context.Context) error {
	c.notices.tellEnding(ctx)
	return nil
}

// explainProbe adds what the reader can do.
func explainProbe(p connector.Probe, err error) error {
	s := status.Convert(connector.Status(err))
	var signIn *graph.SignInError
	switch {
	case s.Code() == codes.PermissionDenied:
		return status.Error(codes.PermissionDenied, fmt.Sprintf("the application may not read %s: grant it the application permission %s "+
			"in the app registration's API permissions, with admin consent (%s)", p.Family, p.Permission, s.Message()))
	case connector.Unreachable(err) && errors.As(err, &signIn):
		return status.Error(codes.FailedPrecondition, s.Message()) // it says itself what to do
	}
	if explained := connector.ExplainConnection(err, "--base-url and --authority-host"); explained != nil {
		return explained
	}
	return s.Err()
}
