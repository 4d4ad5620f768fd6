package graphsim

import (
	"slices"
	"strings"
)

// How the targets of a record tell what was tied to what differs from record to record: what they hold is [u], that
// is, only seen. So the shape is the seed's, and a client has to find its way by types and names, not by places.

// about is an object as a record names it; what is gone is an id alone.
func (t *Tenant) about(id string) auditTarget {
	o := t.byID[fold(id)]
	if o == nil {
		o = t.deletedUser(id)
	}
	if o == nil {
		return auditTarget{ID: id, Type: "Other", Modified: []modifiedProperty{}}
	}
	return aboutObject(o)
}

func aboutObject(o *object) auditTarget {
	target := auditTarget{ID: o.id(), Type: auditType(o.class), Modified: []modifiedProperty{}}
	switch o.class {
	case userClass:
		target.UPN = textOrNull(o.text("userPrincipalName"))
	case groupClass:
		kind := "azureAD"
		if kindOf(o).unified {
			kind = "unifiedGroups"
		}
		target.GroupType = &kind
		target.DisplayName = textOrNull(o.text("displayName"))
	default:
		target.DisplayName = textOrNull(o.text("displayName"))
	}
	return target
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func auditType(c *class) string {
	switch c {
	case userClass:
		return "User"
	case groupClass:
		return "Group"
	case servicePrincipalClass:
		return "ServicePrincipal"
	case applicationClass:
		return "Application"
	case roleDefinitionClass:
		return "Role"
	}
	return "Other"
}

// tie is what a record tells of the other end of a tie: names and values, before where it was cut, else after.
type tie struct {
	d    *dice
	gone bool
	list []modifiedProperty
}

// add tells a value: as JSON mostly, and now and then as it is.
func (m *tie) add(name, value string) *tie {
	text := string(encode(value))
	if m.d.chance(10) {
		text = value
	}
	p := modifiedProperty{Name: name, New: &text}
	if m.gone {
		p.Old, p.New = &text, nil
	}
	m.list = append(m.list, p)
	return m
}

// pair is a child and its parent in one of four shapes, the tie being told by the child in all but the last:
// child first, parent first, the child alone, and just the two of them.
func (m *tie) pair(child, parent auditTarget) []auditTarget {
	shape := m.d.IntN(4)
	if shape < 3 {
		child.Modified = m.list
	}
	switch shape {
	case 0:
		return []auditTarget{child, parent}
	case 1:
		return []auditTarget{parent, child}
	case 2:
		return []auditTarget{child}
	}
	client := `"DirectorySync"`
	parent.Modified = []modifiedProperty{{Name: "Action Client Name", New: &client}}
	return []auditTarget{parent, child}
}

// memberTie ties a member or an owner to a group, an application or its registration.
func (t *Tenant) memberTie(d *dice, gone bool, parent *object, child string) []auditTarget {
	kind := auditType(parent.class)
	m := &tie{d: d, gone: gone}
	m.add(kind+".ObjectID", parent.id()).add(kind+".DisplayName", parent.text("displayName"))
	return m.pair(t.about(child), aboutObject(parent))
}

// roleTie ties a principal to a directory role. Of a built-in role that was activated the directory has an object,
// whose id is not that of the definition: the template is.
func (t *Tenant) roleTie(d *dice, gone bool, roleID, principal string) []auditTarget {
	role := t.about(roleID)
	role.Type = "Role"
	id := roleID
	if o := t.byID[fold(roleID)]; o != nil && o.get("isBuiltIn") == true && d.chance(50) {
		id = newDice(t.seed, "activated role "+roleID).guid()
	}
	name := ""
	if role.DisplayName != nil {
		name = *role.DisplayName
	}
	m := &tie{d: d, gone: gone}
	m.add("Role.ObjectID", id).add("Role.DisplayName", name).add("Role.TemplateId", roleID).add("Role.WellKnownObjectName", strings.ReplaceAll(name, " ", ""))
	child := t.about(principal)
	targets := m.pair(child, role)
	if told := slices.ContainsFunc(targets, func(x auditTarget) bool { return x.ID == child.ID && len(x.Modified) > 0 }); told {
		for i := range targets {
			if targets[i].Type == "Role" {
				targets[i].ID = id
			}
		}
	}
	return targets
}

// appRoleTie ties a principal to an application, which tells the role and the principal.
func (t *Tenant) appRoleTie(d *dice, gone bool, app, row *object) []auditTarget {
	principal := t.about(row.text("principalId"))
	if principal.Type == "Other" {
		principal.Type = row.text("principalType")
	}
	value, name := "", ""
	if role, err := app.appRole(fold(row.text("appRoleId"))); err == nil && role != nil {
		name = role.DisplayName
		if role.Value != nil {
			value = *role.Value
		}
	}
	m := &tie{d: d, gone: gone}
	m.add("AppRole.Id", row.text("appRoleId")).add("AppRole.Value", value).add("AppRole.DisplayName", name)
	m.add("AppRoleAssignment.CreatedDateTime", row.text("createdDateTime")).add(principal.Type+".ObjectID", principal.ID)
	target := aboutObject(app)
	target.Modified = m.list
	switch d.IntN(3) {
	case 0:
		return []auditTarget{target, principal}
	case 1:
		return []auditTarget{principal, target}
	}
	return []auditTarget{target}
}
