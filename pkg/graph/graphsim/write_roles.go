package graphsim

import (
	"net/http"
	"slices"
	"strings"
)

// roleOperations assign directory roles and take them away.
var roleOperations = []operation{
	{http.MethodPost, roleAssignmentSet.path, roleWriters, jsonBody, (*edit).assignRole},
	{http.MethodDelete, roleAssignmentSet.path + "/{id}", roleWriters, noBody, (*edit).removeRole},
}

var roleWriters = []string{"RoleManagement.ReadWrite.Directory"}

var roleForm = newForm(roleAssignmentClass, "roleDefinitionId:text! principalId:text! directoryScopeId:text!")

func (e *edit) assignRole() (*reply, error) {
	if err := roleForm.check(e.body); err != nil {
		return nil, err
	}
	if err := e.checkRole(e.body.text("roleDefinitionId"), e.body.text("directoryScopeId")); err != nil {
		return nil, err
	}
	principal, err := e.visible(e.body.text("principalId"), directoryObjects...)
	if err != nil {
		return nil, err
	}
	if principal.class == groupClass && !kindOf(principal).forRoles {
		return nil, badRequest("The group '%s' cannot be assigned to a role: isAssignableToRole is not true.", principal.id())
	}
	values := roleForm.values(e.body)
	values["principalId"] = principal.id()
	if e.assigned(values) {
		return nil, &refusal{status: http.StatusConflict, code: "Request_MultipleObjectsWithSameKeyValue",
			message: "A conflicting object with one or more of the specified property values is present in the directory."}
	}
	row, err := e.t.create(roleAssignmentClass, values)
	if err != nil {
		return nil, err
	}
	return e.entity(http.StatusCreated, roleAssignmentSet.path, row)
}

// checkRole refuses a role that is not there or is switched off, and a scope that is none.
func (e *edit) checkRole(id, scope string) error {
	role := roleDefinitionSet.lookup(e.t, id)
	switch {
	case role == nil:
		return notFound(id)
	case role.get("isEnabled") == false:
		return badRequest("The role '%s' is not enabled and cannot be assigned.", id)
	case scope != "/" && !isGUID(scope[strings.LastIndex(scope, "/")+1:]):
		return invalidValue("directoryScopeId")
	}
	return nil
}

// assigned says whether there is such an assignment, at this very scope.
func (e *edit) assigned(values map[string]any) bool {
	return slices.ContainsFunc(e.t.roleAssignments, func(o *object) bool {
		for name, v := range values {
			text, _ := v.(string)
			if fold(o.text(name)) != fold(text) {
				return false
			}
		}
		return true
	})
}

func (e *edit) removeRole() (*reply, error) {
	row := roleAssignmentSet.lookup(e.t, e.keys[0])
	if row == nil || row.id() != e.keys[0] {
		return nil, notFound(e.keys[0])
	}
	if e.isOwnLast(row) {
		return nil, badRequest("An application cannot remove its own last role assignment.")
	}
	if err := e.t.remove(row); err != nil {
		return nil, err
	}
	return noContent()
}

// isOwnLast says whether an assignment is the only one of the caller.
func (e *edit) isOwnLast(row *object) bool {
	self := e.t.servicePrincipalByAppID(e.c.app.appID)
	if self == nil || row.text("principalId") != self.id() {
		return false
	}
	return !slices.ContainsFunc(e.t.roleAssignments, func(o *object) bool {
		return o != row && o.text("principalId") == self.id()
	})
}
