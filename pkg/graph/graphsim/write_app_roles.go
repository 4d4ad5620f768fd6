package graphsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// appRoleOperations give and take roles of an application.
var appRoleOperations = []operation{
	{http.MethodPost, "servicePrincipals/{id}/appRoleAssignedTo",
		[]string{"AppRoleAssignment.ReadWrite.All+Application.Read.All", "AppRoleAssignment.ReadWrite.All+Directory.Read.All", "Application.ReadWrite.All"},
		jsonBody, (*edit).assignAppRole},
	{http.MethodDelete, "servicePrincipals/{id}/appRoleAssignedTo/{id}",
		[]string{"AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All"}, noBody, (*edit).removeAppRole},
}

var appRoleForm = newForm(appRoleAssignmentClass, "principalId:text! resourceId:text! appRoleId:text!")

func (e *edit) assignAppRole() (*reply, error) {
	app, err := e.row(servicePrincipalSet)
	if err != nil {
		return nil, err
	}
	if err := appRoleForm.check(e.body); err != nil {
		return nil, err
	}
	if fold(e.body.text("resourceId")) != app.id() {
		return nil, invalidValue("resourceId")
	}
	principal, err := e.visible(e.body.text("principalId"), directoryObjects...)
	if err != nil {
		return nil, err
	}
	role := fold(e.body.text("appRoleId"))
	if err := e.checkAppRole(app, principal, role); err != nil {
		return nil, err
	}
	id := e.t.ids.opaque()
	e.t.replication.added(edgeKey("appRoleAssignedTo", app.id(), id))
	row := e.t.assign(app, principal.id(), role, id, e.t.replication.now().UTC().Format(time.RFC3339))
	e.t.assignedRole(app, row, false)
	return e.entity(http.StatusCreated, "servicePrincipals('"+app.id()+"')/appRoleAssignedTo", row)
}

// checkAppRole refuses a role that is not there, that is switched off, that is not for this kind of principal, or
// that the principal has.
func (e *edit) checkAppRole(app, principal *object, id string) error {
	if id != noRole {
		role, err := app.appRole(id)
		switch {
		case err != nil:
			return err
		case role == nil:
			return badRequest("Permission being assigned was not found on application '%s'.", app.id())
		case !role.IsEnabled:
			return badRequest("Permission being assigned is not enabled on application '%s'.", app.id())
		case !role.takes(memberType(principal)):
			return badRequest("Permission being assigned is not for principals of type '%s'.", principalType(principal.class))
		}
	}
	if slices.ContainsFunc(e.t.assigned[app.id()], func(o *object) bool {
		return o.text("principalId") == principal.id() && o.text("appRoleId") == id
	}) {
		return badRequest("Permission being assigned already exists on the object.")
	}
	return nil
}

// appRole finds a role of an application, nil where there is none of that id.
func (o *object) appRole(id string) (*appRole, error) {
	raw, _ := o.get("appRoles").(json.RawMessage)
	if raw == nil {
		return nil, nil
	}
	var roles []appRole
	if err := json.Unmarshal(raw, &roles); err != nil {
		return nil, invalidValue("appRoles")
	}
	for i := range roles {
		if fold(roles[i].ID) == id {
			return &roles[i], nil
		}
	}
	return nil, nil
}

// memberType is what a role has to allow for a principal. Groups count as users.
func memberType(principal *object) string {
	if principal.class == servicePrincipalClass {
		return "Application"
	}
	return "User"
}

// assignment finds an assignment of an application by its id, whose case matters; nil where there is none.
func (t *Tenant) assignment(app *object, id string) *object {
	for _, row := range t.assigned[app.id()] {
		if row.id() == id {
			return row
		}
	}
	return nil
}

func (e *edit) removeAppRole() (*reply, error) {
	app, err := e.row(servicePrincipalSet)
	if err != nil {
		return nil, err
	}
	row := e.t.assignment(app, e.keys[1])
	if row == nil {
		return nil, notFound(e.keys[1])
	}
	e.t.replication.removed("appRoleAssignedTo", app.id(), row)
	e.t.assigned[app.id()] = without(e.t.assigned[app.id()], row)
	e.t.assignedRole(app, row, true)
	return noContent()
}
