package config

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/settings"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// Connection is where and as whom the connector is to connect.
type Connection struct {
	// Host is the address that answers for OneLogin.
	Host       *url.URL
	Credential onelogin.Credential
	// Attributes are the short names of the custom attributes to sync, each once.
	Attributes []string
}

const (
	nameSubdomain = "--subdomain (BATON_SUBDOMAIN)"
	nameClient    = "--onelogin-client-id (BATON_ONELOGIN_CLIENT_ID)"
	nameSecret    = "--onelogin-client-secret (BATON_ONELOGIN_CLIENT_SECRET)" //nolint:gosec // a name
)

// Check says in one sentence what is missing or wrong, as InvalidArgument, or where and how the connector is to connect.
func (c *Onelogin) Check() (Connection, error) {
	to := Connection{Credential: onelogin.Credential{ClientID: strings.TrimSpace(c.OneloginClientId), ClientSecret: strings.TrimSpace(c.OneloginClientSecret)}}
	elsewhere := c.BaseUrl != "" || c.Region != "" // an address that does without the subdomain
	err := settings.Required("the account, and an API credential of it (Developers > API Credentials)",
		settings.Need{Missing: strings.TrimSpace(c.Subdomain) == "" && !elsewhere, Name: nameSubdomain},
		settings.Need{Missing: to.Credential.ClientID == "", Name: nameClient}, settings.Need{Missing: to.Credential.ClientSecret == "", Name: nameSecret})
	if err != nil {
		return Connection{}, err
	}
	if to.Host, err = c.host(); err != nil {
		return Connection{}, err
	}
	to.Attributes, err = c.attributes()
	return to, err
}

// host finds the address that answers. A subdomain that is given is checked, whatever goes before it.
func (c *Onelogin) host() (*url.URL, error) {
	var own *url.URL
	var err error
	if strings.TrimSpace(c.Subdomain) != "" {
		if own, err = onelogin.Address(c.Subdomain); err != nil {
			return nil, settings.Invalid("--subdomain is not OneLogin's: it is acme, acme.onelogin.com or https://acme.onelogin.com")
		}
	}
	region := strings.ToLower(strings.TrimSpace(c.Region))
	switch {
	case c.BaseUrl != "" && region != "":
		return nil, settings.Invalid("--base-url and --region both say where OneLogin is: leave one of them out")
	case c.BaseUrl != "":
		return settings.Address("--base-url", c.BaseUrl)
	case region != "":
		host, err := onelogin.RegionalAddress(region)
		if err != nil {
			return nil, settings.Invalid("--region %q is not known: it is us or eu", c.Region)
		}
		return host, nil
	}
	return own, nil
}

// shortName is the form of the short name of a custom attribute.
var shortName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

func (c *Onelogin) attributes() ([]string, error) {
	var names []string
	known := map[string]bool{}
	for _, name := range c.CustomAttributes {
		name = strings.TrimSpace(name)
		switch {
		case name == "" || known[name]:
			continue
		case !shortName.MatchString(name):
			return nil, settings.Invalid("--custom-attributes has %q, which is no short name of a custom user field: it has letters, digits and _ . - alone", name)
		}
		known[name] = true
		names = append(names, name)
	}
	return names, nil
}
