package graphsim

import (
	"errors"
	"strings"
)

// noteFailure notes a write that was tried and refused. That an application may not write at all never gets so far.
func (e *edit) noteFailure(op *operation, err error) {
	var refused *refusal
	if !op.writes() || !errors.As(err, &refused) {
		return
	}
	a, known := e.tried(op)
	if !known {
		return
	}
	var targets []auditTarget
	for _, id := range e.keys {
		if isGUID(id) {
			targets = append(targets, e.t.about(id))
		}
	}
	e.t.note(e.t.audits.dice(), a, refused.code, targets...)
}

// tried is what an operation would have been, had it not been refused.
func (e *edit) tried(op *operation) (auditActivity, bool) {
	gone := op.method == "DELETE"
	collection, rest, _ := strings.Cut(strings.TrimPrefix(op.path, roleAssignmentSet.path), "/")
	switch {
	case strings.HasPrefix(op.path, roleAssignmentSet.path):
		if gone {
			return auditActivity{"Remove member from role", roleManagement, "Unassign"}, true
		}
		return auditActivity{"Add member to role", roleManagement, "Assign"}, true
	case strings.Contains(rest, "/members/"):
		return onLink("members", groupClass, gone), true
	case strings.Contains(rest, "/owners/"):
		return onLink("owners", collectionClass(collection), gone), true
	case strings.Contains(rest, "appRoleAssignedTo"):
		return onAppRole("User", gone), true
	case strings.HasSuffix(rest, "assignLicense"):
		return auditActivity{"Change user license", userManagement, "Update"}, true
	case strings.HasSuffix(rest, "restore"):
		return auditActivity{"Restore user", userManagement, "Update"}, true
	case rest == "" || rest == "{id}":
		return onObject(map[string]string{"POST": "Add", "PATCH": "Update", "DELETE": "Delete"}[op.method], collectionClass(collection)), true
	}
	return auditActivity{}, false
}

// collectionClass is the kind of what is written below a collection.
func collectionClass(name string) *class {
	switch name {
	case userSet.path:
		return userClass
	case servicePrincipalSet.path:
		return servicePrincipalClass
	}
	return groupClass
}
