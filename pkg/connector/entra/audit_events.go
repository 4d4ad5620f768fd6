package entra

import (
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// events makes the events of a record: those of a right, where it tells of one that can be made out, and else a
// change of whatever it is about. The first has the record's id, the others a number behind it.
func (o auditObjects) events(r auditRecord) []*v2.Event {
	events, certain := o.rightEvents(r)
	if !certain {
		events = o.changeEvents(r)
	}
	return connector.Stamp(events, r.ID, r.At)
}

// rightEvents are grants and revokes. Certain says that the record tells of a right which can be made out, be it one
// that the sync leaves out.
func (o auditObjects) rightEvents(r auditRecord) (events []*v2.Event, certain bool) {
	kind := r.activity.kind
	switch {
	case kind == 0:
		return nil, false
	case !o.c.willSync(kind.resourceType()):
		return nil, true
	case kind == licenses:
		return o.licenseEvents(r)
	case kind == appOwnership && o.c.switches.skipUnassignedApps:
		return nil, false // whether the application is left out, the record does not tell
	}
	s := r.sides()
	role := r.id(propertyAppRole)
	if !s.known() || kind == appRole && role == "" || !o.stands(r, s) {
		return nil, false
	}
	resource := o.rightResource(r, s.resource)
	if resource == nil {
		return nil, o.known(s.resource)
	}
	holders := o.holders(s.holder, r.kindOf(s.holder), kind)
	if len(holders) == 0 {
		return nil, o.known(s.holder)
	}
	for _, holder := range holders {
		events = append(events, connector.RightEvent(o.grant(kind, resource, role, holder), resource, holder, r.activity.gone))
	}
	return events, true
}

// stands says whether the directory still bears out what a record says. No sync has a right of somebody who is gone,
// or over what is gone, while it is no mistake to take one away; and a role that lost one of its assignments is held
// by the others.
func (o auditObjects) stands(r auditRecord, s sides) bool {
	role := r.activity.kind == directoryRole
	if r.activity.gone {
		return !role || !o.held[s.roleGrant()]
	}
	return o.known(s.holder) && (role || o.known(s.resource))
}

// known says whether the directory has the object.
func (o auditObjects) known(id string) bool {
	_, there := o.found[id]
	return there
}

// rightResource is the resource that a right is of, or nil where the sync has none.
func (o auditObjects) rightResource(r auditRecord, id string) *v2.Resource {
	if r.activity.kind == directoryRole {
		return v2.Resource_builder{Id: connector.ResourceID(typeRole, id)}.Build()
	}
	for _, resource := range o.resources(id, r.kindOf(id)) {
		if resource.GetId().GetResourceType() == r.activity.kind.resourceType() {
			return resource
		}
	}
	return nil
}

// licenseEvents are what was given and taken, as far as the record names it: half of them do not. Nor does one tell
// whether it was by hand or by a group, and a long one may be cut off. So only what the holder has now counts.
func (o auditObjects) licenseEvents(r auditRecord) (events []*v2.Event, certain bool) {
	added, removed := r.changedIDs(propertyLicenses, "SkuId")
	id := r.onlyTarget("", targetUser, targetGroup)
	holders := o.holders(id, r.kindOf(id), licenses)
	if len(holders) != 1 {
		return nil, o.known(id)
	}
	own, all := licensesNow(o.found[id])
	change := func(sku string, gone bool) {
		resource := v2.Resource_builder{Id: connector.ResourceID(typeLicense, sku)}.Build()
		events = append(events, connector.RightEvent(licenseGrant(sku, holders[0].GetId()), resource, holders[0], gone))
	}
	for _, sku := range removed {
		if !slices.Contains(all, sku) {
			change(sku, true)
		}
	}
	for _, sku := range added {
		if slices.Contains(own, sku) {
			change(sku, false)
		}
	}
	return events, len(events) > 0
}

// changeEvents say of what the record is about that it has changed.
func (o auditObjects) changeEvents(r auditRecord) []*v2.Event {
	var events []*v2.Event
	seen := map[string]bool{}
	change := func(id *v2.ResourceId) {
		key := id.GetResourceType() + "/" + id.GetResource()
		if !seen[key] && o.c.willSync(id.GetResourceType()) {
			seen[key] = true
			events = append(events, connector.ChangeEvent(id))
		}
	}
	for _, id := range r.objectIDs() {
		for _, resource := range o.resources(id, r.kindOf(id)) {
			change(resource.GetId())
		}
	}
	if ofRoleDefinitions(r.Activity) {
		for _, t := range r.Targets {
			if isTarget(t, targetRole) {
				change(connector.ResourceID(typeRole, strings.ToLower(t.ID)))
			}
		}
	}
	added, removed := r.changedIDs(propertyKeys, "KeyIdentifier")
	for _, key := range append(added, removed...) {
		change(connector.ResourceID(typeCredential, key))
	}
	return events
}
