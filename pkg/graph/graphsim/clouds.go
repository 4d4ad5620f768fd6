package graphsim

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
)

// cloud is one of Microsoft's clouds: the hosts that belong together.
type cloud struct {
	name, graph string
	login       []string
	exchange    string
}

func clouds() []cloud {
	return []cloud{
		{"public", "graph.microsoft.com", []string{"login.microsoftonline.com", "login.microsoft.com"}, "outlook.office365.com"},
		{"usgov", "graph.microsoft.us", []string{"login.microsoftonline.us"}, "outlook.office365.us"},
		{"usgov-dod", "dod-graph.microsoft.us", []string{"login.microsoftonline.us"}, "outlook-dod.office365.us"},
		{"china", "microsoftgraph.chinacloudapi.cn", []string{"login.chinacloudapi.cn", "login.partner.microsoftonline.cn"}, "partner.outlook.cn"},
	}
}

func cloudNamed(name string) *cloud {
	for _, c := range clouds() {
		if c.name == name {
			return &c
		}
	}
	return nil
}

// graphAudiences are what a token can be asked for. The address of the simulator is none of them, as the
// address of a proxy would be none.
func graphAudiences() []string {
	var out []string
	for _, c := range clouds() {
		out = append(out, "https://"+c.graph)
	}
	return out
}

// exchangeAudiences are what a token for Exchange can be asked for.
func exchangeAudiences() []string {
	var out []string
	for _, c := range clouds() {
		out = append(out, "https://"+c.exchange)
	}
	return out
}

// toExchange says whether a call came by Exchange's own port or by its host name.
func (c *call) toExchange() bool {
	return c.exchange || slices.ContainsFunc(clouds(), func(k cloud) bool { return k.exchange == c.hostname() })
}

// cloudHosts are all host names of all clouds.
func cloudHosts() []string {
	var out []string
	for _, c := range clouds() {
		out = append(append(out, c.graph, c.exchange), c.login...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *call) hostname() string {
	if name, _, err := net.SplitHostPort(c.host); err == nil {
		return strings.ToLower(name)
	}
	return strings.ToLower(c.host)
}

// byName says whether a call came by a host name of a cloud, and not by the simulator's own address.
func (c *call) byName() bool { return slices.Contains(cloudHosts(), c.hostname()) }

// homeOf says whether the tenant is known where a sign-in was sent.
func (s *Server) homeOf(c *call) bool {
	return !c.byName() || slices.Contains(cloudNamed(s.options.Cloud).login, c.hostname())
}

// checkResource refuses a token for another cloud's Graph to who signs in by name.
func (s *Server) checkResource(c *call, audience string) error {
	if home := cloudNamed(s.options.Cloud); !c.byName() || audience == "https://"+home.graph || audience == "https://"+home.exchange {
		return nil
	}
	return &signinError{http.StatusBadRequest, "invalid_resource", 500011,
		fmt.Sprintf("The resource principal named %s was not found in the tenant named %s.", audience, s.options.TenantID)}
}

// checkDoor refuses Graph on a host for signing in, and the other way round, where the host has a name.
func checkDoor(c *call, signin bool) error {
	isGraph := slices.ContainsFunc(clouds(), func(k cloud) bool { return k.graph == c.hostname() })
	if c.byName() && isGraph == signin {
		return badSegment(strings.Trim(c.path, "/"))
	}
	return nil
}

// instanceDiscovery answers what Microsoft's libraries ask before they trust an authority.
func (s *Server) instanceDiscovery(c *call) (*reply, error) {
	host := c.hostname()
	return jsonReply(http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": c.origin() + "/" + s.options.TenantID + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []map[string]any{
			{"preferred_network": host, "preferred_cache": host, "aliases": []string{host}},
		},
	})
}
