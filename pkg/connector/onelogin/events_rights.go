package onelogin

import (
	"context"
	"slices"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// teller makes the events of a page of records.
type teller struct {
	c        *Connector
	meanings map[int]meaning
	// privileges are those of the account, where a record tells of one.
	privileges []onelogin.ID
}

// lookUpPrivileges lists the privileges of the account where a record is about one: which field of it names the
// privilege is not documented.
func (t *teller) lookUpPrivileges(ctx context.Context, records []onelogin.Event) error {
	about := func(r onelogin.Event) bool { return t.meanings[r.TypeID].kind == privilegeHeld }
	if !t.c.syncs(typePrivilege) || !slices.ContainsFunc(records, about) {
		return nil
	}
	rows, _, err := readThrough(ctx, t.c.api.ListPrivileges, func(p onelogin.Privilege) onelogin.ID { return p.ID })
	if tooSmall(err) {
		return nil // a sync reads none either
	}
	for _, p := range rows {
		t.privileges = append(t.privileges, p.ID)
	}
	return err
}

// events makes the events of a record: that of a right or of use, where it names both sides, and else a change of
// whatever it is about.
func (t *teller) events(r onelogin.Event) []*v2.Event {
	m := t.meanings[r.TypeID]
	user, role, app := named(typeUser, r.UserID, r.UserName), named(typeRole, r.RoleID, r.RoleName), named(typeApp, r.AppID, r.AppName)
	switch m.kind {
	case roleMembership:
		return t.right(m, role, user, func() *v2.Grant { return holderGrant(role.GetId(), slugMember, r.UserID) })
	case roleAdministration:
		return t.right(m, role, user, func() *v2.Grant { return holderGrant(role.GetId(), slugAdmin, r.UserID) })
	case roleApp:
		return t.right(m, app, role, func() *v2.Grant { return roleAppGrant(r.AppID, r.RoleID) })
	case privilegeHeld:
		return t.privilege(m, r, user, role)
	case appUsed:
		if app != nil && user != nil && t.c.syncs(typeApp) && t.c.syncs(typeUser) {
			return []*v2.Event{connector.UsageEvent(app, user)}
		}
	case objectChanged:
		return t.changes(m.of, user, role, app)
	}
	return nil
}

// named is a resource that a record names; nil where it names none.
func named(resourceType string, id onelogin.ID, name string) *v2.Resource {
	if !isNumber(string(id)) {
		return nil
	}
	return v2.Resource_builder{Id: connector.ResourceID(resourceType, string(id)), DisplayName: name}.Build()
}

// right tells of a grant or a revoke, as the next sync has it. A record that does not name both sides tells of a change
// of the one that it names.
func (t *teller) right(m meaning, resource, holder *v2.Resource, grant func() *v2.Grant) []*v2.Event {
	if resource == nil || holder == nil {
		return t.changes(everything(), resource, holder)
	}
	if !t.c.syncs(resource.GetId().GetResourceType()) || !t.c.syncs(holder.GetId().GetResourceType()) {
		return nil
	}
	return []*v2.Event{connector.RightEvent(grant(), resource, holder, m.gone)}
}

// privilege tells of a privilege that was given or taken. Where the record does not name it by its id, each may have
// changed.
func (t *teller) privilege(m meaning, r onelogin.Event, user, role *v2.Resource) []*v2.Event {
	holder, relation := user, onelogin.PrivilegeUsers
	if holder == nil {
		holder, relation = role, onelogin.PrivilegeRoles
	}
	if holder != nil && slices.Contains(t.privileges, r.ObjectID) {
		privilege := v2.Resource_builder{Id: connector.ResourceID(typePrivilege, string(r.ObjectID))}.Build()
		return t.right(m, privilege, holder, func() *v2.Grant {
			return privilegeGrant(r.ObjectID, relation, onelogin.ID(holder.GetId().GetResource()))
		})
	}
	var events []*v2.Event
	for _, id := range t.privileges {
		events = append(events, connector.ChangeEvent(connector.ResourceID(typePrivilege, string(id))))
	}
	return events
}

// changes tell that resources of some types have changed, as far as they are synced.
func (t *teller) changes(of []string, resources ...*v2.Resource) []*v2.Event {
	var events []*v2.Event
	for _, r := range resources {
		resourceType := r.GetId().GetResourceType()
		if r != nil && slices.Contains(of, resourceType) && t.c.syncs(resourceType) {
			events = append(events, connector.ChangeEvent(r.GetId()))
		}
	}
	return events
}
