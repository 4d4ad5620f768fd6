package graphsim

// applicationClass is an app registration: the home of an application that this tenant wrote itself.
var applicationClass = newClass("application", `
	addIns*+ api* appId*= appRoles*+ applicationTemplateId* createdDateTime* deletedDateTime* defaultRedirectUri*
	description* disabledByMicrosoftStatus* displayName*= groupMembershipClaims* identifierUris*+= info*
	isDeviceOnlyAuthSupported* isFallbackPublicClient* keyCredentials*+ notes* optionalClaims* parentalControlSettings*
	passwordCredentials*+ publicClient* publisherDomain*= requiredResourceAccess*+ samlMetadataUrl*
	serviceManagementReference* signInAudience*= spa* tags*+= tokenEncryptionKeyId* uniqueName*= verifiedPublisher* web*`)

var applicationSet = &entitySet{
	path: "applications", class: applicationClass, directory: true,
	rows:      func(t *Tenant) []*object { return t.applications },
	altKeys:   map[string]func(*Tenant, string) *object{"appId": (*Tenant).applicationByAppID},
	relations: map[string]*relation{"owners": ownersRelation},
}

func (t *Tenant) applicationByAppID(appID string) *object { return t.appByAppID[fold(appID)] }
