package entra

import (
	"regexp"
	"slices"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// auditRecord is a record of the audit log that has something to tell.
type auditRecord struct {
	graph.DirectoryAudit
	// activity is what is known of the activity; its zero value where that is nothing.
	activity auditActivity
}

// property returns the first value of a property, whichever target has it: what it is, or else what it was; and the
// index of the target. The index is -1 where there is no value.
func (r auditRecord) property(name string) (value string, target int) {
	for i, t := range r.Targets {
		for _, p := range t.Modified {
			if !strings.EqualFold(p.Name, name) {
				continue
			}
			before, after := p.Values()
			for _, v := range slices.Concat(after, before) {
				if v != "" {
					return strings.ToLower(v), i
				}
			}
		}
	}
	return "", -1
}

// id is property for a property that names an object; "" where it names none.
func (r auditRecord) id(name string) string {
	if v, _ := r.property(name); isObjectID(v) {
		return v
	}
	return ""
}

// sides are the two sides of a right, by id; each may be "", where the record does not tell.
type sides struct{ resource, holder string }

func (s sides) known() bool { return s.resource != "" && s.holder != "" }

// roleGrant is the right as a directory role.
func (s sides) roleGrant() graph.RoleGrant {
	return graph.RoleGrant{RoleDefinitionID: s.resource, PrincipalID: s.holder}
}

// takesRole says whether the record tells that somebody has lost an assignment of a directory role.
func (r auditRecord) takesRole() bool {
	return r.activity.kind == directoryRole && r.activity.gone && r.sides().known()
}

// sides finds them by property and kind, since their places differ.
func (r auditRecord) sides() sides {
	var s sides
	switch r.activity.kind {
	case membership, groupOwnership:
		s.resource = r.id(propertyGroup)
	case appOwnership:
		s.resource = r.id(propertyServicePrincipal)
	case directoryRole:
		return sides{r.id(propertyRole), r.onlyTarget("", targetUser, targetGroup, targetServicePrincipal)}
	case appRole:
		return r.appRoleSides()
	case licenses:
	}
	kind := targetGroup
	if r.activity.kind == appOwnership {
		kind = targetServicePrincipal
	}
	if s.resource == "" {
		s.resource = r.onlyTarget("", kind)
	}
	if s.resource != "" {
		s.holder = r.onlyTarget(s.resource, targetUser, targetGroup, targetServicePrincipal)
	}
	return s
}

// appRoleSides are those of an assignment: the application is the target that tells the role, or the other one if
// that is the holder.
func (r auditRecord) appRoleSides() sides {
	s := sides{holder: r.id(r.activity.holder)}
	if _, i := r.property(propertyAppRole); i >= 0 && isTarget(r.Targets[i], targetServicePrincipal) {
		s.resource = strings.ToLower(r.Targets[i].ID)
	}
	if s.resource == "" || s.resource == s.holder {
		s.resource = r.onlyTarget(s.holder, targetServicePrincipal)
	}
	if s.holder == "" {
		s.holder = r.onlyTarget(s.resource, targetUser, targetGroup, targetServicePrincipal)
	}
	return s
}

// onlyTarget returns the id of the target of some kinds, apart from one; "" where there are several, or none.
func (r auditRecord) onlyTarget(apart string, kinds ...string) string {
	found := ""
	for _, t := range r.Targets {
		id := strings.ToLower(t.ID)
		if id == apart || id == found || !isTarget(t, kinds...) {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}

// isTarget says whether a target is an object of one of the kinds.
func isTarget(t graph.AuditTarget, kinds ...string) bool {
	return isObjectID(t.ID) && slices.Contains(kinds, strings.ToLower(t.Type))
}

// objectIDs are the objects that the record is about. Targets of other kinds than are named here may be any object:
// a record calls some users and groups "Other".
func (r auditRecord) objectIDs() []string {
	var ids []string
	for _, t := range r.Targets {
		if isObjectID(t.ID) && !isTarget(t, targetRole, "application", "device", "policy", "directory") {
			ids = append(ids, strings.ToLower(t.ID))
		}
	}
	return slices.DeleteFunc(append(ids, r.id(propertyUser), r.id(propertyGroup), r.id(propertyServicePrincipal)), func(id string) bool { return id == "" })
}

// kindOf is the kind that the record gives to an object, in lower case; "" where it gives none.
func (r auditRecord) kindOf(id string) string {
	for _, t := range r.Targets {
		if strings.EqualFold(t.ID, id) {
			return strings.ToLower(t.Type)
		}
	}
	for property, kind := range map[string]string{propertyUser: targetUser, propertyGroup: targetGroup, propertyServicePrincipal: targetServicePrincipal} {
		if r.id(property) == id {
			return kind
		}
	}
	return ""
}

// changedIDs compares the ids that a property names by a key before and after: "SkuId=…" in texts that are nearly
// JSON, as the log has them.
func (r auditRecord) changedIDs(property, key string) (added, removed []string) {
	form := regexp.MustCompile(`(?i)\b` + key + `\W{1,5}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b`)
	idsIn := func(text string) []string {
		var ids []string
		for _, match := range form.FindAllStringSubmatch(text, -1) {
			ids = append(ids, strings.ToLower(match[1]))
		}
		slices.Sort(ids)
		return slices.Compact(ids)
	}
	for _, t := range r.Targets {
		for _, p := range t.Modified {
			if strings.EqualFold(p.Name, property) {
				before, after := idsIn(p.Old), idsIn(p.New)
				added, removed = append(added, without(after, before)...), append(removed, without(before, after)...)
			}
		}
	}
	return added, removed
}

func without(ids, others []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(others, id) })
}
