package graphsim

// roleDefinitionClass is a directory role of unified RBAC, built-in or custom.
var roleDefinitionClass = newClass("unifiedRoleDefinition", `
	description* displayName*= isBuiltIn*= isEnabled* resourceScopes*+ rolePermissions*+ templateId* version*`)

// roleAssignmentClass is one assignment: who has which role where.
var roleAssignmentClass = newClass("unifiedRoleAssignment", `
	principalId*= directoryScopeId*= roleDefinitionId*= appScopeId condition principalOrganizationId`)

var roleDefinitionSet = &entitySet{
	path: "roleManagement/directory/roleDefinitions", class: roleDefinitionClass,
	rows: func(t *Tenant) []*object { return t.roleDefinitions },
}

var roleAssignmentSet = &entitySet{
	path: "roleManagement/directory/roleAssignments", class: roleAssignmentClass,
	rows: func(t *Tenant) []*object { return t.roleAssignments },
	relations: map[string]*relation{
		"principal": {name: "principal", single: true, targets: directoryObjects, nullWhenGone: goneIsNull,
			rows: func(t *Tenant, o *object) []*object { return t.objects(o.text("principalId")) }},
	},
}

// goneIsNull says how a principal that was deleted shows: null for an assignment in the whole tenant,
// no property at all for a scoped one. Both have to be borne by a reader.
func goneIsNull(assignment *object) bool { return assignment.text("directoryScopeId") == "/" }
