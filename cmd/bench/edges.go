package main

import (
	"context"
	"encoding/json"
	"errors"
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
	e.roles(c)
	if err := errors.Join(e.applications(c.ServicePrincipals), e.licenses(c)); err != nil {
		return 0, 0, err
	}
	if e.checked == 0 {
		return 0, 0, errors.New("the tenant has no edges to look for")
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

// roles looks for the assignments of directory roles, in whatever scope: those of one principal are one grant.
func (e *edges) roles(c *graphsim.Census) {
	exists := map[string]bool{}
	for _, r := range c.RoleDefinitions {
		exists[r.ID()] = true
	}
	for _, a := range c.RoleAssignments {
		if role := a.Text("roleDefinitionId"); exists[role] {
			e.look("role", role, assigned, a.Text("principalId"))
		}
	}
}

// assigned is the slug of roles and licences.
const assigned = "assigned"

// licenses looks for what users and groups were given themselves, of the products that there are.
func (e *edges) licenses(c *graphsim.Census) error {
	exists := map[string]bool{}
	for _, sku := range c.SubscribedSkus {
		exists[sku.Text("skuId")] = true
	}
	for property, holders := range map[string][]graphsim.Record{"licenseAssignmentStates": c.Users, "assignedLicenses": c.Groups} {
		for _, holder := range holders {
			var given []struct {
				SkuID, State    string
				AssignedByGroup *string
			}
			if err := decode(holder, property, &given); err != nil {
				return err
			}
			for _, l := range given {
				if exists[l.SkuID] && l.AssignedByGroup == nil && l.State != "Error" {
					e.look("license", l.SkuID, assigned, holder.ID())
				}
			}
		}
	}
	return nil
}

func rolesOf(sp graphsim.Record) (map[string]bool, error) {
	var roles []struct{ ID string }
	if err := decode(sp, "appRoles", &roles); err != nil {
		return nil, err
	}
	exists := map[string]bool{noRole: true}
	for _, r := range roles {
		exists[r.ID] = true
	}
	return exists, nil
}

// decode reads a property that is a list of objects.
func decode(of graphsim.Record, property string, into any) error {
	raw, err := json.Marshal(of.Get(property))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return fmt.Errorf("read the %s of %s: %w", property, of.ID(), err)
	}
	return nil
}
