package graphsim

import (
	"fmt"
	"slices"
	"strings"
)

// created notes a new object. A role assignment is no object in the log, but a tie.
func (t *Tenant) created(o *object) {
	d := t.audits.dice()
	if o.class == roleAssignmentClass {
		t.note(d, auditActivity{"Add member to role", roleManagement, "Assign"}, "", t.roleTie(d, false, o.text("roleDefinitionId"), o.text("principalId"))...)
		return
	}
	t.note(d, onObject("Add", o.class), "", aboutObject(o))
}

// deleted notes that an object is gone.
func (t *Tenant) deleted(o *object) {
	d := t.audits.dice()
	if o.class == roleAssignmentClass {
		t.note(d, auditActivity{"Remove member from role", roleManagement, "Unassign"}, "", t.roleTie(d, true, o.text("roleDefinitionId"), o.text("principalId"))...)
		return
	}
	t.note(d, onObject("Delete", o.class), "", aboutObject(o))
}

// changed notes what is different about an object, if anything is. Whether a user may sign in is noted for itself
// as well.
func (t *Tenant) changed(old, next *object) {
	d := t.audits.dice()
	target := aboutObject(next)
	var names []string
	for i, p := range next.class.props {
		before, after := string(appendValue(nil, old.values[i])), string(appendValue(nil, next.values[i]))
		if before == after {
			continue
		}
		name := strings.ToUpper(p.name[:1]) + p.name[1:]
		if p.name == keyCredentials || p.name == "passwordCredentials" {
			name, before, after = "KeyDescription", "", ""
		}
		before, after = "["+before+"]", "["+after+"]"
		target.Modified = append(target.Modified, modifiedProperty{Name: name, Old: &before, New: &after})
		names = append(names, name)
	}
	if len(names) == 0 {
		return
	}
	included := string(encode(strings.Join(names, ", ")))
	target.Modified = append(target.Modified, modifiedProperty{Name: "Included Updated Properties", New: &included})
	if next.class == userClass && slices.Contains(names, "AccountEnabled") {
		name := "Enable account"
		if next.get("accountEnabled") == false {
			name = "Disable account"
		}
		t.note(d, auditActivity{name, userManagement, "Update"}, "", target)
	}
	if next.class == userClass && slices.Contains(names, "SignInSessionsValidFromDateTime") {
		t.note(d, auditActivity{"Update StsRefreshTokenValidFrom Timestamp", userManagement, "Update"}, "", target)
		return
	}
	if slices.Contains(names, "KeyDescription") {
		t.note(d, onCredentials(next.class), "", target)
		return
	}
	t.note(d, onObject("Update", next.class), "", target)
}

// onCredentials is what is done to secrets and certificates.
func onCredentials(c *class) auditActivity {
	if c == servicePrincipalClass {
		return auditActivity{"Add service principal credentials", applicationManagement, "Update"}
	}
	return auditActivity{"Update application – Certificates and secrets management", applicationManagement, "Update"}
}

// onObject is what is done to an object of a kind as a whole.
func onObject(verb string, c *class) auditActivity {
	switch c {
	case userClass:
		return auditActivity{verb + " user", userManagement, verb}
	case groupClass:
		return auditActivity{verb + " group", groupManagement, verb}
	case servicePrincipalClass:
		if verb == "Delete" {
			return auditActivity{"Remove service principal", applicationManagement, verb}
		}
		return auditActivity{verb + " service principal", applicationManagement, verb}
	case applicationClass:
		return auditActivity{verb + " application", applicationManagement, verb}
	case roleDefinitionClass:
		return auditActivity{verb + " role definition", roleManagement, verb}
	}
	return auditActivity{verb + " " + c.name, "DirectoryManagement", verb}
}

// tied notes a new member or owner, or that one is none any more.
func (t *Tenant) tied(what string, parent *object, child string, gone bool) {
	d := t.audits.dice()
	t.note(d, onLink(what, parent.class, gone), "", t.memberTie(d, gone, parent, child)...)
}

func onLink(what string, parent *class, gone bool) auditActivity {
	verb, operation := "Add %s to %s", "Assign"
	if gone {
		verb, operation = "Remove %s from %s", "Unassign"
	}
	kind, category := "group", groupManagement
	switch parent {
	case servicePrincipalClass:
		kind, category = "service principal", applicationManagement
	case applicationClass:
		kind, category = "application", applicationManagement
	}
	return auditActivity{fmt.Sprintf(verb, strings.TrimSuffix(what, "s"), kind), category, operation}
}

// assignedRole notes a role of an application that somebody was given, or has no longer.
func (t *Tenant) assignedRole(app, row *object, gone bool) {
	d := t.audits.dice()
	t.note(d, onAppRole(row.text("principalType"), gone), "", t.appRoleTie(d, gone, app, row)...)
}

func onAppRole(principal string, gone bool) auditActivity {
	kind, category, grant := "user", userManagement, " grant"
	switch principal {
	case "Group":
		kind, category, grant = "group", groupManagement, ""
	case "ServicePrincipal":
		kind, category, grant = "service principal", applicationManagement, ""
	}
	if gone {
		return auditActivity{"Remove app role assignment from " + kind, category, "Unassign"}
	}
	return auditActivity{"Add app role assignment" + grant + " to " + kind, category, "Assign"}
}

// relicensed notes what a user or a group was licensed for before and is now. Half of the records say no more than
// that something was changed.
func (t *Tenant) relicensed(holder *object, before []licence) {
	d := t.audits.dice()
	a := auditActivity{"Change user license", userManagement, "Update"}
	if holder.class == groupClass {
		a = auditActivity{"Set group license", groupManagement, "Update"}
	}
	target := aboutObject(holder)
	if d.chance(50) {
		was, is := t.licenceText(before), t.licenceText(t.licences.given[holder.id()])
		target.Modified = append(target.Modified, modifiedProperty{Name: "AssignedLicense", Old: &was, New: &is})
	}
	t.note(d, a, "", target)
}

// licenceText is a list of licences as the log has it: texts that are nearly JSON, in JSON.
func (t *Tenant) licenceText(list []licence) string {
	out := []string{}
	for _, l := range list {
		name := ""
		if sku := t.sku(l.SkuID); sku != nil {
			name = sku.text("skuPartNumber")
		}
		out = append(out, fmt.Sprintf("[SkuName=%s, AccountId=%s, SkuId=%s, DisabledPlans=[%s]]", name,
			t.organization[0].id(), l.SkuID, strings.Join(l.DisabledPlans, ", ")))
	}
	return string(encode(out))
}

// onUser notes what was done to a user beside the properties.
func (t *Tenant) onUser(name string, user *object) {
	t.note(t.audits.dice(), auditActivity{name, userManagement, "Update"}, "", aboutObject(user))
}
