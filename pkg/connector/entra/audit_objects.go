package entra

import (
	"context"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// auditObjects are the objects that a page of records is about, as the directory has them now.
type auditObjects struct {
	c *Connector
	// found are by id in lower case; of kinds that are not synced there are none.
	found map[string]graph.DirectoryObject
	// held are the roles that somebody has, of those that the records say were taken away.
	held map[graph.RoleGrant]bool
}

// auditObjects looks all of them up together.
func (c *Connector) auditObjects(ctx context.Context, records []auditRecord) (auditObjects, error) {
	var ids []string
	var taken []graph.RoleGrant
	for _, r := range records {
		ids = append(ids, r.objectIDs()...)
		if r.takesRole() && c.willSync(typeRole) && !slices.Contains(taken, r.sides().roleGrant()) {
			taken = append(taken, r.sides().roleGrant())
		}
	}
	found, err := c.graph.GetByIDs(ctx, ids, c.syncedKinds()...)
	if err != nil {
		return auditObjects{}, err
	}
	held, err := c.graph.HeldRoles(ctx, taken)
	return auditObjects{c: c, found: found, held: held}, err
}

// syncedKinds are the kinds of objects that are synced: the application may read these.
func (c *Connector) syncedKinds() []string {
	var kinds []string
	if c.willSync(typeUser) {
		kinds = append(kinds, graph.TypeUser)
	}
	if c.willSync(typeGroup) {
		kinds = append(kinds, graph.TypeGroup)
	}
	if c.willSync(typeApplication) || c.willSync(typeManagedIdentity) {
		kinds = append(kinds, graph.TypeServicePrincipal)
	}
	return kinds
}

// resources are what a sync makes of an object: one resource, or none where it leaves the object out. Of what is gone
// only its kind is known, which stands for two resource types where it is a service principal.
func (o auditObjects) resources(id, kind string) []*v2.Resource {
	object, there := o.found[id]
	if there {
		kind = strings.ToLower(object.Type)
	}
	var types []string
	switch kind {
	case targetUser:
		types = []string{typeUser}
	case targetGroup:
		if !o.leftOut(object) {
			types = []string{typeGroup}
		}
	case targetServicePrincipal:
		types = servicePrincipalTypes(object.ServicePrincipalType, there)
	}
	var out []*v2.Resource
	for _, t := range types {
		if o.c.willSync(t) {
			out = append(out, v2.Resource_builder{Id: connector.ResourceID(t, id), DisplayName: object.DisplayName}.Build())
		}
	}
	return out
}

func servicePrincipalTypes(kind string, there bool) []string {
	switch {
	case !there:
		return []string{typeApplication, typeManagedIdentity}
	case kind == graph.KindManagedIdentity:
		return []string{typeManagedIdentity}
	case kind == graph.KindApplication, kind == graph.KindLegacy:
		return []string{typeApplication}
	}
	return nil
}

// leftOut says whether a group is one that the sync leaves out.
func (o auditObjects) leftOut(group graph.DirectoryObject) bool {
	return o.c.switches.skipADGroups && group.OnPremisesSyncEnabled
}

// holders are the resources that hold a right: none where the sync writes no such grant.
func (o auditObjects) holders(id, kind string, of rightKind) []*v2.Resource {
	object := o.found[id]
	if of == membership && object.Type == graph.TypeUser && object.OnPremisesSyncEnabled && o.c.switches.dropsOnPremMembers() {
		return nil
	}
	return o.resources(id, kind)
}
