package entra

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// goodFor is how long a successful validation is believed. The health check of service mode asks every
// half minute.
const goodFor = 5 * time.Minute

// probe is one cheap read that shows whether a family of objects can be read.
type probe struct {
	family     string
	permission string
	types      []string
	read       func(context.Context) error
}

func (c *Connector) probes() []probe {
	all := []probe{
		{"users", permissionUsers, []string{typeUser}, c.graph.ProbeUsers},
		{"groups", permissionGroups, []string{typeGroup}, c.graph.ProbeGroups},
		{"service principals", permissionApps, []string{typeApplication, typeManagedIdentity, typeCredential}, c.graph.ProbeServicePrincipals},
		{"directory roles", permissionRoles, []string{typeRole}, c.graph.ProbeRoles},
		{"licences", permissionLicenses, []string{typeLicense}, c.graph.ProbeSubscribedSkus},
	}
	if c.switches.signInActivity {
		all = append(all, probe{"sign-in activity", permissionActivity, []string{typeUser}, c.probeActivity})
	}
	if c.switches.mailboxSettings {
		all = append(all, probe{"mailbox settings", permissionMailboxes, []string{typeUser}, c.graph.ProbeMailboxes})
	}
	var needed []probe
	for _, p := range all {
		for _, t := range p.types {
			if c.willSync(t) {
				needed = append(needed, p)
				break
			}
		}
	}
	return needed
}

// validity remembers that the tenant could be read, for goodFor. Failures are not remembered.
type validity struct {
	clock transport.Clock
	mu    sync.Mutex
	until time.Time
}

func (v *validity) check(ctx context.Context, probes []probe) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.clock.Now().Before(v.until) {
		return nil
	}
	for _, p := range probes {
		if err := p.read(ctx); err != nil {
			return p.explain(err)
		}
	}
	v.until = v.clock.Now().Add(goodFor)
	return nil
}

// explain adds what the reader can do. An address where nothing answers is final here, at the door:
// while a sync is under way the same fault is waited out.
func (p probe) explain(err error) error {
	s := status.Convert(connector.Status(err))
	var signIn *graph.SignInError
	switch {
	case s.Code() == codes.PermissionDenied:
		return status.Error(codes.PermissionDenied, fmt.Sprintf("the application may not read %s: grant it the application permission %s "+
			"in the app registration's API permissions, with admin consent (%s)", p.family, p.permission, s.Message()))
	case connector.Unreachable(err) && errors.As(err, &signIn):
		return status.Error(codes.FailedPrecondition, s.Message()) // it says itself what to do
	case connector.Untrusted(err):
		return status.Error(codes.FailedPrecondition, fmt.Sprintf("cannot connect: name the certificate authority that is to be trusted in SSL_CERT_FILE, or its folder in SSL_CERT_DIR (%s)", s.Message()))
	case connector.Unreachable(err):
		return status.Error(codes.FailedPrecondition, fmt.Sprintf("cannot connect: check the network, HTTPS_PROXY, --base-url and --authority-host (%s)", s.Message()))
	}
	return s.Err()
}
