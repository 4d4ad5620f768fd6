package main

import (
	"encoding/json"
	"fmt"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// expectation counts what the file has to hold of a tenant: its objects, and the edges between them that can
// be a grant. It is worked out from the tenant, without any code of the connector.
type expectation struct {
	found
	kinds map[string]string // object id -> resource type
}

func expect(c *graphsim.Census) (found, error) {
	e := expectation{found{}, map[string]string{}}
	e.addResources("user", c.Users)
	e.addResources("group", c.Groups)
	e.addResources("role", c.RoleDefinitions)
	for _, sp := range c.ServicePrincipals {
		if kind := kindOf(sp); kind != "" {
			e.addResources(kind, []graphsim.Record{sp})
		}
	}
	for _, g := range c.Groups {
		e.of("group").direct += e.known(g.Members) + e.known(g.Owners)
	}
	for _, sp := range c.ServicePrincipals {
		if kindOf(sp) != application {
			continue
		}
		assigned, err := e.assigned(sp)
		if err != nil {
			return nil, err
		}
		e.of(application).direct += assigned + e.known(sp.Owners)
	}
	e.of("role").direct += e.roleHolders(c.RoleAssignments)
	if err := e.addLicences(c); err != nil {
		return nil, err
	}
	return e.found, e.addCredentials(c)
}

const (
	application     = "enterprise_application"
	managedIdentity = "managed_identity"
)

// kindOf is the resource type of a service principal, "" for the kinds that are not synced.
func kindOf(sp graphsim.Record) string {
	switch sp.Text("servicePrincipalType") {
	case "Application", "Legacy":
		return application
	case "ManagedIdentity":
		return managedIdentity
	}
	return ""
}

func (e expectation) addResources(kind string, records []graphsim.Record) {
	e.of(kind).resources += len(records)
	for _, r := range records {
		e.kinds[r.ID()] = kind
	}
}

// known counts the objects that are resources.
func (e expectation) known(refs []graphsim.Ref) int {
	n := 0
	for _, r := range refs {
		if e.kinds[r.ID] != "" {
			n++
		}
	}
	return n
}

// noRole is the role of those who are assigned to an application without one.
const noRole = "00000000-0000-0000-0000-000000000000"

// edge is a role in the hands of somebody: one grant, however often it was given.
type edge struct{ role, principal string }

// assigned counts the assignments to an application whose role and whose principal still exist.
func (e expectation) assigned(sp graphsim.Record) (int, error) {
	raw, err := json.Marshal(sp.Get("appRoles"))
	if err != nil {
		return 0, fmt.Errorf("read the roles of application %s: %w", sp.ID(), err)
	}
	var roles []struct{ ID string }
	if err := json.Unmarshal(raw, &roles); err != nil {
		return 0, fmt.Errorf("read the roles of application %s: %w", sp.ID(), err)
	}
	exists := map[string]bool{noRole: true}
	for _, r := range roles {
		exists[r.ID] = true
	}
	edges := map[edge]bool{}
	for _, a := range sp.AppRoleAssignedTo {
		if exists[a.AppRoleID] && e.kinds[a.PrincipalID] != "" {
			edges[edge{a.AppRoleID, a.PrincipalID}] = true
		}
	}
	return len(edges), nil
}

// roleHolders counts who holds which role; the same at two scopes is one.
func (e expectation) roleHolders(assignments []graphsim.Record) int {
	edges := map[edge]bool{}
	for _, a := range assignments {
		role, principal := a.Text("roleDefinitionId"), a.Text("principalId")
		if e.kinds[role] == "role" && e.kinds[principal] != "" {
			edges[edge{role, principal}] = true
		}
	}
	return len(edges)
}
