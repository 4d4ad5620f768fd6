package config

import (
	"slices"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/settings"
)

// Method is a way to sign in: the name of a field group, and a value of --auth-method.
type Method string

// The ways to sign in.
const (
	ClientSecret     Method = "client-secret"
	Certificate      Method = "certificate"
	OAuth            Method = "oauth"
	ManagedIdentity  Method = "managed-identity"
	WorkloadIdentity Method = "workload-identity"
	AzureCLI         Method = "azure-cli"
)

func methods() []Method {
	return []Method{ClientSecret, Certificate, OAuth, ManagedIdentity, WorkloadIdentity, AzureCLI}
}

// credential is one that was given, by the name that its reader knows.
type credential struct {
	method Method
	name   string
}

// given are the credentials that were given, one for each method.
func (c *Entra) given(b Beside) []credential {
	all := []struct {
		credential
		given bool
	}{
		{credential{ClientSecret, "--entra-client-secret"}, trim(c.EntraClientSecret) != ""},
		{credential{Certificate, "--entra-client-certificate"}, len(c.EntraClientCertificate) > 0},
		{credential{Certificate, "--entra-client-certificate-private-key"}, len(c.EntraClientCertificate) == 0 && len(c.EntraClientCertificatePrivateKey) > 0},
		{credential{OAuth, "the OAuth sign-in that ConductorOne keeps"}, b.HandedIn},
		{credential{ManagedIdentity, "--use-managed-identity"}, c.UseManagedIdentity},
		{credential{WorkloadIdentity, "--use-workload-identity"}, c.UseWorkloadIdentity},
		{credential{AzureCLI, "--use-cli-credentials"}, c.UseCliCredentials},
	}
	var out []credential
	for _, one := range all {
		if one.given {
			out = append(out, one.credential)
		}
	}
	return out
}

// method finds the one way to sign in: what is given decides, and --auth-method where nothing is.
func (c *Entra) method(to *Connection, b Beside) error {
	chosen := Method(b.AuthMethod)
	given := c.given(b)
	switch {
	case chosen != "" && !slices.Contains(methods(), chosen):
		return settings.Invalid("--auth-method %q is not known: it is one of %s", chosen, methodNames())
	case len(given) > 1:
		return settings.Invalid("%s are %d ways to sign in: give one of them", names(given), len(given))
	case len(given) == 1 && chosen != "" && chosen != given[0].method:
		return settings.Invalid("--auth-method %s contradicts %s, which is for the method %s: leave one of them out", chosen, given[0].name, given[0].method)
	case len(given) == 1:
		to.Method = given[0].method
	case chosen == OAuth || trim(c.Oauth2Token) != "":
		return settings.Invalid("the method oauth works only where ConductorOne hosts the connector and hands in its tokens: " +
			"here, give --entra-client-secret or another credential, and leave out --auth-method and --oauth2-token")
	case chosen != "":
		to.Method = chosen
	default:
		to.Method = ClientSecret
	}
	return nil
}

func names(given []credential) string {
	var all []string
	for _, one := range given {
		all = append(all, one.name)
	}
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " and " + all[last]
}

func methodNames() string {
	var all []string
	for _, m := range methods() {
		all = append(all, string(m))
	}
	return strings.Join(all, ", ")
}
