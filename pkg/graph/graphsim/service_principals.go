package graphsim

// servicePrincipalClass has what GET /servicePrincipals gives: all of it comes by default.
var servicePrincipalClass = newClass("servicePrincipal", `
	accountEnabled*= addIns*+ alternativeNames*+= appDescription* appDisplayName*= appId*= applicationTemplateId*
	appOwnerOrganizationId*= appRoleAssignmentRequired* appRoles*+ deletedDateTime* description* disabledByMicrosoftStatus*
	displayName*= homepage* info* keyCredentials*+ loginUrl* logoutUrl* notes* notificationEmailAddresses*+
	oauth2PermissionScopes*+ passwordCredentials*+ preferredSingleSignOnMode*= preferredTokenSigningKeyThumbprint*
	replyUrls*+ resourceSpecificApplicationPermissions*+ samlSingleSignOnSettings* servicePrincipalNames*+=
	servicePrincipalType*= signInAudience* tags*+= tokenEncryptionKeyId* verifiedPublisher*`)

// appRoleAssignmentClass is one edge of appRoleAssignedTo.
var appRoleAssignmentClass = newClass("appRoleAssignment", `
	deletedDateTime* appRoleId* createdDateTime* principalDisplayName* principalId* principalType* resourceDisplayName*
	resourceId*`)

var servicePrincipalSet = &entitySet{
	path: "servicePrincipals", class: servicePrincipalClass, directory: true,
	rows:    func(t *Tenant) []*object { return t.servicePrincipals },
	altKeys: map[string]func(*Tenant, string) *object{"appId": (*Tenant).servicePrincipalByAppID},
	relations: map[string]*relation{
		"appRoleAssignedTo": {name: "appRoleAssignedTo", path: true, targets: []*class{appRoleAssignmentClass},
			rows: func(t *Tenant, o *object) []*object { return t.assigned[o.id()] }},
		"owners": ownersRelation,
		"memberOf": {name: "memberOf", path: true, targets: []*class{groupClass, directoryRoleClass},
			rows: func(t *Tenant, o *object) []*object { return t.belongings(o.id()) }},
	},
}

// ownersRelation is the owners of service principals and app registrations. A group cannot own either.
var ownersRelation = &relation{name: "owners", path: true, targets: []*class{userClass, servicePrincipalClass},
	rows: ownerRows, ids: ownerIDs}

func (t *Tenant) servicePrincipalByAppID(appID string) *object { return t.spByAppID[fold(appID)] }
