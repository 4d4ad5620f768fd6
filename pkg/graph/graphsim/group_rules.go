package graphsim

import (
	"net/http"
	"slices"
)

// kind says what sort of group it is, by what Graph shows of it.
type groupKind struct{ unified, dynamic, exchange, synced, forRoles, restricted bool }

func kindOf(group *object) groupKind {
	types, _ := group.get("groupTypes").([]string)
	unified := slices.Contains(types, "Unified")
	return groupKind{
		unified: unified, dynamic: slices.Contains(types, "DynamicMembership"),
		exchange: group.get("mailEnabled") == true && !unified, synced: group.get("onPremisesSyncEnabled") == true,
		forRoles: group.get("isAssignableToRole") == true, restricted: group.get("isManagementRestricted") == true,
	}
}

// mayChange refuses a group whose members or owners are mastered elsewhere, or out of the caller's reach. The
// relation is "" for a change of the group itself.
func (e *edit) mayChange(group *object, relation string) error {
	switch kind := kindOf(group); {
	case kind.synced:
		return badRequest("The requested properties are on-premises mastered: they are changed in the directory that the group comes from.")
	case kind.exchange:
		return badRequest("Cannot Update a mail-enabled security groups and or distribution list.")
	case kind.dynamic && relation == "members":
		return badRequest("The members of a group with a dynamic membership rule follow from the rule and cannot be changed.")
	case kind.restricted, kind.forRoles && !e.has("RoleManagement.ReadWrite.Directory"):
		return denied()
	}
	return nil
}

// checkNew refuses objects that cannot become members or owners of a group: all of them, where one of them cannot.
func (e *edit) checkNew(group *object, relation string, objects ...*object) error {
	if err := e.mayChange(group, relation); err != nil {
		return err
	}
	have := e.t.edges(relation)[group.id()]
	if relation == "owners" && len(have)+len(objects) > maxOwners { // before duplicates are looked at
		return quotaExceeded(relation)
	}
	for _, o := range objects {
		if !suits(group, relation, o) {
			return wrongKind(relation, o)
		}
		if slices.Contains(have, o.id()) {
			return alreadyLinked(relation)
		}
	}
	return nil
}

// suits says whether an object is of a kind that may be a member or an owner of a group: an owner is a user or a
// service principal, a member of a Microsoft 365 group is a user, and groups for roles are not nested at all.
func suits(group *object, relation string, o *object) bool {
	kind := kindOf(group)
	switch {
	case relation == "owners":
		return o.class != groupClass
	case kind.unified:
		return o.class == userClass
	case o.class == groupClass:
		return !kind.forRoles && !kindOf(o).forRoles
	}
	return true
}

func quotaExceeded(relation string) *refusal {
	return &refusal{status: http.StatusForbidden, code: "Directory_QuotaExceeded",
		message: "The change would exceed the maximum quota count of 100 for forward-link '" + relation + "'."}
}
