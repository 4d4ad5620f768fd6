package graphsim

// userClass has what GET /users gives; everything without a star comes only by $select. What lives outside
// the directory is not modelled, but for signInActivity and the mailbox, which has a path of its own.
var userClass = newClass("user", `
	businessPhones*+ displayName*= givenName*= jobTitle*= mail*= mobilePhone* officeLocation* preferredLanguage*
	surname*= userPrincipalName*=
	accountEnabled= assignedLicenses+ city= companyName= country= createdDateTime creationType deletedDateTime
	department= employeeHireDate employeeId= employeeType= externalUserState= externalUserStateChangeDateTime
	imAddresses+ mailNickname= onPremisesDistinguishedName onPremisesDomainName onPremisesImmutableId=
	onPremisesLastSyncDateTime onPremisesSamAccountName= onPremisesSecurityIdentifier onPremisesSyncEnabled=
	onPremisesUserPrincipalName otherMails+= postalCode proxyAddresses+= securityIdentifier=< state= streetAddress usageLocation= userType=
	licenseAssignmentStates+ onPremisesExtensionAttributes signInActivity- signInSessionsValidFromDateTime-`)

// outsideDirectory are properties that Graph knows and this tenant does not keep. Graph refuses most of
// them on a collection with 501; here they are refused everywhere.
var outsideDirectory = map[string]bool{
	"aboutMe": true, "birthday": true, "hireDate": true, "interests": true, "mySite": true, "pastProjects": true,
	"preferredName": true, "responsibilities": true, "schools": true, "skills": true, "mailboxSettings": true,
	"customSecurityAttributes": true, "employeeLeaveDateTime": true, "identities": true,
}

var userSet = &entitySet{
	path: "users", class: userClass, directory: true,
	rows: func(t *Tenant) []*object { return t.users },
	find: (*Tenant).userByName,
	relations: map[string]*relation{
		"manager": {name: "manager", single: true, targets: []*class{userClass},
			rows: func(t *Tenant, o *object) []*object { return t.objects(t.manager[o.id()]) }},
	},
}

// userByName finds a user by principal name, which may stand in the place of the id.
func (t *Tenant) userByName(key string) *object { return t.byUPN[fold(key)] }
