package main

import (
	"flag"
	"maps"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// conductorOneSettings are the flags of the simulated ConductorOne, which stands beside the directory where it is asked for.
type conductorOneSettings struct {
	on      bool
	listen  string
	uploads string
}

func (c *conductorOneSettings) flags(f *flag.FlagSet) {
	f.BoolVar(&c.on, "conductorone", false, "run a simulated ConductorOne as well, to which the connector is a service")
	f.StringVar(&c.listen, "conductorone-listen", "127.0.0.1:0", "its loopback `address`; port 0 is a free one")
	f.StringVar(&c.uploads, "uploads", "", "keep what is uploaded to it in this `folder`; without, it is gone at the end")
}

// start starts it; nil is what was not asked for.
func (c *conductorOneSettings) start() (*conductoronesim.Server, error) {
	if !c.on {
		return nil, nil
	}
	return conductoronesim.New(conductoronesim.Options{Address: c.listen, Dir: c.uploads})
}

// variables are those of the connector: the directory's, and ConductorOne's where there is one.
func variables(sim directory, c1 *conductoronesim.Server, ca string) map[string]string {
	env := maps.Clone(sim.Env(ca))
	if c1 == nil {
		return env
	}
	for _, pair := range c1.Environment() {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env
}

// authorities are the certificates to trust, one PEM after the other.
func authorities(sim directory, c1 *conductoronesim.Server) string {
	if c1 == nil {
		return string(sim.CertificatePEM())
	}
	return string(sim.CertificatePEM()) + string(c1.CertificatePEM())
}
