package entra

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// rightRows picks a right of each kind that nobody holds yet.
func rightRows(t *testing.T, sim *graphsim.Server) []rightRow {
	t.Helper()
	census := readCensus(t, sim)
	p := &picker{t: t, c: sim.Census(), apps: census.ServicePrincipals, e: expect(census)}
	user, group, app := p.users(), p.roleGroup(), p.ownApps()
	appID := func(i int) *v2.ResourceId { return connector.ResourceID(typeApplication, app[i]) }
	role := connector.ResourceID(typeRole, p.role())
	rows := []rightRow{
		{"application role, user", nil, "User", user(0), applicationRights},
		{"application role, group", nil, "User", connector.ResourceID(typeGroup, group), applicationRights},
		{"application role, application", nil, "Application", appID(1), applicationRights},
		{"application owner, user", appID(0), slugOwners, user(1), applicationRights},
		{"application owner, application", appID(0), slugOwners, appID(2), applicationRights},
		{"directory role, user", role, slugAssigned, user(2), roleRights},
		{"directory role, group", role, slugAssigned, connector.ResourceID(typeGroup, group), roleRights},
		{"directory role, application", role, slugAssigned, appID(3), roleRights},
		{"licence, user", connector.ResourceID(typeLicense, skuForAll), slugAssigned, p.licensable(), licenseRights},
	}
	for i := range rows {
		if rows[i].resource == nil {
			rows[i].resource, rows[i].slug = p.appRole(rows[i].slug, rows[i].holder.GetResource())
		}
		if p.e.Direct[rows[i].id()] {
			t.Fatalf("%s: %s is held already", rows[i].name, rows[i].id())
		}
	}
	return rows
}

// skuForAll is a product that has seats enough.
const skuForAll = "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"

// picker finds objects in a tenant that have what a test needs.
type picker struct {
	t    *testing.T
	c    *graphsim.Census
	apps []censusApp
	e    *expected
}

// users picks users who hold no directory role and own no application.
func (p *picker) users() func(int) *v2.ResourceId {
	var free []string
	for _, u := range p.c.Users {
		key := ":user:" + u.ID()
		busy := false
		for id := range p.e.Direct {
			busy = busy || strings.HasSuffix(id, key) && (strings.HasPrefix(id, "role:") || strings.HasPrefix(id, typeApplication) && strings.Contains(id, ":owners:"))
		}
		if !busy && u.Text("userType") == "Member" {
			free = append(free, u.ID())
		}
	}
	return func(i int) *v2.ResourceId { return connector.ResourceID(typeUser, free[i]) }
}

// licensable picks a user with a usage location who does not have the product.
func (p *picker) licensable() *v2.ResourceId {
	for _, u := range p.c.Users {
		if u.Text("usageLocation") != "" && !strings.Contains(fmt.Sprintf("%s", u.Get("licenseAssignmentStates")), skuForAll) {
			return connector.ResourceID(typeUser, u.ID())
		}
	}
	p.t.Fatal("no user can be licensed")
	return nil
}

func (p *picker) roleGroup() string {
	for _, g := range p.c.Groups {
		if g.Get("isAssignableToRole") == true {
			return g.ID()
		}
	}
	p.t.Fatal("no group is role-assignable")
	return ""
}

// role picks a role that somebody may be given, and nobody of the rows has: the last but one that is enabled.
func (p *picker) role() string {
	for _, r := range slices.Backward(p.c.RoleDefinitions) {
		held := false
		for id := range p.e.Direct {
			held = held || strings.HasPrefix(id, "role:"+r.ID()+":")
		}
		if r.Get("isEnabled") != false && !held {
			return r.ID()
		}
	}
	p.t.Fatal("every role is held")
	return ""
}

// ownApps picks applications that belong to the tenant.
func (p *picker) ownApps() []string {
	var own []string
	for _, a := range p.c.ServicePrincipals {
		if p.e.kinds[a.ID()] == typeApplication && a.Text("appOwnerOrganizationId") != "f8cdef31-a31e-4b4a-93e4-5f571e91255a" {
			own = append(own, a.ID())
		}
	}
	return own
}

// appRole picks a role for a kind of holder, at an application where the holder has none.
func (p *picker) appRole(kind, holder string) (*v2.ResourceId, string) {
	for _, a := range p.apps {
		taken := false
		for _, x := range a.AssignedTo {
			taken = taken || x.PrincipalID == holder
		}
		for _, r := range a.AppRoles {
			if r.Enabled && slices.Contains(r.Allowed, kind) && !taken && p.e.kinds[a.ID] == typeApplication {
				return connector.ResourceID(typeApplication, a.ID), slugAssignment + r.ID
			}
		}
	}
	p.t.Fatalf("no role for %s", kind)
	return nil, ""
}
