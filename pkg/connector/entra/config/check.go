package config

import (
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/settings"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Beside is what a run is told beside its settings.
type Beside struct {
	// AuthMethod is the value of --auth-method, "" where the credentials decide.
	AuthMethod string
	// HandedIn is true where ConductorOne hands in the tokens of a hosted OAuth sign-in.
	HandedIn bool
	// Now is the time by which a certificate is judged.
	Now time.Time
	// Variable reads a variable of the environment; os.Getenv when nil.
	Variable func(string) string
}

// Connection is where and as whom the connector is to connect.
type Connection struct {
	// Graph is the address of Graph, without a version.
	Graph *url.URL
	// Exchange is the address of Exchange's administration.
	Exchange *url.URL
	// Cloud has the authority that is to be asked, be it the cloud's own or --authority-host.
	Cloud    graph.Cloud
	Method   Method
	TenantID string
	ClientID string
	// Secret, Certificate and TokenFile are each for one method.
	Secret      string
	Certificate *graph.ClientCertificate
	TokenFile   string
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)

// Check says in one sentence what is missing or wrong, as InvalidArgument, or where and how the connector
// is to connect. The SDK checks only the fields of the chosen sign-in method, so all is checked here.
func (c *Entra) Check(b Beside) (Connection, error) {
	if b.Variable == nil {
		b.Variable = os.Getenv
	}
	to := Connection{TenantID: trim(c.EntraTenantId), ClientID: trim(c.EntraClientId), Secret: c.EntraClientSecret}
	for _, step := range []func(*Connection, Beside) error{c.method, c.identity, c.pair, c.place, c.addresses} {
		if err := step(&to, b); err != nil {
			return Connection{}, err
		}
	}
	return to, nil
}

// Warnings are sentences about settings that have no effect.
func (c *Entra) Warnings() []string {
	if c.IncludeOnPremGroupMembers && !c.SkipAdGroups {
		return []string{"--include-on-prem-group-members has no effect without --skip-ad-groups: on-premises users keep their memberships anyway"}
	}
	return nil
}

// place finds the cloud, which --cloud and --graph-domain can name.
func (c *Entra) place(to *Connection, _ Beside) error {
	domain := trim(c.GraphDomain)
	if domain != "" && !hostName.MatchString(domain) {
		return settings.Invalid("--graph-domain %q is not a host name: it is %s, or the Graph host of a national cloud", domain, DefaultGraphDomain)
	}
	if c.Cloud == "" {
		if domain == "" {
			domain = DefaultGraphDomain
		}
		to.Cloud = graph.CloudOf(domain)
		return nil
	}
	cloud, known := graph.CloudNamed(trim(c.Cloud))
	switch {
	case !known:
		return settings.Invalid("--cloud %q is not known: it is one of %s", c.Cloud, cloudNames())
	case domain != "" && !strings.EqualFold(domain, cloud.Domain):
		return settings.Invalid("--cloud %s and --graph-domain %s contradict each other: the Graph of %s is %s, so leave one of them out", cloud.Name, domain, cloud.Name, cloud.Domain)
	}
	to.Cloud = cloud
	return nil
}

func cloudNames() string {
	var names []string
	for _, cloud := range graph.Clouds() {
		names = append(names, cloud.Name)
	}
	return strings.Join(names, ", ")
}

// addresses finds the hosts that answer for the cloud.
func (c *Entra) addresses(to *Connection, _ Beside) error {
	base := c.BaseUrl
	if base == "" {
		base = "https://" + to.Cloud.Domain
	}
	var err error
	if to.Graph, err = settings.Address("--base-url", base); err != nil {
		return err
	}
	exchange := c.ExchangeUrl
	if exchange == "" {
		exchange = "https://" + to.Cloud.Exchange
	}
	if to.Exchange, err = settings.Address("--exchange-url", exchange); err != nil {
		return err
	}
	if c.AuthorityHost == "" {
		return nil
	}
	authority, err := settings.Address("--authority-host", c.AuthorityHost)
	if err != nil {
		return err
	}
	to.Cloud.Authority = authority.String()
	return nil
}

func trim(s string) string { return strings.TrimSpace(s) }
