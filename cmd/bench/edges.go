package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// edges are the grants of a file that stand in the directory, by a hash of entitlement and principal.
type edges struct {
	seed  maphash.Seed
	found map[uint64]struct{}
	kinds map[string]string // object id -> resource type, of the tenant
	// checked and missing are edges of the tenant.
	checked, missing int
}

// checkEdges looks for every edge of a tenant in a file. It returns how many there are, and how many are missing.
func checkEdges(ctx context.Context, c1z string, c *graphsim.Census) (checked, missing int, err error) {
	e := &edges{seed: maphash.MakeSeed(), found: map[uint64]struct{}{}, kinds: map[string]string{}}
	err = c1zfile.Visit(ctx, c1z, c1zfile.Visitor{Grants: func(page []*v2.Grant) error {
		for _, g := range page {
			if c1zfile.Direct(g) {
				e.found[e.hash(g.GetEntitlement().GetId(), g.GetPrincipal().GetId().GetResource())] = struct{}{}
			}
		}
		return nil
	}})
	if err != nil {
		return 0, 0, err
	}
	e.know(c)
	e.groups(c.Groups)
	if err := e.applications(c.ServicePrincipals); err != nil {
		return 0, 0, err
	}
	return e.checked, e.missing, nil
}

func (e *edges) hash(entitlement, principal string) uint64 {
	return maphash.String(e.seed, entitlement+"|"+principal)
}

// know notes what is a resource.
func (e *edges) know(c *graphsim.Census) {
	for _, u := range c.Users {
		e.kinds[u.ID()] = "user"
	}
	for _, g := range c.Groups {
		e.kinds[g.ID()] = "group"
	}
	for _, sp := range c.ServicePrincipals {
		switch sp.Text("servicePrincipalType") {
		case "Application", "Legacy":
			e.kinds[sp.ID()] = application
		case "ManagedIdentity":
			e.kinds[sp.ID()] = "managed_identity"
		}
	}
}

const application = "enterprise_application"

func (e *edges) look(kind, id, slug, principal string) {
	if e.kinds[principal] == "" {
		return // it is gone, or of a kind that is not synced
	}
	e.checked++
	if _, found := e.found[e.hash(kind+":"+id+":"+slug, principal)]; !found {
		e.missing++
	}
}

func (e *edges) groups(groups []graphsim.Record) {
	for _, g := range groups {
		for _, m := range g.Members {
			e.look("group", g.ID(), "members", m.ID)
		}
		for _, o := range g.Owners {
			e.look("group", g.ID(), "owners", o.ID)
		}
	}
}

// noRole is the role of those who are assigned to an application without one.
const noRole = "00000000-0000-0000-0000-000000000000"

func (e *edges) applications(principals []graphsim.Record) error {
	for _, sp := range principals {
		if e.kinds[sp.ID()] != application {
			continue
		}
		for _, o := range sp.Owners {
			e.look(application, sp.ID(), "owners", o.ID)
		}
		exists, err := rolesOf(sp)
		if err != nil {
			return err
		}
		for _, a := range sp.AppRoleAssignedTo {
			if exists[a.AppRoleID] {
				e.look(application, sp.ID(), "assignment:"+a.AppRoleID, a.PrincipalID)
			}
		}
	}
	return nil
}

func rolesOf(sp graphsim.Record) (map[string]bool, error) {
	raw, err := json.Marshal(sp.Get("appRoles"))
	var roles []struct{ ID string }
	if err == nil {
		err = json.Unmarshal(raw, &roles)
	}
	if err != nil {
		return nil, fmt.Errorf("read the roles of application %s: %w", sp.ID(), err)
	}
	exists := map[string]bool{noRole: true}
	for _, r := range roles {
		exists[r.ID] = true
	}
	return exists, nil
}
