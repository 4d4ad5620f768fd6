package graphsim

// groupClass has what GET /groups gives. Properties that Graph returns only for a single group
// (allowExternalSenders, unseenCount and the like) are not modelled.
var groupClass = newClass("group", `
	classification* createdDateTime* deletedDateTime* description*= displayName*= expirationDateTime* groupTypes*+=
	mail*= mailEnabled*= mailNickname*= membershipRule* membershipRuleProcessingState* onPremisesDomainName*
	onPremisesLastSyncDateTime* onPremisesNetBiosName* onPremisesSamAccountName*= onPremisesSecurityIdentifier*=
	onPremisesSyncEnabled*= preferredDataLocation* preferredLanguage* proxyAddresses*+= renewedDateTime*
	resourceBehaviorOptions*+ resourceProvisioningOptions*+= securityEnabled*= securityIdentifier*= theme* visibility*
	assignedLicenses+ licenseProcessingState isAssignableToRole= isManagementRestricted`)

var groupSet = &entitySet{
	path: "groups", class: groupClass, directory: true,
	rows: func(t *Tenant) []*object { return t.groups },
	relations: map[string]*relation{
		// The list of members on v1.0 leaves out service principals, unless it is an advanced query;
		// $expand shows them.
		"members": {name: "members", path: true, filtered: true, hidesServicePrincipals: true, targets: directoryObjects,
			rows: memberRows, ids: memberIDs},
		"owners": {name: "owners", path: true, targets: directoryObjects,
			rows: ownerRows, ids: ownerIDs},
		"memberOf": {name: "memberOf", path: true, targets: directoryObjects,
			rows: func(t *Tenant, o *object) []*object { return t.groupsOf(o.id()) }},
	},
}

// directoryObjectClass is what all of them have in common.
var directoryObjectClass = newClass("directoryObject", "")

// directoryObjects are the kinds that can be a member or an owner.
var directoryObjects = []*class{userClass, groupClass, servicePrincipalClass}

func memberIDs(t *Tenant, o *object) []string { return t.members[o.id()] }

func memberRows(t *Tenant, o *object) []*object { return t.objects(memberIDs(t, o)...) }

func ownerIDs(t *Tenant, o *object) []string { return t.owners[o.id()] }

func ownerRows(t *Tenant, o *object) []*object { return t.objects(ownerIDs(t, o)...) }
