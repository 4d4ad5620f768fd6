package config

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Endpoints are the two addresses that the connector talks to.
type Endpoints struct {
	Graph     *url.URL // of Graph, without a version
	Authority *url.URL // of sign-in; nil where the Graph domain decides
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)

// Check says in one sentence what is missing or wrong, as InvalidArgument, and where the connector is to
// connect. The SDK checks only the fields of the chosen sign-in method, so presence is checked here.
func (c *Entra) Check() (Endpoints, error) {
	var missing []string
	for _, f := range []struct{ value, name string }{
		{c.EntraTenantId, "--entra-tenant-id (BATON_ENTRA_TENANT_ID)"},
		{c.EntraClientId, "--entra-client-id (BATON_ENTRA_CLIENT_ID)"},
		{c.EntraClientSecret, "--entra-client-secret (BATON_ENTRA_CLIENT_SECRET)"},
	} {
		if strings.TrimSpace(f.value) == "" {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		return Endpoints{}, invalid("%s must be given: the tenant, and the app registration that the connector signs in as", strings.Join(missing, ", "))
	}
	if !hostName.MatchString(c.EntraTenantId) {
		return Endpoints{}, invalid("--entra-tenant-id is not a tenant id: it is the GUID of the tenant, or one of its domains")
	}
	if !hostName.MatchString(c.GraphDomain) {
		return Endpoints{}, invalid("--graph-domain %q is not a host name: it is %s, or the Graph host of a national cloud", c.GraphDomain, DefaultGraphDomain)
	}
	return c.endpoints()
}

func (c *Entra) endpoints() (Endpoints, error) {
	var e Endpoints
	base := c.BaseUrl
	if base == "" {
		base = "https://" + c.GraphDomain
	}
	var err error
	if e.Graph, err = address("--base-url", base); err != nil {
		return Endpoints{}, err
	}
	if c.AuthorityHost != "" {
		if e.Authority, err = address("--authority-host", c.AuthorityHost); err != nil {
			return Endpoints{}, err
		}
	}
	return e, nil
}

// address reads an https address without a path.
func address(flag, value string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(value), "/"))
	switch {
	case err != nil || u.Host == "":
		return nil, invalid("%s is not an address: it has the form https://host or https://host:port", flag)
	case u.Scheme != "https":
		return nil, invalid("%s is %s://: only https is spoken, for tokens travel there", flag, u.Scheme)
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return nil, invalid("%s has more than a host and a port: it has the form https://host or https://host:port", flag)
	}
	return u, nil
}

func invalid(format string, args ...any) error {
	return status.Error(codes.InvalidArgument, fmt.Sprintf(format, args...))
}
