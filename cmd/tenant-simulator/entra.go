package main

import (
	"fmt"
	"io"
	"net/http"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// tenant is a simulated Entra tenant.
type tenant struct{ *graphsim.Server }

func newTenant(o graphsim.Options, traffic io.Writer) (directory, error) {
	o.Traffic = traffic
	sim, err := graphsim.New(o)
	return tenant{sim}, err
}

func (t tenant) connector() string { return "baton-microsoft-entra" }
func (t tenant) census() census    { return t.Census() }
func (t tenant) history() any      { return t.History() }

func (t tenant) fail(body io.Reader) error {
	f, err := faultOf[graphsim.Fault](body)
	if err == nil {
		t.Fail(f)
	}
	return err
}

func (t tenant) greeting(manage string) string {
	c, o := t.Census(), t.Options()
	text := fmt.Sprintf("Simulated Entra tenant of seed %d: %d users, %d groups, %d service principals, %d role definitions.\n",
		o.Seed, len(c.Users), len(c.Groups), len(c.ServicePrincipals), len(c.RoleDefinitions))
	text += fmt.Sprintf("Graph     %s/v1.0\nSign-in   %s/%s\nManage    %s  (GET /state /census /history, POST /faults /shutdown, DELETE /tokens)\n",
		t.URL(), t.URL(), o.TenantID, manage)
	if proxy := t.ProxyURL(); proxy != "" {
		text += fmt.Sprintf("Proxy     %s  (HTTPS_PROXY, for the host names of the clouds; the tenant is in %s)\n", proxy, o.Cloud)
	}
	if endpoint := t.IdentityEndpoint(); endpoint != "" {
		text += fmt.Sprintf("Identity  %s  (IDENTITY_ENDPOINT)\n", endpoint)
	}
	return text
}

// state tells the addresses and how much there is of everything.
func (t tenant) state() map[string]any {
	c, o := t.Census(), t.Options()
	members, assignments, units := 0, 0, 0
	for _, g := range c.Groups {
		members += len(g.Members)
	}
	for _, sp := range c.ServicePrincipals {
		assignments += len(sp.AppRoleAssignedTo)
	}
	requests := t.History()
	for _, r := range requests {
		units += r.ResourceUnits
	}
	return map[string]any{
		"graphURL": t.URL() + "/v1.0", "authorityURL": t.URL(), "exchangeURL": t.ExchangeURL(),
		"tenantId": o.TenantID, "clientId": o.ClientID, "seed": o.Seed,
		"users": len(c.Users), "groups": len(c.Groups), "memberships": members,
		"servicePrincipals": len(c.ServicePrincipals), "applications": len(c.Applications), "appRoleAssignments": assignments,
		"roleDefinitions": len(c.RoleDefinitions), "roleAssignments": len(c.RoleAssignments),
		"subscribedSkus": len(c.SubscribedSkus), "requests": len(requests), "resourceUnits": units,
		"proxyURL": t.ProxyURL(), "proxyRefused": t.ProxyRefused(), "identityEndpoint": t.IdentityEndpoint(),
	}
}

// routes are those of the logs, and of what was provisioned on demand.
func (t tenant) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /provisioned", func(w http.ResponseWriter, _ *http.Request) { answer(w, t.Provisioned()) })
	mux.HandleFunc("GET /audits", func(w http.ResponseWriter, _ *http.Request) { answer(w, t.Tenant().Audits()) })
	mux.HandleFunc("POST /audits", func(w http.ResponseWriter, r *http.Request) { record(w, r, t.Tenant().AddAudit) })
	mux.HandleFunc("POST /sign-ins", func(w http.ResponseWriter, r *http.Request) { record(w, r, t.Tenant().AddSignIn) })
}
