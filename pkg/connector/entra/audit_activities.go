package entra

import "strings"

// What the activities of the directory's audit log say. Their names are from Microsoft's list, section Core
// Directory, in lower case, since the log does not always write them as the list does:
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
//
// How a record names the two sides of a right is not documented. Records that people have published have the id of
// one side in a property of the other ("Group.ObjectID"), and the sides in either order or one of them alone.

// rightKind is which of the entitlements an activity is about.
type rightKind int

const (
	membership rightKind = iota + 1
	groupOwnership
	appOwnership
	appRole
	directoryRole
	licenses
)

// resourceType is the type of what a right is of.
func (k rightKind) resourceType() string {
	switch k {
	case membership, groupOwnership:
		return typeGroup
	case appOwnership, appRole:
		return typeApplication
	case directoryRole:
		return typeRole
	case licenses:
		return typeLicense
	}
	return ""
}

// auditActivity is what an activity means.
type auditActivity struct {
	kind rightKind
	// gone says that the right was taken away; licences tell by their values.
	gone bool
	// holder is the property that names who has the right; "" where the record's other target is it.
	holder string
}

// auditActivities are the activities that change a right.
func auditActivities() map[string]auditActivity {
	return map[string]auditActivity{
		"add member to group":      {kind: membership},
		"remove member from group": {kind: membership, gone: true},
		"add owner to group":       {kind: groupOwnership},
		"remove owner from group":  {kind: groupOwnership, gone: true},

		"add owner to service principal":      {kind: appOwnership},
		"remove owner from service principal": {kind: appOwnership, gone: true},

		"add app role assignment grant to user":             {kind: appRole, holder: propertyUser},
		"add app role assignment to group":                  {kind: appRole, holder: propertyGroup},
		"add app role assignment to service principal":      {kind: appRole, holder: propertyServicePrincipal},
		"remove app role assignment from user":              {kind: appRole, holder: propertyUser, gone: true},
		"remove app role assignment from group":             {kind: appRole, holder: propertyGroup, gone: true},
		"remove app role assignment from service principal": {kind: appRole, holder: propertyServicePrincipal, gone: true},

		"add member to role":      {kind: directoryRole},
		"remove member from role": {kind: directoryRole, gone: true},
		// An assignment of a narrower scope: all of a role and a holder make one grant.
		"add scoped member to role":      {kind: directoryRole},
		"remove scoped member from role": {kind: directoryRole, gone: true},
		"add member to role scoped over restricted management administrative unit":      {kind: directoryRole},
		"remove member from role scoped over restricted management administrative unit": {kind: directoryRole, gone: true},

		"change user license": {kind: licenses},
		"set group license":   {kind: licenses},
	}
}

// The properties that name the sides of a right, and what else of a record is read.
const (
	propertyUser             = "User.ObjectID"
	propertyGroup            = "Group.ObjectID"
	propertyServicePrincipal = "ServicePrincipal.ObjectID"
	propertyAppRole          = "AppRole.Id"
	// propertyRole is the id of the role definition; Role.ObjectID is that of another object for built-in roles.
	propertyRole     = "Role.TemplateId"
	propertyLicenses = "AssignedLicense"
	propertyKeys     = "KeyDescription"
)

// The kinds of target that are read, in lower case.
const (
	targetUser             = "user"
	targetGroup            = "group"
	targetServicePrincipal = "serviceprincipal"
	targetRole             = "role"
)

// ofRoleDefinitions says whether an activity is about directory roles themselves, so that the id of its target is
// that of a definition.
func ofRoleDefinitions(activity string) bool {
	switch strings.ToLower(activity) {
	case "add role definition", "update role definition", "delete role definition":
		return true
	}
	return false
}

// ofSyncedObjects says whether the activities of a category are about users, groups, applications or roles. One
// that is not known is taken for a change of its targets.
func ofSyncedObjects(category string) bool {
	switch strings.ToLower(category) {
	case "usermanagement", "groupmanagement", "applicationmanagement", "rolemanagement":
		return true
	}
	return false
}
